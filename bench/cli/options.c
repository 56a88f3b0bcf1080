/* The table of the options that all programs share, and the parser that every table goes through.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/launcher/launched.h"
#include "bench/base/say.h"
#include "command.h"

enum { MEASURING = VERB_RUN | VERB_COMPARE | VERB_SCALE, SHARING = VERB_COMPARE | VERB_SCALE };

/* Of workers and the like. */
enum { COUNT_MAX = 100000000 };

/* The whole number that the text begins with; 0 if it is none, or too large. */
static unsigned int read_count(const char *text, char **end)
{
	long long number;

	errno = 0;
	number = strtoll(text, end, 10);
	return isdigit((unsigned char)text[0]) && !errno && number <= COUNT_MAX
		       ? (unsigned int)number
		       : 0;
}

static int set_count(unsigned int *count, const char *option, const char *value)
{
	char *end;

	*count = read_count(value, &end);
	if (!*count || *end)
		return say_fail(EINVAL, "%s takes a whole number from 1 to %d, not '%s'", option,
				COUNT_MAX, value);
	return 0;
}

/* Adds one value to those of an option, if it is not among them. */
static int add_choice(struct choices *choices, const char *option, const char *text,
		      unsigned int number)
{
	for (size_t i = 0; i < choices->count; i++)
		if (text ? !strcmp(text, choices->texts[i]) : number == choices->numbers[i])
			return 0;
	if (choices->count == CHOICES_MAX)
		return say_fail(EINVAL, "%s takes up to %d values", option, CHOICES_MAX);
	choices->texts[choices->count] = text;
	choices->numbers[choices->count++] = number;
	return 0;
}

/* A copy of a word, which goes with the options. NULL if there is no room. */
static char *keep_word(struct options *options, const char *text, size_t length)
{
	char *word = options->word_count < CHOICES_MAX ? strndup(text, length) : NULL;

	if (word)
		options->words[options->word_count++] = word;
	return word;
}

/* Adds the words of "A,B", each of which check() accepts. */
static int add_words(struct options *options, struct choices *choices, const char *option,
		     const char *value, int (*check)(const char *word))
{
	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",");
		char *word = keep_word(options, at, length);
		int ret = word ? check(word)
			       : say_fail(EINVAL, "%s takes up to %d values", option, CHOICES_MAX);

		if (!ret)
			ret = add_choice(choices, option, word, 0);
		at += length;
		if (ret || !*at)
			return ret;
	}
}

static int check_strategy(const char *name)
{
	const struct strategy *strategy, *inner;

	return strategy_find(name, &strategy, &inner);
}

static int set_strategy(void *into, const char *value)
{
	struct options *options = into;

	options->strategy = value;
	return add_words(options, &options->strategies, "-s", value, check_strategy);
}

static int set_ranks(void *into, const char *value)
{
	return set_count(&((struct options *)into)->ranks, "-n", value);
}

static int set_workers(void *into, const char *value)
{
	return set_count(&((struct options *)into)->workers, "-w", value);
}

static int set_inflight(void *into, const char *value)
{
	return set_count(&((struct options *)into)->inflight, "-k", value);
}

/* "4", "1-8", or several with commas between them. */
static int set_concurrency(void *into, const char *value)
{
	struct choices *choices = &((struct options *)into)->concurrencies;
	const char *at = value;

	for (;;) {
		char *end;
		unsigned int first = read_count(at, &end), last = first;
		int ret = 0;

		if (*end == '-')
			last = read_count(end + 1, &end);
		if (!first || last < first || (*end && *end != ','))
			return say_fail(EINVAL,
					"-c takes whole numbers from 1 on, as in 4, 1-8 or 1,2,4: "
					"not '%s'",
					value);
		for (unsigned int number = first; !ret && number <= last; number++)
			ret = add_choice(choices, "-c", NULL, number);
		if (ret || !*end)
			return ret;
		at = end + 1;
	}
}

static int set_repeat(void *into, const char *value)
{
	return set_count(&((struct options *)into)->repeat, "--repeat", value);
}

static int set_clock(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->clocks = true;
	return 0;
}

static int set_strong(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->strong = true;
	return 0;
}

static int set_weak(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->weak = true;
	return 0;
}

static int set_force(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->force = true;
	return 0;
}

static int set_tolerance(void *into, const char *value)
{
	char *end;
	double percent = strtod(value, &end);

	if (end == value || *end || !(percent >= 0) || percent > 1000)
		return say_fail(EINVAL, "--tolerance takes per cent, as in 3: not '%s'", value);
	((struct options *)into)->tolerance = percent / 100;
	return 0;
}

static int set_file(void *into, const char *value)
{
	struct options *options = into;

	if (options->file)
		return say_fail(
			EINVAL,
			"-f was given twice: put the lists together, as in: cat A B | ... -f -");
	options->file = value;
	return 0;
}

/* Commas may be part of it. */
static int set_places(void *into, const char *value)
{
	struct options *options = into;

	options->place.places = value;
	return add_choice(&options->places, "--places", value, 0);
}

static int set_bind(void *into, const char *value)
{
	struct options *options = into;

	options->place.bind = value;
	return add_words(options, &options->binds, "--bind", value, place_check_bind);
}

static int set_topology(void *into, const char *value)
{
	((struct options *)into)->place.topology = value;
	return 0;
}

static int set_schedule(void *into, const char *value)
{
	struct options *options = into;

	options->schedule_text = value;
	options->schedule_given = true;
	return schedule_parse(&options->schedule, value);
}

/* No core is a million times slower than another; and sums of such numbers stay finite. */
#define WEIGHT_MIN 1e-3
#define WEIGHT_MAX 1e6

/* "equal", "measured", or a list: one weight for each worker. */
static int set_weights(void *into, const char *value)
{
	struct options *options = into;
	const char *at = value;

	options->weights_text = value;
	free(options->weights);
	options->weights = NULL;
	options->weight_count = 0;
	if (!strcmp(value, "equal") || !strcmp(value, "measured"))
		return 0;
	options->weights = calloc(strlen(value) / 2 + 1, sizeof(*options->weights));
	if (!options->weights)
		return -ENOMEM;
	for (;;) {
		char *end;
		double weight = strtod(at, &end);

		if (end == at || (*end && *end != ',') || !isfinite(weight) ||
		    weight < WEIGHT_MIN || weight > WEIGHT_MAX)
			return say_fail(EINVAL,
					"--weights takes equal, measured, or a number over 0 for "
					"each worker, as in 2,2,1: not '%s'",
					value);
		options->weights[options->weight_count++] = weight;
		if (!*end)
			return 0;
		at = end + 1;
	}
}

static int set_rounds(void *into, const char *value)
{
	return set_count(&((struct options *)into)->rounds, "--rounds", value);
}

/* Thirty years, whose nanoseconds a clock still counts. */
#define MAX_TIME 1e9

static int set_max_time(void *into, const char *value)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end || !(seconds > 0) || seconds > MAX_TIME)
		return say_fail(EINVAL, "--max-time takes seconds, more than 0 and to %g, not '%s'",
				MAX_TIME, value);
	((struct options *)into)->max_time = seconds;
	return 0;
}

static int set_start_timeout(void *into, const char *value)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end || !(seconds > 0) || seconds > MAX_TIME)
		return say_fail(EINVAL,
				"--start-timeout takes seconds, more than 0 and to %g, not '%s'",
				MAX_TIME, value);
	((struct options *)into)->start_timeout = seconds;
	return 0;
}

static void set_output(void *into, int output, const char *value)
{
	struct output_to *to = &((struct options *)into)->outputs[output];

	to->wanted = true;
	to->path = value;
}

static int set_json(void *into, const char *value)
{
	set_output(into, 0, value);
	return 0;
}

static int set_csv(void *into, const char *value)
{
	set_output(into, 1, value);
	return 0;
}

static int set_markdown(void *into, const char *value)
{
	set_output(into, 2, value);
	return 0;
}

static int set_extrap(void *into, const char *value)
{
	set_output(into, 3, value);
	return 0;
}

/* By what its name ends with. */
static int set_plot(void *into, const char *value)
{
	const char *end = strrchr(value, '.');

	if (end && !strcmp(end, ".svg"))
		set_output(into, 4, value);
	else if (end && !strcmp(end, ".png"))
		set_output(into, 5, value);
	else
		return say_fail(EINVAL, "--plot takes FILE.svg or FILE.png, not '%s'", value);
	return 0;
}

static int set_html(void *into, const char *value)
{
	set_output(into, 6, value);
	return 0;
}

static int set_quiet(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->quiet = true;
	return 0;
}

static int set_verbose(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->verbose = true;
	return 0;
}

static int set_no_progress(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->no_progress = true;
	return 0;
}

static int set_help(void *into, const char *value)
{
	((struct options *)into)->help = true;
	((struct options *)into)->help_form = value;
	return 0;
}

static int set_version(void *into, const char *value)
{
	(void)value;
	((struct options *)into)->version = true;
	return 0;
}

const struct option_row shared_options[] = {
	{ "strategy", 's', "NAME",
	  "who does it: serial, async, openmp, processes, mpi, or\nmpi+X for ranks that each run "
	  "X; default openmp, "
	  "and\n"
	  "mpi inside an mpirun of several ranks; scale takes several,\nas in openmp,processes",
	  VERB_RUN | VERB_SCALE | VERB_PLACE, 0, set_strategy },
	{ "ranks", 'n', "N", "MPI ranks to start when not already under mpirun",
	  VERB_RUN | VERB_PLACE, 0, set_ranks },
	{ "workers", 'w', "N",
	  "workers of each rank, threads or processes; default: as\nmany as there are allowed "
	  "cores",
	  VERB_RUN | VERB_PLACE, 0, set_workers },
	{ "inflight", 'k', "N", "items in flight in each worker; default 1, for async 16", VERB_RUN,
	  0, set_inflight },
	{ "concurrency", 'c', "C",
	  "the total concurrency, the same for every row but serial;\nscale takes several: 1-8, "
	  "1,2,4",
	  SHARING, 0, set_concurrency },
	{ "strong", 0, NULL, "the same job for each concurrency; the default", VERB_SCALE, 0,
	  set_strong },
	{ "weak", 0, NULL, "a job that grows with the concurrency: C times over", VERB_SCALE, 0,
	  set_weak },
	{ "file", 'f', "FILE",
	  "read more of them from FILE, one a line, # begins a\ncomment; - is standard input",
	  MEASURING, 0, set_file },
	{ "places", 0, "PLACES",
	  "what a worker is bound to: threads, cores, ll_caches,\nnuma_domains or sockets; or "
	  "cores "
	  "inside an hwloc expression\nlike numa:1, core:0-3.pu:0, cpukind:0, 0xff; default\n"
	  "OMP_PLACES, or cores",
	  MEASURING | VERB_PLACE, VERB_COMPARE, set_places },
	{ "bind", 0, "POLICY",
	  "how workers go to places: close, spread or none; default\nOMP_PROC_BIND, or close",
	  MEASURING | VERB_PLACE, VERB_COMPARE, set_bind },
	{ "topology", 0, "TOPOLOGY",
	  "plan for another machine: an hwloc XML file, or a synthetic\ndescription like 'pack:2 "
	  "[numa] l3:4 core:8 pu:2'",
	  VERB_PLACE, 0, set_topology },
	{ "schedule", 0, "KIND[,CHUNK]",
	  "how items are handed out: static, dynamic or guided;\nCHUNK counts items; default "
	  "dynamic",
	  MEASURING, SHARING, set_schedule },
	{ "weights", 0, "WEIGHTS",
	  "shares of a static schedule: equal, measured in a moment of\nthe job, or one for each "
	  "worker, as "
	  "in 2,2,1; default\nmeasured where workers are unequal, otherwise equal",
	  MEASURING, 0, set_weights },
	{ "repeat", 0, "N", "the job N times over, as one", VERB_RUN | VERB_COMPARE, VERB_COMPARE,
	  set_repeat },
	{ "clock", 0, NULL, "time each core's clock too, before and after its work", VERB_RUN, 0,
	  set_clock },
	{ "rounds", 0, "N",
	  "how often to measure; default 1, for compare enough for an\ninterval, for scale until "
	  "intervals are under 1 % wide",
	  MEASURING, 0, set_rounds },
	{ "max-time", 0, "S", "stop after S seconds; default 60. compare always makes one\nround",
	  MEASURING, 0, set_max_time },
	{ "start-timeout", 0, "S",
	  "seconds that mpirun may take to start the ranks, and the\nranks to leave MPI; default 60, "
	  "and one more for each rank",
	  MEASURING, SHARING, set_start_timeout },
	{ "tolerance", 0, "PERCENT",
	  "with OLD.json NEW.json: how much slower is still the same;\ndefault 3", VERB_COMPARE, 0,
	  set_tolerance },
	{ "force", 0, NULL, "with OLD.json NEW.json: whatever they measured", VERB_COMPARE, 0,
	  set_force },
	{ "json", 0, "=FILE",
	  "the whole document as JSON, to stdout instead of text,\nor to FILE beside it",
	  VERB_SHOWING, 0, set_json },
	{ "csv", 0, "=FILE", "the main table as CSV, likewise", VERB_SHOWING, 0, set_csv },
	{ "markdown", 0, "=FILE", "the tables as Markdown, likewise", VERB_SHOWING, 0,
	  set_markdown },
	{ "extrap", 0, "=FILE", "the samples as lines of JSON for Extra-P, likewise", VERB_SCALE, 0,
	  set_extrap },
	{ "plot", 0, "FILE", "speedup and efficiency, drawn by gnuplot: FILE.svg or\nFILE.png",
	  VERB_SCALE, 0, set_plot },
	{ "html", 0, "FILE", "a page with all of it, which needs no other file", VERB_SCALE, 0,
	  set_html },
	{ "quiet", 'q', NULL, "nothing on stderr but errors", VERB_ALL, 0, set_quiet },
	{ "verbose", 'v', NULL, "say more on stderr", VERB_ALL, 0, set_verbose },
	{ "no-progress", 0, NULL, "no progress line on the terminal", MEASURING, 0,
	  set_no_progress },
	{ "help", 'h', "=FORM", "this help; FORM man is the manual page, bash the completion",
	  VERB_ALL, 0, set_help },
	{ "version", 0, NULL, "print the version", VERB_ALL, 0, set_version },
	{ 0 },
};

enum { ROWS_MAX = 64 };

/* Both tables, as getopt_long() wants them. */
struct parser {
	const struct option_row *rows[ROWS_MAX];
	bool shared[ROWS_MAX];
	struct option longs[ROWS_MAX + 1];
	char shorts[3 * ROWS_MAX + 2];
	int count;
};

static void parser_add(struct parser *parser, const struct option_row *rows, bool shared)
{
	char *at = parser->shorts + strlen(parser->shorts);

	for (; rows && rows->name && parser->count < ROWS_MAX; rows++) {
		int argument = !rows->argument            ? no_argument
			       : rows->argument[0] == '=' ? optional_argument
							  : required_argument;

		parser->rows[parser->count] = rows;
		parser->shared[parser->count] = shared;
		parser->longs[parser->count] =
			(struct option){ rows->name, argument, NULL, 256 + parser->count };
		parser->count++;
		if (!rows->letter)
			continue;
		*at++ = rows->letter;
		if (argument == required_argument)
			*at++ = ':';
	}
	*at = '\0';
}

static int row_of(const struct parser *parser, int found)
{
	if (found >= 256)
		return found - 256;
	for (int i = 0; i < parser->count; i++)
		if (parser->rows[i]->letter == found)
			return i;
	return -1;
}

static int refuse_option(const struct parser *parser, const struct command *command, int found,
			 const char *word)
{
	char names[1024] = "";
	size_t at = 0;

	if (found == ':')
		return say_fail(EINVAL, "%s needs a value: `%s %s --help` shows which", word,
				command->program->name, command->verb->name);
	if (word[0] == '-' && isdigit((unsigned char)word[1]))
		return say_fail(EINVAL, "'%s' is negative, and no option", word);
	for (int i = 0; i < parser->count && at < sizeof(names); i++)
		if (parser->rows[i]->verbs & command->verb->bit)
			at += (size_t)snprintf(names + at, sizeof(names) - at, "%s--%s",
					       at ? ", " : "", parser->rows[i]->name);
	return say_fail(EINVAL, "no option '%s': %s takes %s", word, command->verb->name, names);
}

/* Keeps an option's words for the measurements. */
static int hand_on(struct command *command, const struct option_row *row, const char *value)
{
	char *word;

	if (asprintf(&word, value ? "--%s=%s" : "--%s", row->name, value) < 0)
		return -ENOMEM;
	command->measured[command->measured_count++] = word;
	return 0;
}

static int take_option(struct command *command, const struct parser *parser, int index,
		       const char *value)
{
	const struct option_row *row = parser->rows[index];
	int ret;

	if (!(row->verbs & command->verb->bit))
		return say_fail(EINVAL,
				"--%s is no option of %s: `%s %s --help` shows those that are",
				row->name, command->verb->name, command->program->name,
				command->verb->name);
	ret = row->set(parser->shared[index] ? &command->options : command->program->config, value);
	return ret || !(row->measured & command->verb->bit) ? ret : hand_on(command, row, value);
}

static const struct verb *find_verb(const struct program *program, const char *name)
{
	for (const struct verb *verb = shared_verbs; verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	for (const struct verb *verb = program->verbs; verb && verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	return NULL;
}

static int refuse_verb(const struct program *program, const char *word)
{
	char names[256] = "";
	size_t at = 0;

	for (const struct verb *verb = shared_verbs; verb->name; verb++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s", at ? ", " : "",
				       verb->name);
	for (const struct verb *verb = program->verbs; verb && verb->name; verb++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, ", %s", verb->name);
	return say_fail(EINVAL, "no command '%s': it is one of %s, as in `%s run %s`", word, names,
			program->name, program->operand);
}

static int check_outputs(const struct options *options)
{
	int bare = 0;

	for (int i = 0; i < OUTPUTS; i++)
		bare += options->outputs[i].wanted && !options->outputs[i].path;
	for (int i = 0; i < OUTPUTS; i++)
		for (int j = 0; j < i; j++)
			if (options->outputs[i].path && options->outputs[j].path &&
			    output_is_same(options->outputs[i].path, options->outputs[j].path))
				return say_fail(
					EINVAL,
					"two formats cannot share %s: give each its own file",
					options->outputs[i].path);
	for (int i = 0; i < OUTPUTS; i++)
		if (options->outputs[i].path && output_is_stdout(options->outputs[i].path))
			return say_fail(
				EINVAL,
				"%s is where standard output goes: give it a file of its own, "
				"or --%s alone",
				options->outputs[i].path, output_formats[i]->option);
	for (int i = 0; options->file && i < OUTPUTS; i++)
		if (options->outputs[i].path &&
		    output_is_same(options->outputs[i].path, options->file))
			return say_fail(EINVAL, "%s is read from: the results need another file",
					options->outputs[i].path);
	for (int i = 0; i < OUTPUTS; i++)
		if (options->outputs[i].path && !*options->outputs[i].path)
			return say_fail(
				EINVAL,
				"--%s= needs the name of a FILE: it cannot be written otherwise",
				output_formats[i]->option);
	return bare > 1 ? say_fail(EINVAL, "two formats cannot share stdout: give one of them a "
					   "file, as in --json=FILE")
			: 0;
}

/* Only scale studies several at once. */
static int check_choices(const struct command *command)
{
	const struct options *options = &command->options;
	const char *name = command->verb->name;

	if (command->verb->bit == VERB_SCALE)
		return options->weak && options->strong
			       ? say_fail(EINVAL, "--weak and --strong exclude each other")
			       : 0;
	if (options->concurrencies.count > 1)
		return say_fail(EINVAL, "%s takes one -c: `%s scale` takes several", name,
				command->program->name);
	if (options->place.bind && strchr(options->place.bind, ','))
		return say_fail(EINVAL, "%s takes one --bind: `%s scale` takes several", name,
				command->program->name);
	return 0;
}

static int parse_words(struct command *command, int argc, char **argv)
{
	struct parser parser = { .shorts = ":" };
	int found, ret = 0;

	parser_add(&parser, command->program->options, false);
	parser_add(&parser, shared_options, true);
	opterr = 0;
	optind = 1;
	while (!ret && (found = getopt_long(argc, argv, parser.shorts, parser.longs, NULL)) != -1) {
		int index = row_of(&parser, found);
		char letter[3] = { '-', (char)optopt, '\0' };

		if (index >= 0)
			ret = take_option(command, &parser, index, optarg);
		else
			ret = refuse_option(&parser, command, found,
					    optopt && optopt < 256 &&
							    strncmp(argv[optind - 1], "--", 2)
						    ? letter
						    : argv[optind - 1]);
	}
	command->operands = argv + optind;
	return ret;
}

int command_parse(struct command *command, const struct program *program, int argc, char **argv)
{
	static const struct verb none = { .name = "", .about = "", .bit = VERB_ALL };
	bool bare = argc < 2 || argv[1][0] == '-';
	int ret;

	*command = (struct command){ .program = program, .verb = &none, .words = argv };
	command->options = (struct options){
		.schedule = { .type = &schedule_dynamic },
		.schedule_text = "dynamic",
		.max_time = 60,
		.tolerance = 0.03,
	};
	command->measured = calloc((size_t)argc + 1, sizeof(*command->measured));
	command->argv = calloc((size_t)argc + 1, sizeof(*command->argv));
	if (!command->measured || !command->argv)
		return -ENOMEM;
	/* As it was typed: the parser will put the operands last. */
	memcpy(command->argv, argv, (size_t)argc * sizeof(*argv));
	if (argc < 2) {
		help_print(stderr, program, NULL);
		return -EINVAL;
	}
	if (!bare)
		command->verb = find_verb(program, argv[1]);
	if (!command->verb) {
		command->verb = &none;
		return refuse_verb(program, argv[1]);
	}
	ret = parse_words(command, bare ? argc : argc - 1, bare ? argv : argv + 1);
	if (!ret && bare && !command->options.help && !command->options.version)
		ret = say_fail(EINVAL, "give a command first: `%s --help` shows them",
			       program->name);
	if (!ret && !bare)
		ret = check_choices(command);
	if (!ret && bare)
		command->verb = NULL;
	if (!ret)
		ret = check_outputs(&command->options);
	if (!launched_rank())
		say_setup(program->name, command->options.quiet     ? SAY_QUIET
					 : command->options.verbose ? SAY_VERBOSE
								    : SAY_NORMAL);
	return ret;
}

void command_free(struct command *command)
{
	for (size_t i = 0; i < command->measured_count; i++)
		free(command->measured[i]);
	free(command->measured);
	free(command->argv);
	for (size_t i = 0; i < command->options.word_count; i++)
		free(command->options.words[i]);
	free(command->options.weights);
}
