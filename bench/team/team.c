/* Opening, running and closing a team, whatever its strategy. */
#define _GNU_SOURCE
#include "team.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "source.h"
#include "strategy.h"

/* Often enough for a person, seldom enough for the clock. */
#define REPORT_NS 100000000

/* Pages that forked workers share. NULL if there are none. */
static void *shared_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

static size_t dealing_size(const struct team *team)
{
	return sizeof(*team->dealing) + (team->total + 1) * sizeof(team->dealing->edges[0]);
}

int team_seats(struct team *team, unsigned int rows)
{
	team->rows = rows;
	team->workers = shared_pages(rows * sizeof(*team->workers));
	team->dealing = shared_pages(dealing_size(team));
	team->states = calloc(team->spec.workers, sizeof(*team->states));
	return team->workers && team->dealing && team->states ? 0 : -ENOMEM;
}

int team_check_cut(const struct team *team)
{
	uint64_t items = team->cut.items;

	if (team->cut.grains <= GRAINS_MAX)
		return 0;
	return say_fail(EINVAL,
			"a CHUNK of %" PRIu64 " cuts this job into %" PRIu64
			" pieces: give %" PRIu64 " or more",
			team->cut.grain_items, team->cut.grains, items / GRAINS_MAX + 1);
}

void team_report(void *context)
{
	struct team *team = context;
	uint64_t now = clock_ns();

	if (now < team->next_report_ns)
		return;
	team->next_report_ns = now + REPORT_NS;
	team->spec.progress(team->spec.progress_context, ledger_done(&team->ledger),
			    team->spec.work->items);
}

/* A team in one process: its workers share the job's ledger, and are all the workers there are. */
static int open_here(struct team *team)
{
	struct duty duty = { 0 };
	int ret;

	team->ranks = 1;
	team->total = team->spec.workers;
	team->cut = cut_job(team->spec.work, team->total, team->spec.schedule.chunk);
	if (team->spec.progress && !team->spec.strategy->leader_apart)
		duty = (struct duty){ .call = team_report, .context = team };
	ret = team_check_cut(team);
	if (!ret)
		ret = placement_plan(team->spec.placement, team->total, 0, team->total);
	if (!ret)
		ret = team_seats(team, team->total);
	if (!ret)
		ret = ledger_open(&team->ledger, team->spec.work, &team->cut, 0, team->cut.grains);
	team->ledger.dealing = team->dealing;
	if (!ret)
		ret = source_ledger_open(&team->source, &team->ledger, &team->spec.schedule, 0,
					 team->total, team->total, duty);
	return ret == -ENOMEM
		       ? say_fail(ENOMEM, "not enough memory for the job's %" PRIu64 " grains",
				  team->cut.grains)
		       : ret;
}

/* Lets every worker do what it can for a moment: the rates are the weights. The results are
 * forgotten. */
static int measure_weights(struct team *team, double *weights)
{
	double mean = 0;
	unsigned int counted = 0;
	int ret;

	ledger_reset(&team->ledger);
	/* No report of that. */
	team->next_report_ns = UINT64_MAX;
	team->dealing->measure_until_ns = clock_ns() + MEASURE_NS;
	ret = team->spec.strategy->run(team);
	team->dealing->measure_until_ns = 0;
	for (unsigned int i = 0; i < team->total; i++) {
		const struct worker *row = &team->workers[i];

		weights[i] = row->busy_ns ? (double)row->items / (double)row->busy_ns : 0;
		mean += weights[i];
		counted += weights[i] > 0;
	}
	/* Of one that came too late to do anything nothing is known. */
	for (unsigned int i = 0; i < team->total; i++)
		if (!(weights[i] > 0))
			weights[i] = counted ? mean / counted : 1;
	return ret;
}

/* Puts the weights into effect: the sums of them for the shares, their ratio to the mean for the
 * rows. */
static void weigh(struct team *team, const double *weights)
{
	double *edges = team->dealing->edges;

	for (unsigned int i = 0; i < team->total; i++)
		edges[i + 1] = edges[i] + weights[i];
	for (unsigned int i = 0; i < team->total; i++)
		team->workers[i].weight = weights[i] * team->total / edges[team->total];
	team->dealing->weighted = true;
	if (team->spec.strategy->share_weights)
		team->spec.strategy->share_weights(team);
}

/* At the leader of an open team. Only static shares have weights. */
static int choose_weights(struct team *team)
{
	const struct team_spec *spec = &team->spec;
	double *weights;
	int ret = 0;

	for (unsigned int i = 0; i < team->total; i++)
		team->workers[i].weight = 1;
	if (spec->weighting == WEIGHTS_GIVEN && spec->weight_count != team->total)
		return say_fail(EINVAL, "%u weights for %u workers: give one each",
				spec->weight_count, team->total);
	if (spec->weighting == WEIGHTS_EQUAL ||
	    (spec->weighting == WEIGHTS_IF_UNEQUAL && !placement_unequal(spec->placement)) ||
	    spec->schedule.type != &schedule_static || spec->schedule.chunk || !team->cut.grains)
		return 0;
	weights = calloc(team->total, sizeof(*weights));
	if (!weights)
		return -ENOMEM;
	if (spec->weighting != WEIGHTS_GIVEN)
		ret = measure_weights(team, weights);
	weigh(team, spec->weighting == WEIGHTS_GIVEN ? spec->weights : weights);
	free(weights);
	return ret;
}

int team_open(struct team **out, const struct team_spec *spec)
{
	struct team *team = calloc(1, sizeof(*team));
	int ret;

	if (!team)
		return -ENOMEM;
	team->spec = *spec;
	ret = spec->strategy->outer ? 0 : open_here(team);
	if (!ret)
		ret = spec->strategy->open(team);
	team->opened = ret == 0;
	if (!ret && !team->follows)
		ret = choose_weights(team);
	if (ret) {
		team_close(team);
		return ret;
	}
	*out = team;
	return 0;
}

bool team_follows(const struct team *team)
{
	return team->follows;
}

int team_follow(struct team *team)
{
	return team->spec.strategy->follow(team);
}

/* The merged result: every committed grain's cells added to the work's results. */
static int collect(struct team *team)
{
	struct work *work = team->spec.work;
	struct worker *rows = team->workers;
	uint64_t *items = calloc(team->total, sizeof(*items));
	struct grain grain;
	uint64_t missing;

	if (!items)
		return -ENOMEM;
	missing = ledger_tally(&team->ledger, items, team->total);
	for (unsigned int i = 0; i < team->total; i++)
		rows[i].items = items[i];
	free(items);
	if (missing && team->spec.until_ns && clock_ns() >= team->spec.until_ns)
		return -ETIME;
	if (missing)
		return say_fail(EIO, "%" PRIu64 " of %" PRIu64 " grains were done by nobody",
				missing, team->cut.grains);
	work->type->reset(work);
	for (uint64_t i = 0; i < team->cut.grains; i++) {
		ledger_grain(&team->ledger, i, &grain);
		work->type->collect(work, &grain);
	}
	return 0;
}

/* What the timing of clocks put on the clock: all workers do it at the same time. */
static uint64_t clocks_ns(const struct team *team)
{
	uint64_t longest = 0;

	for (unsigned int i = 0; i < team->total; i++)
		if (team->workers[i].clock_ns > longest)
			longest = team->workers[i].clock_ns;
	return longest;
}

int team_run(struct team *team, uint64_t *elapsed_ns)
{
	uint64_t began;
	int ret;

	ledger_reset(&team->ledger);
	team->dealing->stop = false;
	team->dealing->until_ns = team->spec.until_ns;
	team->next_report_ns = 0;
	began = clock_ns();
	ret = team->spec.strategy->run(team);
	if (!ret)
		ret = collect(team);
	*elapsed_ns = clock_ns() - began - clocks_ns(team);
	return ret;
}

void team_close(struct team *team)
{
	if (team->opened)
		team->spec.strategy->close(team);
	if (team->source)
		team->source->close(team->source);
	ledger_close(&team->ledger);
	free(team->states);
	if (team->workers)
		munmap(team->workers, team->rows * sizeof(*team->workers));
	if (team->dealing)
		munmap(team->dealing, dealing_size(team));
	free(team);
}

unsigned int team_workers(const struct team *team, const struct worker **rows)
{
	*rows = team->workers;
	return team->total;
}

unsigned int team_ranks(const struct team *team)
{
	return team->ranks;
}
