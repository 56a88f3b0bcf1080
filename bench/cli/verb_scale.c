/* scale: the job at several concurrencies, to learn how far it scales and what limits it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/limits.h"
#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/team/strategy.h"
#include "bench/study/trial.h"
#include "plan.h"
#include "bench/study/scaling.h"

/* A row is measured until its interval is narrower than this share of the median. */
#define PRECISION 0.01

/* What one worker should need for the job, and what it is estimated from, in seconds. */
#define ALONE_S    1.0
#define ESTIMATE_S 0.05

/* Kept of the time for conclusions and reports: so much, or of little time a tenth. */
#define REPORT_S 0.5

/* One measurement of one worker. *run has its rate and median. Returns 0 or -errno. */
static int measure_alone(struct study *study, struct run *run)
{
	const struct contender serial = { .strategy = strategy_serial.name, .concurrency = 1 };
	const struct contest *contest = &study->contest;
	struct document found;
	char why[256] = "";
	int code = measurement_make(&found, contest->command, &serial, contest->feed, 0, why);

	if (code < 0)
		return say_fail(-code, "a measurement cannot be started: %s", strerror(-code));
	if (code) {
		document_free(&found);
		return say_fail(say_errno(code), "serial: %s", why);
	}
	run->rate = found.runs[0].rate;
	run->median = found.runs[0].median;
	document_free(&found);
	return 0;
}

/* Two digits are enough of a number that people will read. */
static uint64_t round_off(double number)
{
	double scale = pow(10, floor(log10(number)) - 1);

	return number < 100 ? (uint64_t)ceil(number) : (uint64_t)(round(number / scale) * scale);
}

/* Makes the embedded job of a size that one worker needs about a second for. */
static int size_job(struct study *study)
{
	double items = 1;

	for (;;) {
		struct run run = { 0 };
		int ret = contest_embed(&study->contest, (uint64_t)items);

		if (!ret)
			ret = measure_alone(study, &run);
		if (ret)
			return ret;
		if (run.median >= ESTIMATE_S)
			return contest_embed(&study->contest, round_off(run.rate * ALONE_S));
		/* From short runs little can be foretold. */
		items *= fmin(2 * ESTIMATE_S / run.median, 1000) + 1;
	}
}

/* 1, 2, 4 ... and the last. */
static void fill_concurrencies(struct choices *choices, unsigned int last)
{
	for (unsigned int c = 1; c < last; c *= 2)
		choices->numbers[choices->count++] = c;
	choices->numbers[choices->count++] = last;
}

/* What is studied beside concurrency; with nothing given, one choice that leaves it to the default.
 */
struct facets {
	struct choices strategies, schedules, places, binds;
};

static void choose_facets(struct facets *facets, const struct command *command, bool both_schedules)
{
	const struct options *options = &command->options;

	*facets = (struct facets){ .strategies = options->study.strategies,
				   .places = options->study.places,
				   .binds = options->study.binds };
	for (size_t i = 0; !options->study.strategies.count && command->program->scaled[i]; i++)
		facets->strategies.texts[facets->strategies.count++] = command->program->scaled[i];
	facets->schedules.count = both_schedules ? 2 : 1;
	facets->schedules.texts[1] = schedule_static.name;
	if (!facets->places.count)
		facets->places.count = 1;
	if (!facets->binds.count)
		facets->binds.count = 1;
}

static void name_series(struct series *series, const struct facets *facets,
			const struct contender *like)
{
	snprintf(series->name, sizeof(series->name), "%s%s%s%s%.20s%s%.20s", like->strategy,
		 like->schedule ? " " : "", like->schedule ? like->schedule : "",
		 facets->places.count > 1 ? " " : "", facets->places.count > 1 ? like->places : "",
		 facets->binds.count > 1 ? " " : "", facets->binds.count > 1 ? like->bind : "");
}

static int add_series(struct study *study, const struct facets *facets,
		      const struct choices *concurrencies, struct contender like,
		      unsigned int cores)
{
	struct series *series = &study->series[study->series_count++];
	int ret = 0;

	series->first = study->contest.count;
	series->count = concurrencies->count;
	name_series(series, facets, &like);
	for (size_t i = 0; !ret && i < concurrencies->count; i++) {
		like.concurrency = concurrencies->numbers[i];
		like.repeat = study->weak ? like.concurrency : 1;
		ret = contest_add(&study->contest, &like, cores);
	}
	return ret;
}

/* What is asked for is checked before anything is measured. */
static int check_facets(const struct facets *facets)
{
	int ret = 0;

	for (size_t s = 0; s < facets->strategies.count; s++)
		if (!strcmp(facets->strategies.texts[s], strategy_serial.name))
			return say_fail(EINVAL, "serial is one worker, and measured anyway, as the "
						"baseline: give -s something that scales");
	for (size_t p = 0; !ret && p < facets->places.count; p++) {
		const struct place_request request = { .places = facets->places.texts[p] };
		struct placement *placement;

		ret = placement_open(&placement, &request);
		if (!ret)
			placement_close(placement);
	}
	return ret;
}

static int add_all(struct study *study, const struct facets *facets,
		   const struct choices *concurrencies, unsigned int cores)
{
	struct contender like = { .strategy = strategy_serial.name,
				  .concurrency = 1,
				  .repeat = 1,
				  .places = facets->places.texts[0],
				  .bind = facets->binds.texts[0],
				  .clocks = study->cores > 0 };
	const size_t schedules = facets->schedules.count, places = facets->places.count,
		     binds = facets->binds.count;
	const size_t count = facets->strategies.count * schedules * places * binds;
	int ret = contest_add(&study->contest, &like, cores);

	study->series = calloc(count, sizeof(*study->series));
	if (!study->series)
		return -ENOMEM;
	/* The last facet varies first. */
	for (size_t i = 0; !ret && i < count; i++) {
		like.strategy = facets->strategies.texts[i / (schedules * places * binds)];
		like.schedule = facets->schedules.texts[i / (places * binds) % schedules];
		like.places = facets->places.texts[i / binds % places];
		like.bind = facets->binds.texts[i % binds];
		ret = add_series(study, facets, concurrencies, like, cores);
	}
	return ret;
}

static int set_up(struct study *study, struct placement *placement)
{
	const struct command *command = study->contest.command;
	const struct program *program = command->program;
	const struct machine *machine = placement_machine(placement);
	struct choices concurrencies = command->options.study.concurrencies;
	unsigned int most = 0;
	struct facets facets;
	int ret;

	if (!concurrencies.count)
		fill_concurrencies(&concurrencies, program->concurrencies ? program->concurrencies
									  : machine->allowed_cores);
	for (size_t i = 0; i < concurrencies.count; i++)
		most = concurrencies.numbers[i] > most ? concurrencies.numbers[i] : most;
	choose_facets(&facets, command, contest_shows_schedules(&study->contest, placement, most));
	ret = check_facets(&facets);
	if (!ret)
		ret = limits_check(most, "workers");
	if (ret)
		return ret;
	study->cores = program->cpu_bound ? machine->allowed_cores : 0;
	if (program->cpu_bound)
		plan_warn_places(placement, most);
	return add_all(study, &facets, &concurrencies, machine->allowed_cores);
}

static int report(struct study *study, struct placement *placement)
{
	struct document document;
	int ret = contest_fill(&study->contest, &document, placement);

	if (!ret) {
		figure_text(&document.job, "scaling", study->weak ? "weak" : "strong");
		study_tell(study, &document);
		ret = outputs_write(study->contest.command, &document, format_text.write);
	}
	contest_take_back(&document);
	document_free(&document);
	return ret;
}

static int conclude(struct study *study, struct placement *placement)
{
	int ret;

	contest_judge(&study->contest);
	ret = study_conclude(study);
	if (!ret)
		ret = report(study, placement);
	if (!ret && !contest_best(&study->contest, false) && !study->contest.error)
		ret = say_fail(EINVAL, "nothing could be measured");
	return ret ? ret : study->contest.error;
}

static int scale(struct command *command, struct placement *placement)
{
	const struct options *options = &command->options;
	struct study study = { 0 };
	struct pace pace = { .rounds = options->study.rounds,
			     .precision = options->study.rounds ? 0 : PRECISION };
	uint64_t began = clock_ns();
	int ret = contest_open(&study.contest, command, placement);

	/* What is fetched is more where more is in flight, unless the job is the user's. */
	study.weak = options->study.weak ||
		     (!options->study.strong && study.contest.embedded && !command->program->cpu_bound);
	if (!ret)
		ret = set_up(&study, placement);
	if (!ret && study.contest.embedded)
		ret = size_job(&study);
	pace.max_time = options->study.max_time - (double)(clock_ns() - began) * 1e-9 -
			fmin(REPORT_S, options->study.max_time / 10);
	if (!ret)
		ret = contest_run(&study.contest, &pace);
	if (!ret)
		ret = conclude(&study, placement);
	study_free(&study);
	return ret;
}

int verb_scale(struct command *command)
{
	const struct options *options = &command->options;
	/* Of several places and binds each series has its own. */
	const struct place_request request = { .places = options->study.places.texts[0],
					       .bind = options->study.binds.texts[0] };
	struct placement *placement;
	int ret = contest_refuse_ranks(command);

	if (!ret)
		ret = placement_open(&placement, &request);
	if (ret)
		return ret;
	ret = scale(command, placement);
	placement_close(placement);
	return ret;
}
