/*
 * A worker's planned mask is all that the leader knows of the masks of other ranks. It is enough:
 * a rank shares a PU only when all PUs of its mask have a worker.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/place/mask_texts.h"
#include "shared_pus.h"

/* Hosts that get a line of their own; more are counted. */
enum { OVERLAP_HOSTS = 8 };

/* The workers of one host, or of one rank. */
struct crowd {
	unsigned int count;
	unsigned int *numbers; /* among all workers */
	const char **masks;
};

static void crowd_free(struct crowd *crowd)
{
	free(crowd->numbers);
	free(crowd->masks);
}

static bool shared_same_rank(const struct worker *one, const struct worker *other)
{
	return one->pid == other->pid && !strcmp(one->host, other->host);
}

/* The number of the rank of a worker: rows are rank by rank. */
static unsigned int shared_rank_of(const struct worker *rows, unsigned int worker)
{
	unsigned int rank = 0;

	for (unsigned int i = 1; i <= worker; i++)
		rank += !shared_same_rank(&rows[i], &rows[i - 1]);
	return rank;
}

/* Those on the host of a worker; of its rank alone if asked. Returns 0 or -ENOMEM. */
static int crowd_gather(struct crowd *crowd, const struct worker *rows, unsigned int count,
			const struct worker *like, bool rank)
{
	*crowd = (struct crowd){ .numbers = calloc(count, sizeof(*crowd->numbers)),
				 .masks = calloc(count, sizeof(*crowd->masks)) };
	if (!crowd->numbers || !crowd->masks)
		return -ENOMEM;
	for (unsigned int i = 0; i < count; i++) {
		if (rank ? !shared_same_rank(&rows[i], like)
			 : strcmp(rows[i].host, like->host) != 0)
			continue;
		crowd->numbers[crowd->count] = i;
		crowd->masks[crowd->count++] = rows[i].planned;
	}
	return 0;
}

/* Two workers on one PU. */
struct shared_pu {
	const struct worker *rows;
	unsigned int one, other; /* among all workers */
	int pu;
};

/* More workers than the host has cores: no mask is at fault. */
static void shared_warn_crowded(const struct shared_pu *overlap, unsigned int workers,
				unsigned int ranks, unsigned int cores)
{
	const char *host = overlap->rows[overlap->one].host;

	if (ranks > cores)
		say_warn("%u ranks on the %u core%s of %s, oversubscribed: workers %u and %u share "
			 "PU %d; start %u or fewer there",
			 ranks, cores, cores > 1 ? "s" : "", host, overlap->one, overlap->other,
			 overlap->pu, cores);
	else
		say_warn("%u workers on the %u core%s of %s, oversubscribed: workers %u and %u "
			 "share PU %d; change to -w %u, and no binding of ranks (mpirun --bind-to "
			 "none, srun --cpu-bind=none)",
			 workers, cores, cores > 1 ? "s" : "", host, overlap->one, overlap->other,
			 overlap->pu, cores / ranks);
}

/* One rank has more workers than PUs. */
static int shared_warn_narrow(const struct shared_pu *overlap, unsigned int count)
{
	const struct worker *worker = &overlap->rows[overlap->one];
	struct crowd rank;
	int ret = crowd_gather(&rank, overlap->rows, count, worker, true);
	int pus = ret ? ret : mask_texts_count(rank.masks, rank.count);

	if (pus > 0)
		say_warn("rank %u on %s may use %d PU%s, for %u workers: workers %u and %u share "
			 "PU %d; give each rank %u cores (mpirun --map-by slot:PE=%u, srun -c %u)",
			 shared_rank_of(overlap->rows, overlap->one), worker->host, pus,
			 pus > 1 ? "s" : "", rank.count, overlap->one, overlap->other, overlap->pu,
			 rank.count, rank.count, rank.count);
	crowd_free(&rank);
	return pus < 0 ? pus : 0;
}

static int shared_warn(const struct shared_pu *overlap, unsigned int count,
		       const struct crowd *here, unsigned int cores)
{
	const struct worker *one = &overlap->rows[overlap->one];
	unsigned int ranks = 1;

	for (unsigned int i = 1; i < here->count; i++)
		ranks += !shared_same_rank(&overlap->rows[here->numbers[i]],
					   &overlap->rows[here->numbers[i - 1]]);
	if (!strcmp(one->host, overlap->rows[0].host) && here->count > cores)
		shared_warn_crowded(overlap, here->count, ranks, cores);
	else if (shared_same_rank(one, &overlap->rows[overlap->other]))
		return shared_warn_narrow(overlap, count);
	else
		say_warn(
			"the masks of ranks %u and %u on %s overlap, without room for all: workers "
			"%u and %u share PU %d; if mpirun or srun set them, change to --bind-to "
			"none or --cpu-bind=none",
			shared_rank_of(overlap->rows, overlap->one),
			shared_rank_of(overlap->rows, overlap->other), one->host, overlap->one,
			overlap->other, overlap->pu);
	return 0;
}

/* Whether there is an overlap on the host of a worker, said if asked: 1, 0 or -ENOMEM. */
static int shared_warn_host(const struct worker *rows, unsigned int count, unsigned int worker,
			    unsigned int cores, bool say)
{
	struct shared_pu overlap = { .rows = rows };
	unsigned int one = 0, other = 0;
	struct crowd here;
	int ret = crowd_gather(&here, rows, count, &rows[worker], false);

	if (!ret) {
		overlap.pu = mask_texts_shared(here.masks, here.count, &one, &other);
		ret = overlap.pu == -ENOMEM ? -ENOMEM : overlap.pu >= 0;
	}
	if (ret > 0 && say) {
		int said;

		overlap.one = here.numbers[one];
		overlap.other = here.numbers[other];
		said = shared_warn(&overlap, count, &here, cores);
		ret = said ? said : ret;
	}
	crowd_free(&here);
	return ret;
}

/* True if no worker before it is on its host. */
static bool shared_first_of_host(const struct worker *rows, unsigned int worker)
{
	/* Mostly the one before is. */
	for (unsigned int i = worker; i-- > 0;)
		if (!strcmp(rows[i].host, rows[worker].host))
			return false;
	return true;
}

int shared_pus_warn(const struct worker *rows, unsigned int count, unsigned int cores)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < count; i++) {
		int ret = shared_first_of_host(rows, i)
				  ? shared_warn_host(rows, count, i, cores, found < OVERLAP_HOSTS)
				  : 0;

		if (ret < 0)
			return ret;
		found += (unsigned int)ret;
	}
	if (found > OVERLAP_HOSTS)
		say_warn("workers share PUs on %u more hosts", found - OVERLAP_HOSTS);
	return 0;
}
