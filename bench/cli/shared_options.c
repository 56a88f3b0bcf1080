/* The table of the options that all programs share, and the few that no kind of value fits. */
#include <errno.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"
#include "bench/team/strategy.h"
#include "command.h"
#include "shared_options.h"

enum { ROUNDS = VERB_RUN | VERB_COMPARE | VERB_SCALE | VERB_OWN_STUDY };
enum { MEASURING = VERB_RUN | VERB_COMPARE | VERB_SCALE, SHARING = VERB_COMPARE | VERB_SCALE };

/* Of workers and the like. */
enum { COUNT_MAX = 100000000 };

/* Adds the words of "A,B", each of which check() accepts. */
static int shared_add_words(struct command *command, struct choices *choices, const char *option,
			    const char *value, int (*check)(const char *word))
{
	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",");
		struct words *kept = &command->choice_words;
		const char *word;
		int ret;

		words_add(kept, "%.*s", (int)length, at);
		if (kept->incomplete)
			return -ENOMEM;
		word = kept->list[kept->count - 1];
		ret = check(word);
		if (!ret)
			ret = choices_add_text(choices, option, word);
		at += length;
		if (ret || !*at)
			return ret;
	}
}

static int shared_check_strategy(const char *name)
{
	const struct strategy *strategy, *inner;

	return strategy_find(name, &strategy, &inner);
}

static int shared_take_strategy(void *into, const char *value)
{
	struct command *command = into;

	command->team.strategy = value;
	return shared_add_words(command, &command->study.strategies, "-s", value,
				shared_check_strategy);
}

int shared_options_take_counts(struct choices *choices, const char *option, const char *value)
{
	for (const char *at = value;; at++) {
		uint64_t first, last;
		int ret = 0;

		if (number_take_range(&at, &first, &last) || (*at && *at != ',') || first < 1 ||
		    last > COUNT_MAX)
			return say_fail(
				EINVAL,
				"%s takes whole numbers from 1 to %d, as in 4, 1-8 or 1,2,4: "
				"not '%.*s'",
				option, COUNT_MAX, SAY_WORD, value);
		for (uint64_t number = first; !ret && number <= last; number++)
			ret = choices_add_number(choices, option, (unsigned int)number);
		if (ret || !*at)
			return ret;
	}
}

static int shared_take_concurrency(void *into, const char *value)
{
	return shared_options_take_counts(&((struct command *)into)->study.concurrencies, "-c",
					  value);
}

static int shared_take_nodes(void *into, const char *value)
{
	return shared_options_take_counts(&((struct command *)into)->study.nodes, "--nodes", value);
}

static int shared_take_file(void *into, const char *value)
{
	struct command *command = into;

	if (command->job.file)
		return say_fail(
			EINVAL,
			"-f was given twice: put the lists together, as in: cat A B | ... -f -");
	command->job.file = value;
	return 0;
}

/* Commas may be part of it. */
static int shared_take_places(void *into, const char *value)
{
	struct command *command = into;

	command->place.places = value;
	return choices_add_text(&command->study.places, "--places", value);
}

static int shared_take_bind(void *into, const char *value)
{
	struct command *command = into;

	command->place.bind = value;
	return shared_add_words(command, &command->study.binds, "--bind", value,
				placement_check_bind);
}

static int shared_take_schedule(void *into, const char *value)
{
	struct command *command = into;

	command->team.schedule_text = value;
	command->team.schedule_given = true;
	return schedule_parse(&command->team.schedule, value);
}

static int shared_take_launcher(void *into, const char *value)
{
	struct launcher_request *request = &((struct command *)into)->launcher;

	request->name = value;
	for (size_t n = 0; launcher_nth_name(n); n++)
		if (!strcmp(launcher_nth_name(n), value))
			return 0;
	return say_no_such("launcher", value, -1, launcher_nth_name);
}

static int shared_take_weights(void *into, const char *value)
{
	return weighting_parse(&((struct command *)into)->team.weighting, value);
}

/* The format is told by the end of the name; standard output gets the one that a browser shows. */
static int shared_take_plot(void *into, const char *value)
{
	const struct option_row row = { .name = "plot" };
	struct output_to *outputs = ((struct command *)into)->outputs;
	const char *end = strrchr(value, '.');

	if (!strcmp(value, "-") || (end && !strcmp(end, ".svg")))
		return option_take_output(&row, &outputs[OUTPUT_SVG], value);
	if (end && !strcmp(end, ".png"))
		return option_take_output(&row, &outputs[OUTPUT_PNG], value);
	return say_fail(EINVAL, "--plot takes FILE.svg or FILE.png, not '%.*s'", SAY_WORD, value);
}

/* As enum help_form has them. */
static const char *shared_nth_form(size_t n)
{
	static const char *const forms[] = { [HELP_MAN] = "man", [HELP_BASH] = "bash", NULL };

	return forms[n];
}

static int shared_take_help(void *into, const char *value)
{
	const struct option_row row = { .name = "help",
					.kind = OPTION_WORD,
					.nth = shared_nth_form };
	struct talk_options *talk = &((struct command *)into)->talk;

	talk->help = true;
	talk->form = HELP_PLAIN;
	return value ? option_take(&row, &talk->form, value) : 0;
}

#define AT(member)     .offset = offsetof(struct command, member)
#define COUNT(member)  .kind = OPTION_COUNT, AT(member), .low = 1, .high = COUNT_MAX
#define FLAG(member)   .kind = OPTION_FLAG, AT(member)
#define OUTPUT(number) .kind = OPTION_OUTPUT, AT(outputs[number])
#define OWN(function)  .kind = OPTION_OWN, .take = function

const struct option_row shared_options[] = {
	{ "strategy", 's', "NAME",
	  "who does it: serial, async, openmp, processes, mpi, or mpi+X for ranks that each run X; "
	  "default openmp, for fetchall without -w async, and mpi or mpi+async inside an mpirun of "
	  "several ranks; scale takes several, as in openmp,processes",
	  VERB_RUN | VERB_SCALE | VERB_PLACE, .nth = strategy_nth_name, .several = VERB_SCALE,
	  OWN(shared_take_strategy) },
	{ "ranks", 'n', "N",
	  "MPI ranks to start when not already under mpirun; default 2, or 1 where the cores are "
	  "odd, for mpi alone one for each core",
	  VERB_RUN | VERB_PLACE, COUNT(team.ranks) },
	{ "hosts", 0, "LIST",
	  "where to start the ranks, as the launcher has it: n1:4,n2:4 for four on each; default: "
	  "those of the allocation, or this one",
	  MEASURING | VERB_PLACE, SHARING, .kind = OPTION_TEXT, AT(launcher.hosts) },
	{ "hostfile", 0, "FILE",
	  "a file of hosts, as the launcher reads it, in the place of --hosts",
	  MEASURING | VERB_PLACE, SHARING, .kind = OPTION_TEXT, AT(launcher.hostfile) },
	{ "launcher", 0, "NAME",
	  "what starts the ranks: mpirun of Open MPI, mpiexec of MPICH, or srun; default: that of "
	  "the MPI library",
	  MEASURING | VERB_PLACE, SHARING, .nth = launcher_nth_name, OWN(shared_take_launcher) },
	{ "launcher-args", 0, "WORDS",
	  "more words for the launcher, with spaces between, as in '--mca btl tcp,self'",
	  MEASURING | VERB_PLACE, SHARING, .kind = OPTION_TEXT, AT(launcher.arguments) },
	{ "per-node", 0, "N", "ranks to start on each host; default: as the launcher places them",
	  VERB_RUN | VERB_PLACE, COUNT(launcher.per_host) },
	{ "workers", 'w', "N",
	  "workers of each rank, threads or processes; default: as many as there are allowed cores",
	  VERB_RUN | VERB_PLACE, COUNT(team.workers) },
	{ "inflight", 'k', "N",
	  "items in flight in each worker; default 1, for async 16, of fetchall 20", VERB_RUN,
	  COUNT(team.inflight) },
	{ "concurrency", 'c', "C",
	  "the total concurrency, the same for every row but serial; scale takes several: 1-8, "
	  "1,2,4",
	  SHARING, OWN(shared_take_concurrency) },
	{ "nodes", 0, "N",
	  "so many hosts, of the allocation or of --hosts, in the place of -c: one rank on each, with "
	  "as many workers as this one has cores; of -s mpi as many ranks; several as in 1-4 or 1,2,4",
	  SHARING, OWN(shared_take_nodes) },
	{ "strong", 0, NULL, "the same job for each concurrency; the default of sumsq", VERB_SCALE,
	  FLAG(study.strong) },
	{ "weak", 0, NULL, "a job that grows with the concurrency: C times over", VERB_SCALE,
	  FLAG(study.weak) },
	{ "file", 'f', "FILE",
	  "read more of them from FILE, one a line, # begins a comment; - is standard input, which "
	  "is read unasked where nothing else is given and something is piped in",
	  MEASURING, OWN(shared_take_file) },
	{ "places", 0, "PLACES",
	  "what a worker is bound to: threads, cores, ll_caches, numa_domains or sockets; or cores "
	  "inside an hwloc expression like numa:1, core:0-3.pu:0, cpukind:0, 0xff; default "
	  "OMP_PLACES, or cores",
	  MEASURING | VERB_PLACE, VERB_COMPARE, .nth = placement_nth_word,
	  OWN(shared_take_places) },
	{ "bind", 0, "POLICY",
	  "how workers go to places: close, spread or none; default OMP_PROC_BIND, or close",
	  MEASURING | VERB_PLACE, VERB_COMPARE, .nth = placement_nth_bind, .several = VERB_SCALE,
	  OWN(shared_take_bind) },
	{ "topology", 0, "TOPOLOGY",
	  "plan for another machine: an hwloc XML file, or a synthetic description like 'pack:2 "
	  "[numa] l3:4 core:8 pu:2'",
	  VERB_PLACE, .kind = OPTION_TEXT, AT(place.topology) },
	{ "schedule", 0, "KIND[,CHUNK]",
	  "how items are handed out: static, dynamic or guided; CHUNK counts items; default dynamic",
	  MEASURING, SHARING, .nth = schedule_nth_name, OWN(shared_take_schedule) },
	{ "weights", 0, "WEIGHTS",
	  "shares of a static schedule: equal, measured in a moment of the job, or one for each "
	  "worker, as in 2,2,1; default measured where workers are unequal, otherwise equal",
	  MEASURING, .nth = weighting_nth_word, OWN(shared_take_weights) },
	{ "repeat", 0, "N", "the job N times over, as one; default 1", VERB_RUN | VERB_COMPARE,
	  VERB_COMPARE, COUNT(job.repeat) },
	{ "survive", 0, NULL,
	  "processes: one that dies is replaced, what it had not finished is done again, and it is "
	  "said; default: the run fails",
	  VERB_RUN, FLAG(team.survive) },
	{ "clock", 0, NULL, "time each core's clock too, before and after its work", VERB_RUN,
	  FLAG(team.clocks) },
	{ "rounds", 0, "N",
	  "how often to measure; default 1, for compare and scale until they can tell which is fastest, "
	  "and where the knee is",
	  ROUNDS, COUNT(study.rounds) },
	{ "max-time", 0, "S",
	  "stop after S seconds, or 500ms; default 60, for run no limit; a run that is not over by "
	  "then fails, as do compare and scale if their first round is not",
	  ROUNDS, .kind = OPTION_SECONDS, AT(study.max_time), .low = 0.001, .high = 1e9 },
	{ "start-timeout", 0, "S",
	  "seconds that mpirun may take to start the ranks, and the ranks to leave MPI; default 60, "
	  "and one more for each rank",
	  MEASURING, SHARING, .kind = OPTION_SECONDS, AT(launcher.start_timeout), .low = 0.001,
	  .high = 1e9 },
	{ "time", 0, "S", "how long each PU is checked, in seconds, or 500ms; default 10",
	  VERB_CHECK, .kind = OPTION_SECONDS, AT(patrol.time), .low = 0.001, .high = 1e9 },
	{ "pus", 0, "LIST", "only these PUs, as the system numbers them: 0,2-3", VERB_CHECK,
	  .kind = OPTION_TEXT, AT(patrol.pus) },
	{ "one-at-a-time", 0, NULL, "one PU after the other, each for so long; default all at once",
	  VERB_CHECK, FLAG(patrol.one_at_a_time) },
	{ "fail-slow", 0, NULL, "exit code 1 if a PU is slow", VERB_CHECK, FLAG(study.fail_slow) },
	{ "patience", 0, "S",
	  "seconds that a rank may be silent, stopped or cut off, before the run is lost; default 30",
	  MEASURING, SHARING, .kind = OPTION_SECONDS, AT(team.patience), .low = 1, .high = 1e9 },
	{ "tolerance", 0, "PERCENT",
	  "with OLD.json NEW.json: how much slower is still the same; default 3", VERB_COMPARE,
	  .kind = OPTION_PERCENT, AT(study.tolerance), .high = 1000 },
	{ "force", 0, NULL, "with OLD.json NEW.json: whatever they measured", VERB_COMPARE,
	  FLAG(study.force) },
	{ "json", 0, "=FILE",
	  "the whole document as JSON, to stdout instead of text, or to FILE beside it; - is stdout",
	  VERB_SHOWING, OUTPUT(OUTPUT_JSON) },
	{ "csv", 0, "=FILE", "the main table as CSV, likewise", VERB_SHOWING, OUTPUT(OUTPUT_CSV) },
	{ "markdown", 0, "=FILE", "the tables as Markdown, likewise", VERB_SHOWING,
	  OUTPUT(OUTPUT_MARKDOWN) },
	{ "extrap", 0, "=FILE", "the samples as lines of JSON for Extra-P, likewise",
	  VERB_SCALE | VERB_REPORT, OUTPUT(OUTPUT_EXTRAP) },
	{ "plot", 0, "FILE", "what was measured as a picture, by gnuplot: FILE.svg or FILE.png",
	  VERB_SCALE | VERB_REPORT | VERB_OWN_STUDY, OWN(shared_take_plot) },
	{ "html", 0, "FILE", "a page with all of it, which needs no other file",
	  VERB_SCALE | VERB_REPORT, OUTPUT(OUTPUT_HTML) },
	{ "quiet", 'q', NULL, "nothing on stderr but errors", VERB_ALL, FLAG(talk.quiet) },
	{ "verbose", 'v', NULL, "say more on stderr", VERB_ALL, FLAG(talk.verbose) },
	{ "no-progress", 0, NULL, "no progress line on the terminal", ROUNDS | VERB_CHECK,
	  FLAG(talk.no_progress) },
	{ "help", 'h', "=FORM", "this help; FORM man is the manual page, bash the completion",
	  VERB_ALL, .nth = shared_nth_form, OWN(shared_take_help) },
	{ "version", 0, NULL, "print the version", VERB_ALL, FLAG(talk.version) },
	{ 0 },
};
