/* Pictures of the machines that workers are placed on: hosts that look the same have one. */
#include "like_hosts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Pictures, and names of hosts beside one; more are counted. */
enum { PICTURES = 8, NAMES = 4 };

/* A row's hosts, numbered by row_hosts(). */
struct like_hosts {
	const struct row *row;
	size_t *of, count; /* the host of each worker; how many */
	size_t *like;      /* by host: the first one whose workers lie the same */
	size_t *first;     /* by host: its first worker */
};

static const char *like_mask(const struct row *row, size_t worker)
{
	return row->per_worker[worker].planned ? row->per_worker[worker].planned : "";
}

static const char *like_name(const struct like_hosts *hosts, size_t host)
{
	const char *name = hosts->row->per_worker[hosts->first[host]].host;

	return name ? name : "";
}

/* The next worker of a host, from a number on. */
static size_t like_next(const struct like_hosts *hosts, size_t host, size_t from)
{
	while (from < hosts->row->per_worker_count && hosts->of[from] != host)
		from++;
	return from;
}

/* Whether the workers of two hosts have the same masks, in their order. */
static bool like_is_like(const struct like_hosts *hosts, size_t one, size_t other)
{
	const struct row *row = hosts->row;
	size_t a = hosts->first[one], b = hosts->first[other];

	while (a < row->per_worker_count && b < row->per_worker_count) {
		if (strcmp(like_mask(row, a), like_mask(row, b)))
			return false;
		a = like_next(hosts, one, a + 1);
		b = like_next(hosts, other, b + 1);
	}
	return a == row->per_worker_count && b == row->per_worker_count;
}

static const struct host *like_host(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->host_count; i++)
		if (!strcmp(result->hosts[i].hostname, name))
			return &result->hosts[i];
	return NULL;
}

/* Of another kind of machine the topology is not known here. */
static bool like_is_drawable(const struct result *result, const char *name)
{
	const struct host *host = like_host(result, name), *here = result->hosts;

	return !host || (record_text_equals(host->cpu_model, here->cpu_model) &&
			 host->cores == here->cores && host->pus == here->pus &&
			 host->numa_nodes == here->numa_nodes);
}

/* "node1, and the same on node2, node3 and 4 more:" */
static void like_put_names(FILE *file, const struct like_hosts *hosts, size_t host)
{
	size_t same = 0;

	fprintf(file, "%s", like_name(hosts, host));
	for (size_t other = host + 1; other < hosts->count; other++) {
		if (hosts->like[other] != host || same++ >= NAMES)
			continue;
		fprintf(file, "%s%s", same == 1 ? ", and likewise " : ", ",
			like_name(hosts, other));
	}
	if (same > NAMES)
		fprintf(file, " and %zu more", same - NAMES);
	fputs(":\n", file);
}

/* One host, with the numbers of its own workers. */
static int like_draw_one(FILE *file, const struct like_hosts *hosts, size_t host,
			 const struct placement *placement)
{
	const struct row *row = hosts->row;
	const char **masks = calloc(row->per_worker_count + 1, sizeof(*masks));
	int ret;

	if (!masks)
		return -ENOMEM;
	for (size_t i = 0; i < row->per_worker_count; i++)
		masks[i] = hosts->of[i] == host ? like_mask(row, i) : "";
	ret = placement_draw(placement, file, masks, (unsigned int)row->per_worker_count);
	free(masks);
	return ret;
}

static int like_hosts_find(struct like_hosts *hosts, const struct row *row)
{
	*hosts = (struct like_hosts){ .row = row };
	hosts->of = row_hosts(row, &hosts->count);
	hosts->like = calloc(hosts->count + 1, sizeof(*hosts->like));
	hosts->first = calloc(hosts->count + 1, sizeof(*hosts->first));
	if (!hosts->of || !hosts->like || !hosts->first)
		return -ENOMEM;
	for (size_t i = row->per_worker_count; i-- > 0;)
		hosts->first[hosts->of[i]] = i;
	return 0;
}

static void like_hosts_free(struct like_hosts *hosts)
{
	free(hosts->of);
	free(hosts->like);
	free(hosts->first);
}

/* The first host that has a picture which is this one's too; itself if there is none. */
static size_t like_find_like(const struct like_hosts *hosts, const struct result *result,
			     size_t host)
{
	for (size_t other = 0; other < host; other++)
		if (hosts->like[other] == other &&
		    like_is_drawable(result, like_name(hosts, other)) &&
		    like_is_like(hosts, other, host))
			return other;
	return host;
}

int like_hosts_draw(FILE *file, const struct result *result, const struct placement *placement)
{
	struct like_hosts hosts;
	size_t drawn = 0, more = 0;
	int ret = like_hosts_find(&hosts, &result->rows[0]);

	for (size_t i = 0; !ret && i < hosts.count; i++)
		hosts.like[i] = like_is_drawable(result, like_name(&hosts, i))
					? like_find_like(&hosts, result, i)
					: i;
	for (size_t i = 0; !ret && i < hosts.count; i++) {
		const char *name = like_name(&hosts, i);

		if (hosts.like[i] != i)
			continue;
		if (!like_is_drawable(result, name)) {
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
			like_put_names(file, &hosts, i);
		ret = like_draw_one(file, &hosts, i, placement);
	}
	if (more)
		fprintf(file, "\n%zu more hosts have their workers elsewhere.\n", more);
	like_hosts_free(&hosts);
	return ret;
}
