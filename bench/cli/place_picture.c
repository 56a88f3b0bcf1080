/* Pictures of the machines that workers are placed on: hosts that look the same have one. */
#include "place_picture.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Pictures, and names of hosts beside one; more are counted. */
enum { PICTURES = 8, PICTURE_NAMES = 4 };

/* A row's hosts, numbered by row_hosts(). */
struct picture_hosts {
	const struct row *row;
	size_t *of, count; /* the host of each worker; how many */
	size_t *like;      /* by host: the first one whose workers lie the same */
	size_t *first;     /* by host: its first worker */
};

static const char *picture_mask(const struct row *row, size_t worker)
{
	return row->per_worker[worker].planned ? row->per_worker[worker].planned : "";
}

static const char *picture_name(const struct picture_hosts *hosts, size_t host)
{
	const char *name = hosts->row->per_worker[hosts->first[host]].host;

	return name ? name : "";
}

/* The next worker of a host, from a number on. */
static size_t picture_next(const struct picture_hosts *hosts, size_t host, size_t from)
{
	while (from < hosts->row->per_worker_count && hosts->of[from] != host)
		from++;
	return from;
}

/* Whether the workers of two hosts have the same masks, in their order. */
static bool picture_is_like(const struct picture_hosts *hosts, size_t one, size_t other)
{
	const struct row *row = hosts->row;
	size_t a = hosts->first[one], b = hosts->first[other];

	while (a < row->per_worker_count && b < row->per_worker_count) {
		if (strcmp(picture_mask(row, a), picture_mask(row, b)))
			return false;
		a = picture_next(hosts, one, a + 1);
		b = picture_next(hosts, other, b + 1);
	}
	return a == row->per_worker_count && b == row->per_worker_count;
}

static const struct host *picture_host(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->host_count; i++)
		if (!strcmp(result->hosts[i].hostname, name))
			return &result->hosts[i];
	return NULL;
}

/* Of another kind of machine the topology is not known here. */
static bool picture_is_drawable(const struct result *result, const char *name)
{
	const struct host *host = picture_host(result, name), *here = result->hosts;

	return !host || (record_text_equals(host->cpu_model, here->cpu_model) &&
			 host->cores == here->cores && host->pus == here->pus &&
			 host->numa_nodes == here->numa_nodes);
}

/* "node1, and the same on node2, node3 and 4 more:" */
static void picture_put_names(FILE *file, const struct picture_hosts *hosts, size_t host)
{
	size_t same = 0;

	fprintf(file, "%s", picture_name(hosts, host));
	for (size_t other = host + 1; other < hosts->count; other++) {
		if (hosts->like[other] != host || same++ >= PICTURE_NAMES)
			continue;
		fprintf(file, "%s%s", same == 1 ? ", and likewise " : ", ",
			picture_name(hosts, other));
	}
	if (same > PICTURE_NAMES)
		fprintf(file, " and %zu more", same - PICTURE_NAMES);
	fputs(":\n", file);
}

/* One host, with the numbers of its own workers. */
static int picture_draw_one(FILE *file, const struct picture_hosts *hosts, size_t host,
			    const struct placement *placement)
{
	const struct row *row = hosts->row;
	const char **masks = calloc(row->per_worker_count + 1, sizeof(*masks));
	int ret;

	if (!masks)
		return -ENOMEM;
	for (size_t i = 0; i < row->per_worker_count; i++)
		masks[i] = hosts->of[i] == host ? picture_mask(row, i) : "";
	ret = placement_draw(placement, file, masks, (unsigned int)row->per_worker_count);
	free(masks);
	return ret;
}

static int picture_hosts_find(struct picture_hosts *hosts, const struct row *row)
{
	*hosts = (struct picture_hosts){ .row = row };
	hosts->of = row_hosts(row, &hosts->count);
	hosts->like = calloc(hosts->count + 1, sizeof(*hosts->like));
	hosts->first = calloc(hosts->count + 1, sizeof(*hosts->first));
	if (!hosts->of || !hosts->like || !hosts->first)
		return -ENOMEM;
	for (size_t i = row->per_worker_count; i-- > 0;)
		hosts->first[hosts->of[i]] = i;
	return 0;
}

static void picture_hosts_free(struct picture_hosts *hosts)
{
	free(hosts->of);
	free(hosts->like);
	free(hosts->first);
}

/* The first host that has a picture which is this one's too; itself if there is none. */
static size_t picture_find_like(const struct picture_hosts *hosts, const struct result *result,
				size_t host)
{
	for (size_t other = 0; other < host; other++)
		if (hosts->like[other] == other &&
		    picture_is_drawable(result, picture_name(hosts, other)) &&
		    picture_is_like(hosts, other, host))
			return other;
	return host;
}

int place_picture_draw(FILE *file, const struct result *result, const struct placement *placement)
{
	struct picture_hosts hosts;
	size_t drawn = 0, more = 0;
	int ret = picture_hosts_find(&hosts, &result->rows[0]);

	for (size_t i = 0; !ret && i < hosts.count; i++)
		hosts.like[i] = picture_is_drawable(result, picture_name(&hosts, i))
					? picture_find_like(&hosts, result, i)
					: i;
	for (size_t i = 0; !ret && i < hosts.count; i++) {
		const char *name = picture_name(&hosts, i);

		if (hosts.like[i] != i)
			continue;
		if (!picture_is_drawable(result, name)) {
			fprintf(file, "\n%s is another machine, and not drawn.\n", name);
			continue;
		}
		if (drawn == PICTURES) {
			more++;
			continue;
		}
		drawn++;
		fputc('\n', file);
		if (hosts.count > 1)
			picture_put_names(file, &hosts, i);
		ret = picture_draw_one(file, &hosts, i, placement);
	}
	if (more)
		fprintf(file, "\n%zu more hosts have their workers elsewhere.\n", more);
	picture_hosts_free(&hosts);
	return ret;
}
