/* Help for a terminal, from the tables of verbs and options. */
#include <string.h>

#include "command.h"

static void print_verb(FILE *file, const struct verb *verb)
{
	fprintf(file, "  %-9s %s\n", verb->name, verb->about);
}

static void print_options(FILE *file, const struct option_row *row, const struct verb *verb)
{
	for (; row && row->name; row++) {
		char left[64], letter[5] = "    ";
		const char *line = row->help;
		bool may = row->argument && row->argument[0] == '=';

		if (verb && !(row->verbs & verb->bit))
			continue;
		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s%s", letter, row->name,
			 may             ? "["
			 : row->argument ? " "
					 : "",
			 row->argument ? row->argument : "", may ? "]" : "");
		fprintf(file, "  %-25s ", left);
		for (size_t length; *line; line += length + (line[length] == '\n')) {
			length = strcspn(line, "\n");
			fprintf(file, "%*s%.*s\n", line == row->help ? 0 : 28, "", (int)length,
				line);
		}
	}
}

void help_print(FILE *file, const struct program *program, const struct verb *verb)
{
	if (verb) {
		fprintf(file,
			verb->no_operands ? "usage: %s %s [options]"
					  : "usage: %s %s [options] [%s...]",
			program->name, verb->name, program->operand);
		fprintf(file, "\n\n%s\n\n", verb->about);
		if (verb->details)
			fprintf(file, "%s\n\n", verb->details);
	} else {
		fprintf(file,
			"usage: %s COMMAND [options] [%s...]\n\n%s\n\nCommands (`%s COMMAND "
			"--help` has their "
			"options):\n",
			program->name, program->operand, program->about, program->name);
		for (verb = shared_verbs; verb->name; verb++)
			print_verb(file, verb);
		for (verb = program->verbs; verb && verb->name; verb++)
			print_verb(file, verb);
		verb = NULL;
		fputc('\n', file);
	}
	if (!verb || !verb->no_operands)
		fprintf(file, "%s\n", program->operand_help);
	if (verb) {
		fputs("\nOptions:\n", file);
		print_options(file, program->options, verb);
		print_options(file, shared_options, verb);
	}
	fprintf(file,
		"\nExamples:\n%s\nExit codes: 0 done and verified, 1 failed while running, 2 wrong "
		"request,\n"
		"3 wrong answer, 4 not available here, 128 + signal when interrupted.\n",
		program->examples);
}
