/* Opening, running and closing a team, whatever its strategy. */
#define _GNU_SOURCE
#include "team.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "checkpoint.h"
#include "collect.h"
#include "invariants.h"
#include "lease_size.h"
#include "source_ledger.h"
#include "stream.h"
#include "team_inside.h"

/* Often enough for a person, seldom enough for the clock. */
#define REPORT_NS 100000000

/* Pages that forked workers share. NULL if there are none. */
static void *team_shared_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

int team_make_rows(struct team *team, unsigned int rows)
{
	team->rows = rows;
	team->workers = team_shared_pages(rows * sizeof(*team->workers));
	team->go = team_shared_pages(sizeof(*team->go));
	team->weights = team_shared_pages(weights_size(team->total));
	team->states = calloc(team->spec.workers, sizeof(*team->states));
	team->said_moved = calloc(rows, sizeof(*team->said_moved));
	return team->workers && team->go && team->weights && team->states && team->said_moved
		       ? 0
		       : -ENOMEM;
}

uint64_t team_report(void *context)
{
	struct team *team = context;
	uint64_t now = clock_ns(), cpu;

	if (now < team->next_report_ns)
		return 0;
	cpu = clock_cpu_ns();
	team->next_report_ns = now + REPORT_NS;
	team->spec.progress(team->spec.progress_context, ledger_done(&team->ledger),
			    team->spec.work->items);
	return clock_cpu_ns() - cpu;
}

/* A team in one process: its workers share the job's ledger, and are all the workers there are. */
static int team_open_here(struct team *team)
{
	struct source_users users = { .schedule = team->spec.schedule,
				      .count = team->spec.workers,
				      .total = team->spec.workers };
	int ret;

	team->ranks = 1;
	team->total = team->spec.workers;
	team->partition =
		partition_job(team->spec.work, team->total, team->spec.schedule.chunk_items);
	if (team->spec.progress && !team->spec.strategy->leader_apart)
		users.duty = (struct duty){ .call = team_report, .context = team };
	ret = partition_check(&team->partition);
	if (!ret)
		ret = placement_plan(team->spec.placement, team->total, 0, team->total);
	if (!ret)
		ret = team_make_rows(team, team->total);
	if (!ret)
		ret = ledger_open(&team->ledger, team->spec.work, &team->partition,
				  batch_of(0, team->partition.chunks));
	users.go = team->go;
	users.weights = team->weights;
	if (!ret)
		ret = source_ledger_open(&team->source, &team->ledger, &users);
	return ret == -ENOMEM
		       ? say_fail(ENOMEM, "not enough memory for the job's %" PRIu64 " chunks",
				  team->partition.chunks)
		       : ret;
}

/* One go of all workers. No progress is reported but of the job. */
static int team_go(struct team *team, enum go_kind kind, uint64_t until_ns)
{
	go_begin(team->go, kind, until_ns);
	team->next_report_ns = kind == GO_JOB || kind == GO_REST ? 0 : UINT64_MAX;
	return team->spec.strategy->run(team);
}

static void team_ready(struct team *team)
{
	if (team->spec.strategy->ready)
		team->spec.strategy->ready(team);
}

/* Lets every worker do what it can for a moment: the rates are the weights. The results are
 * forgotten. */
static int team_measure_weights(struct team *team, double *weights)
{
	double sum = 0;
	unsigned int counted = 0;
	int ret;

	ledger_reset(&team->ledger);
	team_ready(team);
	ret = team_go(team, GO_WEIGHTS, clock_ns() + MEASURE_NS);
	for (unsigned int i = 0; i < team->total; i++) {
		weights[i] = worker_rate(&team->workers[i]);
		sum += isnan(weights[i]) ? 0 : weights[i];
		counted += !isnan(weights[i]);
	}
	/* A worker that did nothing in the measuring has no rate; it gets the mean. */
	for (unsigned int i = 0; i < team->total; i++)
		if (isnan(weights[i]))
			weights[i] = counted ? sum / counted : 1;
	return ret;
}

/* Puts the weights into effect: for the shares, and as their ratio to the mean for the rows. */
static void team_weigh(struct team *team, const double *weights)
{
	weights_set(team->weights, weights, team->total);
	for (unsigned int i = 0; i < team->total; i++)
		team->workers[i].weight =
			weights[i] * team->total / team->weights->edges[team->total];
	if (team->spec.strategy->share_weights)
		team->spec.strategy->share_weights(team);
}

/* The leader's first worker has less time for the job, by this part of a mean worker's. */
static double team_serving(const struct team *team)
{
	return lease_size_serving(team->spec.work, &team->partition,
				  &(struct lease_takers){ .ranks = team->ranks,
							  .workers = team->total });
}

/* Whether workers differ: those of this host, or hosts. */
static bool team_is_unequal(const struct team *team)
{
	for (unsigned int rank = 1; rank < team->ranks; rank++)
		if (!hello_is_alike(&team->spec.hello, team_hello(team, rank)))
			return true;
	return placement_unequal(team->spec.placement);
}

/* At the leader of an open team. Only static shares have weights. */
static int team_choose_weights(struct team *team)
{
	const struct team_request *spec = &team->spec;
	double *weights;
	double serving;
	bool measured;
	int ret = 0;

	for (unsigned int i = 0; i < team->total; i++)
		team->workers[i].weight = 1;
	if (spec->weighting.how == WEIGHTING_GIVEN && spec->weighting.count != team->total)
		return say_fail(EINVAL, "%u weights for %u workers: give one each",
				spec->weighting.count, team->total);
	if (spec->schedule.type != &schedule_static || spec->schedule.chunk_items ||
	    !team->partition.chunks)
		return 0;
	measured = spec->weighting.how == WEIGHTING_MEASURED ||
		   (spec->weighting.how == WEIGHTING_IF_UNEQUAL && team_is_unequal(team));
	serving = measured || spec->weighting.how == WEIGHTING_IF_UNEQUAL ? team_serving(team) : 0;
	if (spec->weighting.how != WEIGHTING_GIVEN && !measured && serving == 0)
		return 0;
	weights = calloc(team->total, sizeof(*weights));
	if (!weights)
		return -ENOMEM;
	for (unsigned int i = 0; i < team->total; i++)
		weights[i] = spec->weighting.how == WEIGHTING_GIVEN ? spec->weighting.list[i] : 1;
	if (measured)
		ret = team_measure_weights(team, weights);
	weights_spare_first(weights, team->total, serving);
	team_weigh(team, weights);
	free(weights);
	return ret;
}

int team_open(struct team **out, const struct team_request *spec)
{
	struct team *team = calloc(1, sizeof(*team));
	int ret;

	if (!team)
		return -ENOMEM;
	team->spec = *spec;
	if (spec->checkpoint)
		team->spec.work = checkpoint_rest(spec->checkpoint);
	ret = spec->strategy->outer ? 0 : team_open_here(team);
	if (!ret)
		ret = spec->strategy->open(team);
	team->opened = ret == 0;
	if (!ret && !team->follows)
		ret = team_choose_weights(team);
	if (ret) {
		team_close(team);
		return ret;
	}
	*out = team;
	return 0;
}

int team_follow(struct team *team)
{
	return team->spec.strategy->follow(team);
}

/* Every worker reads its mask back and, if that is asked for, times its clock: off the clock. */
static int team_look(struct team *team)
{
	team_ready(team);
	return team_go(team, GO_LOOK, 0);
}

/* The clocks of just before the run and of just after it, which the rows have, as their mean. */
static void team_merge_clocks(struct team *team, const double *before)
{
	for (unsigned int i = 0; i < team->total; i++)
		team->workers[i].clock_hz = (before[i] + team->workers[i].clock_hz) / 2;
}

/* Once a worker: what has moved stays moved in later runs, and in the result of each. */
static void team_warn_moved(struct team *team)
{
	for (unsigned int i = 0; i < team->total; i++) {
		if (!worker_moved(&team->workers[i]) || team->said_moved[i])
			continue;
		team->said_moved[i] = true;
		worker_say_moved(&team->workers[i], i);
	}
}

/* After workers have died: others do what they left, and have the figures of all that they did. */
static int team_do_rest(struct team *team)
{
	struct worker_figures *before = calloc(team->total, sizeof(*before));
	int ret = before ? 0 : -ENOMEM;

	if (ret)
		return ret;
	for (unsigned int i = 0; i < team->total; i++)
		before[i] = worker_figures_of(&team->workers[i]);
	ledger_again(&team->ledger);
	ret = team_go(team, GO_REST, team->spec.until_ns);
	for (unsigned int i = 0; i < team->total; i++) {
		struct worker_figures figures = worker_figures_of(&team->workers[i]);

		figures.busy_ns += before[i].busy_ns;
		figures.cpu_ns += before[i].cpu_ns;
		figures.voluntary += before[i].voluntary;
		figures.involuntary += before[i].involuntary;
		/* What one had before it died is not known, and so neither is the whole. */
		if (team->workers[i].died)
			figures = (struct worker_figures){ 0 };
		worker_put_figures(&team->workers[i], &figures);
	}
	free(before);
	return ret;
}

/* The job, and what workers that died have left of it. */
static int team_go_job(struct team *team)
{
	unsigned int deaths = team->deaths, before;
	int ret = team_go(team, GO_JOB, team->spec.until_ns);

	while (!ret && team->deaths > deaths && !go_over(team->go) &&
	       ledger_done(&team->ledger) < team->spec.work->items) {
		before = team->deaths;
		ret = team_do_rest(team);
		/* Nobody died this time, so that nothing can be left. */
		if (team->deaths == before)
			break;
	}
	return ret;
}

/* All workers, with what they do printed, and kept in a checkpoint, if that is wanted. */
static int team_work(struct team *team)
{
	struct checkpoint *checkpoint = team->spec.checkpoint;
	int ret = stream_begin(team->spec.stream, &team->ledger), kept = 0;

	if (!ret && checkpoint)
		ret = checkpoint_watch(checkpoint, &team->ledger);
	if (!ret) {
		ret = team_go_job(team);
		if (checkpoint)
			kept = checkpoint_unwatch(checkpoint, ret || go_over(team->go));
	}
	stream_end(team->spec.stream);
	return ret ? ret : kept;
}

/* The job, from go to the merged result. */
static int team_do_job(struct team *team, uint64_t *elapsed_ns)
{
	uint64_t began;
	int ret;

	ledger_reset(&team->ledger);
	team_ready(team);
	began = clock_ns();
	collect_begin(team);
	ret = team_work(team);
	if (!ret)
		ret = collect_finish(team);
	if (ret)
		collect_undo(team);
	*elapsed_ns = clock_ns() - began;
	return ret;
}

int team_run(struct team *team, uint64_t *elapsed_ns)
{
	double *before = calloc(team->total, sizeof(*before));
	int ret = before ? 0 : -ENOMEM;

	if (!ret && team->spec.clocks)
		ret = team_look(team);
	for (unsigned int i = 0; !ret && i < team->total; i++)
		before[i] = team->workers[i].clock_hz;
	if (!ret)
		ret = team_do_job(team, elapsed_ns);
	if (!ret)
		ret = team_look(team);
	if (!ret) {
		team_merge_clocks(team, before);
		team_warn_moved(team);
		ret = invariants_check(team->workers, team->total, team->workers[0].host,
				       *elapsed_ns);
	}
	free(before);
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
	free(team->said_moved);
	if (team->workers)
		munmap(team->workers, team->rows * sizeof(*team->workers));
	if (team->go)
		munmap(team->go, sizeof(*team->go));
	if (team->weights)
		munmap(team->weights, weights_size(team->total));
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

const struct hello *team_hello(const struct team *team, unsigned int rank)
{
	return team->spec.strategy->hello ? team->spec.strategy->hello(team, rank)
					  : &team->spec.hello;
}
