/* The ranks of a team: where they are, and what their workers were bound to. */
#include "rank_result.h"

#include <errno.h>
#include <string.h>

#include "bench/base/cpus.h"
#include "bench/team/hello.h"

/* Masks of the workers of one rank, together. */
struct rank_masks {
	struct cpus planned, bound, after;
};

static int rank_mask_add(struct cpus *all, const char *mask)
{
	struct cpus one;
	int ret = cpus_parse(&one, mask);

	if (!ret)
		cpus_add(all, &one);
	return ret;
}

/* Of `count` workers, the first of the list and those behind it. */
static int rank_masks_of(struct rank_masks *masks, const struct worker *workers, unsigned int count)
{
	int ret = 0;

	*masks = (struct rank_masks){ 0 };
	for (unsigned int i = 0; !ret && i < count; i++) {
		ret = rank_mask_add(&masks->planned, workers[i].planned);
		if (!ret)
			ret = rank_mask_add(&masks->bound, workers[i].bound);
		if (!ret)
			ret = rank_mask_add(&masks->after, workers[i].bound_after);
	}
	return ret;
}

/* No PUs are no mask. */
static int rank_mask_set(char **to, const struct cpus *cpus)
{
	char text[CPUS_TEXT];

	cpus_show(cpus, text);
	return record_set_text(to, *text ? text : NULL);
}

/* How many workers the rank of the first one has: a rank is a process, and all its workers threads
 * of it; one rank alone has all there are. */
static unsigned int rank_workers(const struct worker *workers, unsigned int count,
				 unsigned int ranks)
{
	unsigned int here = ranks == 1 ? count : 1;

	while (here < count && workers[here].pid == workers->pid &&
	       !strcmp(workers[here].host, workers->host))
		here++;
	return here;
}

int rank_result_add(struct row *row, const struct team *team)
{
	const struct worker *workers;
	unsigned int count = team_workers(team, &workers), at = 0;
	int ret = 0;

	for (unsigned int rank = 0; !ret && rank < team_ranks(team); rank++) {
		const struct hello *hello = team_hello(team, rank);
		struct row_rank *added =
			record_add(&row_rank_record, &row->per_rank, &row->per_rank_count);
		struct rank_masks masks;

		if (!added)
			return -ENOMEM;
		added->pid = workers[at].pid ? workers[at].pid : -1;
		added->workers = rank_workers(&workers[at], count - at, team_ranks(team));
		ret = rank_masks_of(&masks, &workers[at], added->workers);
		at += added->workers;
		if (!ret &&
		    (record_set_text(&added->host, hello->host) ||
		     record_set_text(&added->allowed, *hello->allowed ? hello->allowed : NULL) ||
		     rank_mask_set(&added->planned, &masks.planned) ||
		     rank_mask_set(&added->bound, &masks.bound)))
			ret = -ENOMEM;
	}
	return ret;
}

int rank_result_after(struct row *row, const struct team *team)
{
	const struct worker *workers;
	int ret = 0;

	team_workers(team, &workers);
	for (size_t i = 0; !ret && i < row->per_rank_count; i++) {
		struct row_rank *rank = &row->per_rank[i];
		struct rank_masks masks;

		ret = rank_masks_of(&masks, workers, rank->workers);
		if (!ret)
			ret = rank_mask_set(&rank->bound_after, &masks.after);
		workers += rank->workers;
	}
	return ret;
}
