/* From argv to a command: the verb, its options by the tables of typed rows, and the operands. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/nearest.h"
#include "bench/base/say.h"
#include "bench/launcher/rank_environment.h"
#include "command.h"
#include "help.h"
#include "max_time.h"
#include "shared_options.h"

enum { ROWS_MAX = 96 };

/* The numbers that getopt_long() knows the rows by, beyond those of letters. */
enum { ROW_FIRST = 256 };

/* The rows of both tables that the verb takes, as getopt_long() wants them. */
struct parser {
	const struct option_row *rows[ROWS_MAX];
	void *into[ROWS_MAX]; /* what the row's table goes to */
	struct option longs[ROWS_MAX + 1];
	char shorts[3 * ROWS_MAX + 2];
	int count;
};

/* Returns 0, or -EINVAL having said that the tables are too long: nothing is left out. */
static int parser_add(struct parser *parser, const struct option_row *row, const struct verb *verb,
		      void *into)
{
	char *at = parser->shorts + strlen(parser->shorts);

	for (; row && row->name; row++) {
		int argument = !row->argument            ? no_argument
			       : row->argument[0] == '=' ? optional_argument
							 : required_argument;

		if (!(row->verbs & verb->bit))
			continue;
		if (parser->count == ROWS_MAX)
			return say_fail(EINVAL, "%s takes more than %d options", verb->name,
					ROWS_MAX);
		parser->rows[parser->count] = row;
		parser->into[parser->count] = into;
		parser->longs[parser->count] =
			(struct option){ row->name, argument, NULL, ROW_FIRST + parser->count };
		parser->count++;
		if (!row->letter)
			continue;
		*at++ = row->letter;
		if (argument == required_argument)
			*at++ = ':';
	}
	*at = '\0';
	return 0;
}

static int parser_find(const struct parser *parser, int found)
{
	if (found >= ROW_FIRST)
		return found - ROW_FIRST;
	for (int i = 0; i < parser->count; i++)
		if (parser->rows[i]->letter == found)
			return i;
	return -1;
}

/* "`sumsq run --help`", or that of the program where there is no verb. */
static void command_name_help(const struct command *command, char text[64])
{
	snprintf(text, 64, "`%s%s%s --help`", command->program->name,
		 *command->verb->name ? " " : "", command->verb->name);
}

/* Whether a table has an option by that name, or letter, for any verb. */
static bool command_is_elsewhere(const struct option_row *row, const char *name, size_t length)
{
	for (; row && row->name; row++)
		if ((strlen(row->name) == length && !strncmp(row->name, name, length)) ||
		    (length == 1 && row->letter && row->letter == *name))
			return true;
	return false;
}

/* The names that a shortened one may stand for, or all of them if it stands for none; and the one
 * that is nearest. Returns how many it may stand for. */
static int command_list_names(const struct parser *parser, struct nearest *nearest,
			      char names[1024])
{
	FILE *file = fmemopen(names, 1024, "w");
	int begun = 0;

	for (int i = 0; i < parser->count; i++)
		begun += !strncmp(parser->rows[i]->name, nearest->word, nearest->length);
	for (int i = 0, put = 0; file && i < parser->count; i++) {
		const char *name = parser->rows[i]->name;

		nearest_try(nearest, name);
		if (!begun || !strncmp(name, nearest->word, nearest->length))
			fprintf(file, "%s--%s", put++ ? ", " : "", name);
	}
	names[0] = file ? names[0] : '\0';
	if (file)
		fclose(file);
	names[1023] = '\0';
	return begun;
}

/* An option, "--name" with or without "=VALUE", that getopt_long() does not know. */
static int command_refuse_long(const struct parser *parser, const struct command *command,
			       const char *word)
{
	struct nearest nearest = { .word = word + 2, .length = strcspn(word + 2, "=") };
	int shown = (int)(nearest.length < SAY_WORD ? nearest.length : SAY_WORD) + 2, begun;
	const char *verb = *command->verb->name ? command->verb->name : command->program->name;
	char names[1024], help[64];

	command_name_help(command, help);
	begun = command_list_names(parser, &nearest, names);
	if (nearest.best && !nearest.distance)
		return say_fail(EINVAL, "%.*s takes no value: '%.*s' is too much", shown, word,
				SAY_WORD, word + 3 + nearest.length);
	if (begun)
		return say_fail(EINVAL, "'%.*s' is short for more than one option: %s", shown, word,
				names);
	if (command_is_elsewhere(shared_options, nearest.word, nearest.length) ||
	    command_is_elsewhere(command->program->options, nearest.word, nearest.length))
		return say_fail(EINVAL, "%.*s is no option of %s: %s shows those that are", shown,
				word, verb, help);
	if (nearest.best)
		return say_fail(EINVAL, "no option '%.*s': did you mean --%s? %s shows all", shown,
				word, nearest.best, help);
	return say_fail(EINVAL, "no option '%.*s': %s takes %s", shown, word, verb, names);
}

static int command_refuse_letter(const struct parser *parser, const struct command *command,
				 char letter)
{
	struct nearest none = { .word = "", .length = 0 };
	const char *verb = *command->verb->name ? command->verb->name : command->program->name;
	char names[1024], help[64];

	command_name_help(command, help);
	command_list_names(parser, &none, names);
	if (isdigit((unsigned char)letter))
		return say_fail(EINVAL, "'-%c...' is negative, and no option", letter);
	if (command_is_elsewhere(shared_options, &letter, 1) ||
	    command_is_elsewhere(command->program->options, &letter, 1))
		return say_fail(EINVAL, "-%c is no option of %s: %s shows those that are", letter,
				verb, help);
	return say_fail(EINVAL, "no option '-%c': %s takes %s", letter, verb, names);
}

/* word: the last that getopt_long() looked at. */
static int command_refuse_option(const struct parser *parser, const struct command *command,
				 int found, const char *word)
{
	char help[64];

	command_name_help(command, help);
	if (found == ':')
		return say_fail(EINVAL, "%.*s needs a value: %s shows which", SAY_WORD, word, help);
	if (word[0] == '-' && isdigit((unsigned char)word[1]))
		return say_fail(EINVAL, "'%.*s' is negative, and no option", SAY_WORD, word);
	/* Of letters in a row, the one that is meant. */
	if (strncmp(word, "--", 2))
		return command_refuse_letter(parser, command, (char)optopt);
	return command_refuse_long(parser, command, word);
}

/* Keeps an option's words for the measurements. */
static int command_hand_on(struct command *command, const struct option_row *row, const char *value)
{
	if (value)
		words_add(&command->measured, "--%s=%s", row->name, value);
	else
		words_add(&command->measured, "--%s", row->name);
	return command->measured.incomplete ? -ENOMEM : 0;
}

static int command_take_words(struct command *command, int argc, char **argv)
{
	struct parser parser = { .shorts = ":" };
	int found, ret = parser_add(&parser, command->program->options, command->verb,
				    command->program->config);

	if (!ret)
		ret = parser_add(&parser, shared_options, command->verb, command);
	opterr = 0;
	optind = 1;
	while (!ret && (found = getopt_long(argc, argv, parser.shorts, parser.longs, NULL)) != -1) {
		int index = parser_find(&parser, found);
		const struct option_row *row = index < 0 ? NULL : parser.rows[index];

		if (!row) {
			ret = command_refuse_option(&parser, command, found, argv[optind - 1]);
			break;
		}
		ret = option_take(row, parser.into[index], optarg);
		if (!ret && row->measured & command->verb->bit)
			ret = command_hand_on(command, row, optarg);
	}
	command->operands = argv + optind;
	return ret;
}

static const struct verb *command_find_verb(const struct program *program, const char *name)
{
	for (const struct verb *verb = shared_verbs; verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	for (const struct verb *verb = program->verbs; verb && verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	return NULL;
}

static int command_refuse_verb(const struct program *program, const char *word)
{
	struct nearest nearest = { .word = word, .length = strlen(word) };
	char names[256] = "", meant[64] = "";
	size_t at = 0;

	for (const struct verb *verb = shared_verbs; verb->name; verb++) {
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s", at ? ", " : "",
				       verb->name);
		nearest_try(&nearest, verb->name);
	}
	for (const struct verb *verb = program->verbs; verb && verb->name; verb++) {
		at += (size_t)snprintf(names + at, sizeof(names) - at, ", %s", verb->name);
		nearest_try(&nearest, verb->name);
	}
	nearest_try(&nearest, "help");
	if (nearest.best)
		snprintf(meant, sizeof(meant), "; did you mean %s?", nearest.best);
	return say_fail(EINVAL, "no command '%.*s': it is one of %s, as in `%s run %s`%s", SAY_WORD,
			word, names, program->name, program->operand, meant);
}

/* `help`, and `help VERB`, for those who know it from git. */
static int command_ask_for_help(struct command *command, int argc, char **argv)
{
	command->talk.help = true;
	command->talk.form = HELP_PLAIN;
	if (argc > 3)
		return say_fail(EINVAL, "help takes one command: '%.*s' is too much", SAY_WORD,
				argv[3]);
	if (argc < 3)
		return 0;
	command->verb = command_find_verb(command->program, argv[2]);
	return command->verb ? 0 : command_refuse_verb(command->program, argv[2]);
}

/* The verb, and what follows it. No verb is left where only the program was asked for something. */
static int command_parse_all(struct command *command, int argc, char **argv)
{
	static const struct verb none = { .name = "", .about = "", .bit = VERB_ALL };
	const struct talk_options *talk = &command->talk;
	int ret;

	if (argc < 2) {
		help_print(stderr, command->program, NULL);
		return -EINVAL;
	}
	if (!strcmp(argv[1], "help"))
		return command_ask_for_help(command, argc, argv);
	if (argv[1][0] == '-') {
		command->verb = &none;
		ret = command_take_words(command, argc, argv);
		command->verb = NULL;
		if (!ret && !talk->help && !talk->version)
			ret = say_fail(EINVAL, "give a command first: `%s --help` shows them",
				       command->program->name);
		return ret;
	}
	command->verb = command_find_verb(command->program, argv[1]);
	if (!command->verb)
		return command_refuse_verb(command->program, argv[1]);
	/* How long a study takes is ours to choose; how long a job does is not. */
	command->study.max_time = command->verb->bit == VERB_RUN ? 0 : STUDY_S;
	return command_take_words(command, argc - 1, argv + 1);
}

int command_parse(struct command *command, const struct program *program, int argc, char **argv)
{
	int ret;

	*command = (struct command){ .program = program, .words = argv };
	command->team.schedule.type = &schedule_dynamic;
	command->team.schedule_text = schedule_dynamic.name;
	command->study.tolerance = 0.03;
	command->argv = calloc((size_t)argc + 1, sizeof(*command->argv));
	if (!command->argv)
		return -ENOMEM;
	/* As it was typed: the parser will put the operands last. */
	memcpy(command->argv, argv, (size_t)argc * sizeof(*argv));
	ret = command_parse_all(command, argc, argv);
	if (!ret && !command->talk.help && !command->talk.version)
		ret = command_check(command);
	if (!rank_environment_rank())
		say_setup(program->name, command->talk.quiet     ? SAY_QUIET
					 : command->talk.verbose ? SAY_VERBOSE
								 : SAY_NORMAL);
	if (!ret && command->verb)
		max_time_cut(command);
	return ret;
}

void command_free(struct command *command)
{
	free(command->argv);
	words_free(&command->measured);
	words_free(&command->choice_words);
	weighting_free(&command->team.weighting);
}
