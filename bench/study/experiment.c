/* Rows that are measured in fresh processes, in rounds of shuffled order. */
#define _GNU_SOURCE
#include "experiment.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/launcher/launched.h"
#include "bench/base/clock.h"
#include "bench/stats/stats.h"
#include "bench/base/say.h"
#include "bench/team/strategy.h"
#include "trial.h"
#include "bench/cli/plan.h"

/* Beyond this, ranks take minutes to start, and spin in each other's way. */
#define RANKS_A_CORE 16

/* The same total concurrency, split as each strategy splits it. */
static void split(struct contender *row, const struct strategy *strategy,
		  const struct strategy *inner)
{
	const struct strategy *doer = inner ? inner : strategy;
	unsigned int each = row->concurrency;

	if (strategy->outer && doer == &strategy_serial) {
		row->ranks = each;
		return;
	}
	if (strategy->outer) {
		row->ranks = each % 2 ? 1 : 2;
		each /= row->ranks;
	}
	if (doer->one_in_flight && doer->one_worker)
		return;
	*(doer->one_worker ? &row->inflight : &row->workers) = each;
}

struct run *contender_run(const struct contender *row)
{
	return &row->document.runs[0];
}

/* What a row without a measurement still says of itself. */
static int leave_out(struct contender *row, const char *why)
{
	struct run *run =
		row->document.run_count ? contender_run(row) : document_add_run(&row->document);

	row->out = true;
	if (!run)
		return -ENOMEM;
	snprintf(run->strategy, sizeof(run->strategy), "%s", row->strategy);
	snprintf(run->schedule, sizeof(run->schedule), "%s", row->schedule ? row->schedule : "");
	snprintf(run->places, sizeof(run->places), "%s", row->places ? row->places : "");
	snprintf(run->bind, sizeof(run->bind), "%s", row->bind ? row->bind : "");
	run->ranks = row->ranks ? row->ranks : 1;
	run->workers = run->ranks * (row->workers ? row->workers : 1);
	run->inflight = row->inflight ? row->inflight : 1;
	run->verified = false;
	run->sample_count = run->per_worker_count = run->figures.count = 0;
	free(run->per_worker);
	free(run->worker_rates);
	run->per_worker = NULL;
	run->worker_rates = NULL;
	run->median = run->low = run->high = run->startup = run->rate = NAN;
	free(run->missing);
	run->missing = strdup(why);
	return run->missing ? 0 : -ENOMEM;
}

int contest_add(struct contest *contest, const struct contender *like, unsigned int cores)
{
	struct contender *grown =
		realloc(contest->rows, (contest->count + 1) * sizeof(*contest->rows));
	struct contender *row;
	const struct strategy *strategy, *inner;
	const char *missing;
	char why[128];
	int ret;

	if (!grown)
		return -ENOMEM;
	contest->rows = grown;
	row = &grown[contest->count++];
	*row = *like;
	ret = strategy_find(row->strategy, &strategy, &inner);
	if (ret)
		return ret;
	split(row, strategy, inner);
	missing = strategy_missing(strategy, inner);
	if (!missing && row->ranks > RANKS_A_CORE * cores) {
		snprintf(why, sizeof(why),
			 "%u ranks on %u core%s: more than %d a core are not worth starting",
			 row->ranks, cores, cores > 1 ? "s" : "", RANKS_A_CORE);
		missing = why;
	}
	return missing ? leave_out(row, missing) : 0;
}

bool contest_shows_schedules(const struct contest *contest, struct placement *placement,
			     unsigned int concurrency)
{
	const struct options *options = &contest->command->options;

	if (!contest->command->program->cpu_bound || options->team.schedule_given)
		return false;
	if (options->team.weights_text)
		return true;
	return placement_plan(placement, concurrency, 0, concurrency) == 0 &&
	       placement_unequal(placement);
}

/* What the workers of one measurement did. */
static struct round look_at(const struct run *run)
{
	struct round round = { .seconds = run->samples[0],
			       .items = run->rate * run->median,
			       .workers = run->workers };
	double cycles = 0, useful = 0;

	for (size_t i = 0; i < run->per_worker_count; i++) {
		double busy = (double)run->per_worker[i].busy_ns * 1e-9;

		useful += busy;
		cycles += busy * run->per_worker[i].clock_hz;
		round.useful_max = busy > round.useful_max ? busy : round.useful_max;
	}
	round.useful_mean = useful / (double)run->per_worker_count;
	round.clock = cycles / useful;
	return round;
}

/* Room for one more of `size` bytes, which may be 0. */
static int grow(void *array, size_t count, size_t size)
{
	void *grown = realloc(*(void **)array, (count + 1) * size + 1);

	if (!grown)
		return -ENOMEM;
	*(void **)array = grown;
	return 0;
}

/* Numbers in the figures, those of lists one by one. */
static size_t numbers_of(const struct figures *figures, double *to)
{
	size_t count = 0;

	for (size_t i = 0; i < figures->count; i++) {
		const struct cell *value = &figures->list[i].value;

		if (value->kind == CELL_TEXT)
			continue;
		if (value->kind != CELL_LIST) {
			if (to)
				to[count] = value->kind == CELL_NONE ? NAN : value->number;
			count++;
			continue;
		}
		if (to)
			memcpy(to + count, value->list, value->count * sizeof(*to));
		count += value->count;
	}
	return count;
}

static int keep_rates(struct run *all, const struct run *run, size_t before)
{
	size_t workers = all->per_worker_count;

	if (run->per_worker_count != workers ||
	    grow(&all->worker_rates, before, workers * sizeof(double)))
		return -ENOMEM;
	for (size_t i = 0; i < workers; i++) {
		const struct worker *worker = &run->per_worker[i];

		all->worker_rates[before * workers + i] =
			worker->busy_ns ? (double)worker->items * 1e9 / (double)worker->busy_ns
					: NAN;
	}
	return 0;
}

/* Adds what one measurement found, and takes the document over. Returns 0 or -errno. */
static int take(struct contender *row, struct document *found)
{
	const struct run *run = &found->runs[0];
	size_t width = numbers_of(&run->figures, NULL);
	struct run *all;
	int ret = 0;

	if (grow(&row->startups, row->count, sizeof(*row->startups)) ||
	    grow(&row->rounds, row->count, sizeof(*row->rounds)) ||
	    grow(&row->figures, row->count, width * sizeof(*row->figures)))
		ret = -ENOMEM;
	if (!ret && row->count && width != numbers_of(&contender_run(row)->figures, NULL))
		ret = say_fail(EPROTO, "%s: two measurements tell of different figures",
			       row->strategy);
	if (ret) {
		document_free(found);
		return ret;
	}
	row->startups[row->count] = run->startup;
	row->rounds[row->count] = look_at(run);
	numbers_of(&run->figures, row->figures + row->count * width);
	if (!row->count)
		row->document = *found;
	all = contender_run(row);
	ret = keep_rates(all, run, row->count);
	if (row->count++) {
		all->verified = all->verified && run->verified;
		ret = ret ? ret : run_add_sample(all, run->samples[0]);
		document_free(found);
	}
	return ret;
}

/* All results are those of the first measurement, as far as that goes. Returns 0, or -EIO: each was
 * right as far as is known, so that something changed meanwhile. */
static int agree(struct contest *contest, const struct contender *row, const struct document *found)
{
	const struct table *ours = &found->tables[0], *theirs;
	struct cell mine[COLUMNS_MAX], other[COLUMNS_MAX];

	if (!contest->reference || !found->runs[0].verified)
		return 0;
	theirs = &contest->reference->tables[0];
	for (size_t r = 0; r < ours->row_count && r < theirs->row_count; r++) {
		table_row(ours, r, mine);
		table_row(theirs, r, other);
		for (size_t c = 0; c < ours->column_count; c++) {
			char one[CELL_SHOWN], two[CELL_SHOWN], name[CELL_SHOWN];
			const char *is = cell_show(&mine[c], one),
				   *ought = cell_show(&other[c], two);

			if (strcmp(is, ought))
				return say_fail(
					EIO,
					"%s: the %s of %.200s is %.80s, and was %.80s in "
					"another measurement: only what lasts can be compared",
					row->strategy, ours->columns[c].key,
					cell_show(&mine[0], name), is, ought);
		}
	}
	return 0;
}

/* A measurement that failed leaves its row out, with the reason; only a wrong answer ends the
 * contest. */
static int put_aside(struct contest *contest, struct contender *row, const char *why, int code)
{
	int ret = leave_out(row, why);

	if (!ret && code == 3)
		ret = say_fail(EBADMSG, "%s: %s", row->strategy, why);
	else if (!ret && code != 4 && code != 2)
		contest->error = say_fail(EIO, "%s: %s", row->strategy, why);
	return ret;
}

int contest_measure(struct contest *contest, struct contender *row)
{
	struct document found = { 0 };
	uint64_t began = clock_ns();
	char why[256];
	int code = measurement_make(&found, contest->command, row, contest->feed, contest->until_ns,
				    why),
	    ret;
	double took = (double)(clock_ns() - began) * 1e-9;

	row->longest = took > row->longest ? took : row->longest;
	if (code == -ETIME)
		return code;
	if (code < 0)
		return say_fail(-code, "a measurement cannot be started: %s", strerror(-code));
	if (!found.run_count)
		return put_aside(contest, row, why, code);
	if (code)
		contest->error = say_fail(EIO, "%s: %s", row->strategy, why);
	ret = agree(contest, row, &found);
	if (ret) {
		document_free(&found);
		return ret;
	}
	ret = take(row, &found);
	if (!ret && !contest->reference && contender_run(row)->verified)
		contest->reference = &row->document;
	return ret;
}

static void shuffle(size_t *order, size_t count, unsigned short seed[3])
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)nrand48(seed) % i, other = order[j];

		order[j] = order[i - 1];
		order[i - 1] = other;
	}
}

static void put_first(size_t *order, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (order[i] == 0) {
			order[i] = order[0];
			order[0] = 0;
		}
}

/* Whether there is nothing more to learn of a row. */
static bool is_done(const struct contender *row, const struct pace *pace, unsigned int round)
{
	struct summary summary;

	if (row->out || (pace->rounds && round >= pace->rounds))
		return true;
	if (!row->count || !(pace->precision > 0))
		return false;
	summary = summarise(contender_run(row)->samples, contender_run(row)->sample_count);
	return summary.high - summary.low <= pace->precision * summary.median;
}

/* Says what the time was too short for. */
static int say_over(struct contest *contest, const struct pace *pace, unsigned int round)
{
	double limit = contest->command->options.study.max_time;
	size_t wide = 0, left = 0;
	int ret = 0;

	for (size_t i = 0; i < contest->count; i++) {
		struct contender *row = &contest->rows[i];

		wide += row->count && !is_done(row, pace, 0);
		left += row->count > 0;
		if (!ret && !row->out && !row->count)
			ret = leave_out(row, "--max-time was over before it was measured");
	}
	if (!ret && !left && !contest->error) {
		contest->error = say_fail(
			EIO, "--max-time %g s was over before anything was measured", limit);
		return 0;
	}
	if (pace->rounds)
		say_warn("%u of %u rounds were made in --max-time %g s", round, pace->rounds,
			 limit);
	else if (wide)
		say_warn("--max-time %g s is over: %zu of %zu intervals are wider than %g %%",
			 limit, wide, left, 100 * pace->precision);
	return ret;
}

/* One measurement a row, in an order of its own, so that drift hits all alike. Returns 1 if there
 * is more to measure, 0 if not, -errno. */
static int make_round(struct contest *contest, const struct pace *pace, unsigned int round,
		      const size_t *order, uint64_t began)
{
	bool shown = progress_wanted(contest->command), more = false;

	for (size_t i = 0; i < contest->count; i++) {
		struct contender *row = &contest->rows[order[i]];
		double elapsed = (double)(clock_ns() - began) * 1e-9;
		int ret;

		if (is_done(row, pace, round))
			continue;
		if ((round || !pace->whole_round) && elapsed + row->longest > pace->max_time)
			return -ETIME;
		if (shown)
			say_progress("round %u, %.0f of at most %.0f s: %s x %u", round + 1,
				     elapsed, pace->max_time, row->strategy, row->concurrency);
		ret = contest_measure(contest, row);
		if (ret)
			return ret;
		more = true;
	}
	return more;
}

int contest_run(struct contest *contest, const struct pace *pace)
{
	uint64_t began = clock_ns();
	unsigned short seed[3] = { (unsigned short)began, (unsigned short)(began >> 16),
				   (unsigned short)(began >> 32) };
	size_t *order = calloc(contest->count, sizeof(*order));
	unsigned int round = 0;
	int ret = order ? 1 : -ENOMEM;

	for (size_t i = 0; order && i < contest->count; i++)
		order[i] = i;
	for (; ret > 0; round++) {
		if (round || !pace->whole_round)
			contest->until_ns = began + (uint64_t)(fmax(pace->max_time, 0) * 1e9);
		shuffle(order, contest->count, seed);
		/* Whatever time there is, the baseline comes first. */
		if (!round)
			put_first(order, contest->count);
		ret = make_round(contest, pace, round, order, began);
	}
	say_progress(NULL);
	free(order);
	return ret == -ETIME ? say_over(contest, pace, round - 1) : ret;
}

/* The program's figures of a row are the medians of its measurements'. */
static void settle_figures(struct contender *row)
{
	struct figures *figures = &contender_run(row)->figures;
	size_t width = numbers_of(figures, NULL), at = 0;
	double *column = malloc(row->count * sizeof(*column));

	for (size_t i = 0; column && i < figures->count; i++) {
		struct cell *value = &figures->list[i].value;
		size_t count = value->kind == CELL_TEXT   ? 0
			       : value->kind == CELL_LIST ? value->count
							  : 1;

		for (size_t j = 0; j < count; j++, at++) {
			double median;

			for (size_t k = 0; k < row->count; k++)
				column[k] = row->figures[k * width + at];
			median = median_of(column, row->count);
			/* The list is the document's, and so ours. */
			if (value->kind == CELL_LIST)
				((double *)value->list)[j] = median;
			else if (value->kind != CELL_NONE)
				value->number = median;
		}
	}
	free(column);
}

void contest_judge(struct contest *contest)
{
	const struct contender *base = &contest->rows[0];

	for (size_t i = 0; i < contest->count; i++) {
		struct contender *row = &contest->rows[i];
		struct run *run = contender_run(row);

		if (row->out)
			continue;
		run_summarise(run, row->rounds[0].items);
		run->startup = median_of(row->startups, row->count);
		settle_figures(row);
	}
	for (size_t i = 0; !base->out && i < contest->count; i++) {
		struct contender *row = &contest->rows[i];
		struct run *run = contender_run(row);
		bool by_workers = contest->command->program->cpu_bound;

		if (row->out || !(run->median > 0))
			continue;
		run->speedup = row->repeat == base->repeat
				       ? contender_run(base)->median / run->median
				       : run->rate / contender_run(base)->rate;
		run->efficiency = run->speedup / run->workers / (by_workers ? 1 : run->inflight);
	}
}

const struct contender *contest_best(const struct contest *contest, bool with_startup)
{
	const struct contender *found = NULL;
	double least = INFINITY;

	for (size_t i = 0; i < contest->count; i++) {
		const struct contender *row = &contest->rows[i];
		const struct run *run = contender_run(row);
		double cost = with_startup ? run->median + run->startup : 1 / run->rate;

		if (row->out || !run->verified || !(cost < least || !found))
			continue;
		least = cost;
		found = row;
	}
	return found;
}

int contest_fill(const struct contest *contest, struct document *document,
		 const struct placement *placement)
{
	const struct command *command = contest->command;
	const struct document *first =
		contest->rows[0].count ? &contest->rows[0].document : contest->reference;

	document_begin(document, command->program->name, command->verb->name, command->argv,
		       placement);
	document_show(document, command->program->shown);
	document->runs_first = true;
	document->runs = calloc(contest->count, sizeof(*document->runs));
	if (!document->runs)
		return -ENOMEM;
	for (size_t i = 0; i < contest->count; i++)
		document->runs[document->run_count++] = *contender_run(&contest->rows[i]);
	if (first) {
		document->job = first->job;
		document->tables[0] = first->tables[0];
		document->tables[0].audience = FOR_PROGRAMS;
		document->table_count = 1;
	}
	return 0;
}

void contest_take_back(struct document *document)
{
	document->run_count = 0;
}

int contest_embed(struct contest *contest, uint64_t items)
{
	const struct program *program = contest->command->program;
	int copy = dup(contest->feed), ret;
	FILE *list = copy < 0 ? NULL : fdopen(copy, "w");

	if (!list || ftruncate(contest->feed, 0))
		return -errno;
	lseek(contest->feed, 0, SEEK_SET);
	ret = program->embedded(program->config, list, items);
	if (fclose(list) && !ret)
		ret = -errno;
	lseek(contest->feed, 0, SEEK_SET);
	return ret;
}

/* From now on the kept input is standard input, here and in all measurements. */
static int feed_on(struct contest *contest, const char *name)
{
	struct options *options = &contest->command->options;

	options->job.file = "-";
	options->job.file_name = name;
	return dup2(contest->feed, STDIN_FILENO) < 0 ? -errno : 0;
}

/* A list that is read while it grows would be another job for each measurement: it is read once. */
static int keep_list(const struct contest *contest, const char *path)
{
	FILE *into = fdopen(dup(contest->feed), "w");
	int ret;

	if (!into)
		return -errno;
	ret = job_keep(path, into);
	if (fclose(into) && !ret)
		ret = -errno;
	lseek(contest->feed, 0, SEEK_SET);
	return ret;
}

/* The list, or the embedded job, is kept in memory. */
static int keep_input(struct contest *contest)
{
	const struct options *options = &contest->command->options;
	const char *path = options->job.file;
	int ret;

	contest->embedded = !path && !*contest->command->operands;
	if (!contest->embedded && !path)
		return 0;
	contest->feed = memfd_create("job", MFD_CLOEXEC);
	if (contest->feed < 0)
		return -errno;
	ret = contest->embedded ? contest_embed(contest, 0) : keep_list(contest, path);
	if (ret)
		return ret;
	return feed_on(contest, contest->embedded   ? "the embedded job"
				: strcmp(path, "-") ? path
						    : NULL);
}

/* The job is read here too, so that what is wrong with it is said once and before any measurement.
 */
static int check_job(struct contest *contest)
{
	struct work *work;
	int ret = job_read(contest->command, &work);

	if (!ret)
		work->type->free(work);
	return ret;
}

int contest_refuse_ranks(const struct command *command)
{
	const char *verb = command->verb->name;

	if (!launched())
		return 0;
	return say_fail(EINVAL,
			"%s starts its own ranks: type it without mpirun, as in `%s %s -c %u`",
			verb, command->program->name, verb, launched_ranks());
}

int contest_open(struct contest *contest, struct command *command, struct placement *placement)
{
	int ret = 0;

	*contest = (struct contest){ .command = command, .feed = -1 };
	if (!placement_machine(placement)->this_system)
		ret = plan_refuse_elsewhere(command);
	if (!ret)
		ret = keep_input(contest);
	if (!ret)
		ret = check_job(contest);
	return ret ? ret : outputs_check(command);
}

void contest_close(struct contest *contest)
{
	for (size_t i = 0; i < contest->count; i++) {
		document_free(&contest->rows[i].document);
		free(contest->rows[i].startups);
		free(contest->rows[i].rounds);
		free(contest->rows[i].figures);
	}
	free(contest->rows);
	if (contest->feed >= 0)
		close(contest->feed);
}
