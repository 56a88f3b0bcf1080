/* compare: the same job with every strategy, at equal concurrency, each measurement in a fresh
 * process. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/measure/stats.h"
#include "bench/say.h"
#include "bench/team/launch.h"
#include "bench/team/strategy.h"
#include "plan.h"

#define ROUNDS 10

enum { ROWS_MAX = 16 };

/* One strategy at the concurrency asked for. */
struct contender {
	const char *name;
	const char *schedule;                  /* NULL: the command's own */
	unsigned int ranks, workers, inflight; /* 0: not given to the measurement */
	struct document document; /* of its first measurement; its run gathers the samples of all */
	double *startups;
	size_t startup_count;
	bool out; /* missing, or it failed */
};

struct contest {
	struct command *command;
	struct contender rows[ROWS_MAX];
	size_t count;
	unsigned int concurrency;
	int feed; /* standard input, kept for every measurement; -1 if it is not read */
	int error;
};

/* The same total concurrency, split as each strategy splits it. */
static void split(struct contender *row, unsigned int concurrency)
{
	const struct strategy *strategy, *inner, *doer;
	unsigned int each = concurrency;

	if (strategy_find(row->name, &strategy, &inner))
		return;
	doer = inner ? inner : strategy;
	if (strategy->outer && doer == &strategy_serial) {
		row->ranks = concurrency;
		return;
	}
	if (strategy->outer) {
		row->ranks = concurrency % 2 ? 1 : 2;
		each = concurrency / row->ranks;
	}
	if (doer->one_in_flight && doer->one_worker)
		return;
	*(doer->one_worker ? &row->inflight : &row->workers) = each;
}

/* What a row without a measurement still says of itself. */
static int leave_out(struct contender *row, const char *why)
{
	struct run *run =
		row->document.run_count ? &row->document.runs[0] : document_add_run(&row->document);

	row->out = true;
	if (!run)
		return -ENOMEM;
	snprintf(run->strategy, sizeof(run->strategy), "%s", row->name);
	run->ranks = row->ranks ? row->ranks : 1;
	run->workers = run->ranks * (row->workers ? row->workers : 1);
	run->inflight = row->inflight ? row->inflight : 1;
	run->verified = false;
	run->sample_count = 0;
	run->median = run->low = run->high = run->startup = run->rate = NAN;
	free(run->missing);
	run->missing = strdup(why);
	return run->missing ? 0 : -ENOMEM;
}

/* True if FILE can be read but once: a pipe, standard input. */
static bool reads_once(const char *path)
{
	struct stat status;

	return !strcmp(path, "-") ||
	       (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
}

static const char *input_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

/* What can be read once is kept in memory, from where each measurement reads it anew, as standard
 * input. */
static int keep_input(struct contest *contest)
{
	const char **path = &contest->command->options.file;
	char bytes[65536];
	int from = STDIN_FILENO;
	ssize_t got;

	if (!*path || !reads_once(*path))
		return 0;
	if (strcmp(*path, "-"))
		from = open(*path, O_RDONLY | O_CLOEXEC);
	contest->feed = memfd_create("tasks", MFD_CLOEXEC);
	if (from < 0 || contest->feed < 0)
		return say_fail(EINVAL, "%s cannot be read: %s", input_name(*path),
				strerror(errno));
	while ((got = read(from, bytes, sizeof(bytes))) > 0)
		if (write(contest->feed, bytes, (size_t)got) != got)
			return say_fail(EIO, "%s cannot be kept: %s", input_name(*path),
					strerror(errno));
	if (got < 0)
		return say_fail(EINVAL, "%s cannot be read: %s", input_name(*path),
				strerror(errno));
	if (from != STDIN_FILENO)
		close(from);
	contest->command->options.file_name = strcmp(*path, "-") ? *path : NULL;
	*path = "-";
	lseek(contest->feed, 0, SEEK_SET);
	return dup2(contest->feed, STDIN_FILENO) < 0 ? -errno : 0;
}

enum { WORDS_MAX = 24 };

static void add_count(char *words[], size_t *at, char room[32], const char *option,
		      unsigned int count)
{
	if (!count)
		return;
	snprintf(room, 32, "%s%u", option, count);
	words[(*at)++] = room;
}

/* Whether weights mean anything to it. */
static bool has_shares(const struct command *command, const struct contender *row)
{
	return row->ranks + row->workers > 1 &&
	       (row->schedule || command->options.schedule.type == &schedule_static);
}

/* One measurement in a fresh process. Returns its exit code or -errno. */
static int launch(struct contest *contest, const struct contender *row, struct output *out,
		  struct output *err)
{
	struct command *command = contest->command;
	size_t operands = 0, at = 0;
	char ranks[32], workers[32], inflight[32], file[4200];
	char **words;
	int ret;

	while (command->operands[operands])
		operands++;
	words = calloc(WORDS_MAX + command->measured_count + operands, sizeof(*words));
	if (!words)
		return -ENOMEM;
	words[at++] = (char *)command->program->name;
	words[at++] = (char *)"run";
	words[at++] = (char *)"-q";
	words[at++] = (char *)"--no-progress";
	words[at++] = (char *)"--json";
	words[at++] = (char *)"-s";
	words[at++] = (char *)row->name;
	add_count(words, &at, ranks, "-n", row->ranks);
	add_count(words, &at, workers, "-w", row->workers);
	add_count(words, &at, inflight, "-k", row->inflight);
	if (command->options.file) {
		snprintf(file, sizeof(file), "--file=%s", command->options.file);
		words[at++] = file;
	}
	memcpy(words + at, command->measured, command->measured_count * sizeof(*words));
	at += command->measured_count;
	if (row->schedule) {
		words[at++] = (char *)"--schedule";
		words[at++] = (char *)row->schedule;
	}
	if (command->options.weights_text && has_shares(command, row)) {
		words[at++] = (char *)"--weights";
		words[at++] = (char *)command->options.weights_text;
	}
	words[at++] = (char *)"--";
	memcpy(words + at, command->operands, operands * sizeof(*words));
	if (contest->feed >= 0)
		lseek(contest->feed, 0, SEEK_SET);
	ret = launch_self(words, contest->feed, out, err);
	free(words);
	return ret;
}

/* The first line that a failed measurement said, without the program's name. */
static void first_line(const struct contest *contest, const struct output *err, int code,
		       char why[256])
{
	const char *text = err->text ? err->text : "", *name = contest->command->program->name;
	size_t skip = strlen(name);

	if (!strncmp(text, name, skip) && text[skip] == ':')
		text += skip + 2;
	if (*text)
		snprintf(why, 256, "%.*s", (int)strcspn(text, "\n"), text);
	else
		snprintf(why, 256, "it ended with code %d", code);
}

/* Adds what one measurement found, and takes the document over. Returns 0, or -ENOMEM. */
static int take(struct contender *row, struct document *found)
{
	double *grown = realloc(row->startups, (row->startup_count + 1) * sizeof(*grown));
	const struct run *run = &found->runs[0];
	int ret = grown ? 0 : -ENOMEM;

	if (grown) {
		row->startups = grown;
		row->startups[row->startup_count++] = run->startup;
	}
	if (!ret && row->startup_count == 1) {
		row->document = *found;
		return 0;
	}
	for (size_t i = 0; !ret && i < run->sample_count; i++)
		ret = run_add_sample(&row->document.runs[0], run->samples[i]);
	document_free(found);
	return ret;
}

/* Reads what a measurement printed. Returns true if there is a verified run in it. */
static bool read_found(struct document *found, const struct output *out, const char *name)
{
	if (!json_read(found, out->text ? out->text : "", out->length, name) &&
	    found->run_count == 1 && found->runs[0].sample_count && found->runs[0].verified)
		return true;
	document_free(found);
	return false;
}

/* A measurement that failed leaves its row out, with the reason; only a wrong answer ends the
 * contest. */
static int put_aside(struct contest *contest, struct contender *row, const struct output *err,
		     int code)
{
	char why[256];
	int ret;

	first_line(contest, err, code, why);
	ret = leave_out(row, why);
	if (!ret && code == 3)
		ret = say_fail(EBADMSG, "%s: %s", row->name, why);
	else if (!ret && code != 4 && code != 2)
		contest->error = say_fail(EIO, "%s: %s", row->name, why);
	return ret;
}

/* One measurement of one strategy. */
static int measure(struct contest *contest, struct contender *row)
{
	struct document found = { 0 };
	struct output out, err;
	int code = launch(contest, row, &out, &err), ret;

	if (code < 0)
		ret = say_fail(-code, "a measurement cannot be started: %s", strerror(-code));
	else if (code == 0 && read_found(&found, &out, row->name))
		ret = take(row, &found);
	else
		ret = put_aside(contest, row, &err, code ? code : 1);
	free(out.text);
	free(err.text);
	return ret;
}

static void shuffle(size_t *order, size_t count, uint64_t *seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t j, other;

		/* xorshift64 (G. Marsaglia, Xorshift RNGs, 2003) */
		*seed ^= *seed << 13;
		*seed ^= *seed >> 7;
		*seed ^= *seed << 17;
		j = *seed % i;
		other = order[j];
		order[j] = order[i - 1];
		order[i - 1] = other;
	}
}

/* Rounds of one measurement a strategy, each in an order of its own, so that drift hits all alike.
 */
static int run_rounds(struct contest *contest)
{
	const struct options *options = &contest->command->options;
	unsigned int rounds = options->rounds ? options->rounds : ROUNDS;
	uint64_t began = clock_ns(), seed = began | 1;
	bool shown = progress_wanted(contest->command);
	size_t order[ROWS_MAX];
	int ret = 0;

	for (size_t i = 0; i < contest->count; i++)
		order[i] = i;
	for (unsigned int round = 0; round < rounds; round++) {
		shuffle(order, contest->count, &seed);
		for (size_t i = 0; i < contest->count; i++) {
			struct contender *row = &contest->rows[order[i]];

			if (row->out)
				continue;
			if (round && (double)(clock_ns() - began) * 1e-9 > options->max_time) {
				say_warn("%u of %u rounds were made in --max-time %g s", round,
					 rounds, options->max_time);
				return 0;
			}
			if (shown)
				say_progress("round %u of %u: %s", round + 1, rounds, row->name);
			ret = measure(contest, row);
			if (ret)
				return ret;
		}
	}
	return ret;
}

/* Medians, and how each compares with the first row, the baseline. */
static void judge(struct contest *contest)
{
	const struct run *baseline = &contest->rows[0].document.runs[0];

	for (size_t i = 0; i < contest->count; i++) {
		struct contender *row = &contest->rows[i];
		struct run *run = &row->document.runs[0];

		if (row->out)
			continue;
		run_summarise(run, run->rate * run->median);
		run->startup = summarise(row->startups, row->startup_count).median;
		if (contest->rows[0].out || !(run->median > 0))
			continue;
		run->speedup = baseline->median / run->median;
		run->efficiency = run->speedup / run->workers;
	}
}

/* The row that is best by its median, with start-up or without; NULL if there is none. */
static const struct run *best(const struct contest *contest, bool with_startup)
{
	const struct run *found = NULL;
	double least = INFINITY;

	for (size_t i = 0; i < contest->count; i++) {
		const struct run *run = &contest->rows[i].document.runs[0];
		double cost = run->median + (with_startup ? run->startup : 0);

		if (contest->rows[i].out || !(cost < least))
			continue;
		least = cost;
		found = run;
	}
	return found;
}

/* Others that the measurement cannot tell from the best: their intervals overlap. */
static void name_ties(const struct contest *contest, const struct run *first, char text[256])
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < contest->count; i++) {
		const struct run *run = &contest->rows[i].document.runs[0];

		if (contest->rows[i].out || run == first || !(run->low <= first->high) || at >= 200)
			continue;
		at += (size_t)snprintf(text + at, 256 - at, "%s%s",
				       at ? ", " : "\nThe intervals do not tell it from ",
				       run->strategy);
	}
}

static char *advise(const struct contest *contest)
{
	const struct run *fastest = best(contest, false), *soonest = best(contest, true);
	char median[CELL_SHOWN], whole[CELL_SHOWN], ties[256], ratio[64], *text;

	if (!fastest)
		return NULL;
	show_seconds(median, fastest->median);
	show_seconds(whole, soonest->median + soonest->startup);
	name_ties(contest, fastest, ties);
	ratio[0] = '\0';
	if (!isnan(fastest->speedup))
		snprintf(ratio, sizeof(ratio), ", %.2f times %.32s", fastest->speedup,
			 contest->rows[0].name);
	if (asprintf(&text, "Fastest is %s, %s%s; once start-up counts, %s, %s.%s%s",
		     fastest->strategy, median, ratio, soonest->strategy, whole, ties,
		     *ties ? "." : "") < 0)
		return NULL;
	return text;
}

static int report(struct contest *contest, struct placement *placement)
{
	struct command *command = contest->command;
	const struct document *first = NULL;
	struct document document;
	int ret;

	document_begin(&document, command->program->name, command->verb->name, command->argv,
		       placement);
	document.runs_first = true;
	document.runs = calloc(contest->count, sizeof(*document.runs));
	if (!document.runs)
		return -ENOMEM;
	for (size_t i = 0; i < contest->count; i++) {
		document.runs[document.run_count++] = contest->rows[i].document.runs[0];
		if (!first && !contest->rows[i].out)
			first = &contest->rows[i].document;
	}
	if (first) {
		document.job = first->job;
		document.tables[0] = first->tables[0];
		document.tables[0].audience = FOR_PROGRAMS;
		document.table_count = 1;
	}
	document.advice = advise(contest);
	ret = outputs_write(command, &document, format_text.write);
	/* The runs are the contenders'. */
	document.run_count = 0;
	document_free(&document);
	return ret;
}

static int add_row(struct contest *contest, const char *name, const char *schedule)
{
	struct contender *row = &contest->rows[contest->count];
	const struct strategy *strategy, *inner;
	const char *missing;
	int ret;

	if (contest->count == ROWS_MAX)
		return 0;
	contest->count++;
	row->name = name;
	row->schedule = schedule;
	split(row, contest->concurrency);
	ret = strategy_find(name, &strategy, &inner);
	missing = ret ? NULL : strategy_missing(strategy, inner);
	return missing ? leave_out(row, missing) : ret;
}

/* Workers that are not alike show what a schedule is worth: then those of several workers have a
 * row for each. */
static bool shows_schedules(const struct contest *contest, struct placement *placement)
{
	const struct options *options = &contest->command->options;

	if (!contest->command->program->cpu_bound || options->schedule_given)
		return false;
	if (options->weights_text)
		return true;
	return placement_plan(placement, contest->concurrency, 0, contest->concurrency) == 0 &&
	       placement_unequal(placement);
}

static int set_up(struct contest *contest, struct placement *placement)
{
	const struct program *program = contest->command->program;
	unsigned int asked = contest->command->options.concurrency;
	bool both;
	int ret = 0;

	contest->concurrency = asked ? asked : placement_machine(placement)->allowed_cores;
	ret = limits_check(contest->concurrency, "workers");
	if (ret)
		return ret;
	both = shows_schedules(contest, placement);
	for (size_t i = 0; !ret && program->strategies[i]; i++) {
		const struct contender *row = &contest->rows[contest->count];

		ret = add_row(contest, program->strategies[i], NULL);
		if (!ret && both && row->ranks + row->workers > 1)
			ret = add_row(contest, program->strategies[i], "static");
	}
	if (!ret && program->cpu_bound)
		plan_warn_places(placement, contest->concurrency);
	return ret;
}

static void clear(struct contest *contest)
{
	for (size_t i = 0; i < contest->count; i++) {
		document_free(&contest->rows[i].document);
		free(contest->rows[i].startups);
	}
	if (contest->feed >= 0)
		close(contest->feed);
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

int verb_compare(struct command *command)
{
	struct contest contest = { .command = command, .feed = -1 };
	struct placement *placement;
	int ret;

	if (launched())
		return say_fail(EINVAL,
				"compare starts its own ranks: type it without mpirun, as in `%s "
				"compare -c %u`",
				command->program->name, launched_ranks());
	ret = placement_open(&placement, &command->options.place);
	if (ret)
		return ret;
	if (!placement_machine(placement)->this_system)
		ret = plan_refuse_elsewhere(command);
	if (!ret)
		ret = keep_input(&contest);
	if (!ret)
		ret = check_job(&contest);
	if (!ret)
		ret = outputs_check(command);
	if (!ret)
		ret = set_up(&contest, placement);
	if (!ret)
		ret = run_rounds(&contest);
	say_progress(NULL);
	if (!ret) {
		judge(&contest);
		ret = report(&contest, placement);
		if (!ret && !best(&contest, false))
			ret = contest.error ? contest.error
					    : say_fail(EINVAL, "nothing could be measured");
	}
	clear(&contest);
	placement_close(placement);
	return ret ? ret : contest.error;
}
