/* Help for a terminal, from the tables of verbs, options and examples. */
#include <string.h>

#include "bench/base/wrap.h"
#include "command.h"
#include "help.h"
#include "shared_options.h"

enum {
	TEXT_COLUMN = 28,  /* where the text of an option begins */
	ABOUT_COLUMN = 13, /* and that of a verb */
};

static void help_paragraph(FILE *file, const char *text)
{
	wrap_text(file, text, 0, 0);
	fputc('\n', file);
}

static void help_verbs(FILE *file, const struct verb *verb)
{
	for (; verb && verb->name; verb++) {
		fprintf(file, "  %-*s", ABOUT_COLUMN - 2, verb->name);
		wrap_text(file, verb->about, ABOUT_COLUMN, ABOUT_COLUMN);
	}
}

static void help_options(FILE *file, const struct option_row *row, const struct verb *verb)
{
	for (; row && row->name; row++) {
		char left[64], letter[5] = "    ";
		bool may = row->argument && row->argument[0] == '=';

		if (!(row->verbs & verb->bit))
			continue;
		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s%s", letter, row->name,
			 may             ? "["
			 : row->argument ? " "
					 : "",
			 row->argument ? row->argument : "", may ? "]" : "");
		fprintf(file, "  %-*s", TEXT_COLUMN - 2, left);
		if (strlen(left) > TEXT_COLUMN - 3)
			fprintf(file, "\n%*s", TEXT_COLUMN, "");
		wrap_text(file, row->help, TEXT_COLUMN, TEXT_COLUMN);
	}
}

/* Those of one verb, or all of them, with what they do in a column. */
static void help_examples(FILE *file, const struct example *first, unsigned int verbs)
{
	int width = 0;

	for (const struct example *example = first; example->command; example++)
		if (example->verbs & verbs && (int)strlen(example->command) > width)
			width = (int)strlen(example->command);
	if (width)
		fputs("Examples:\n", file);
	for (const struct example *example = first; example->command; example++)
		if (example->verbs & verbs)
			fprintf(file, "  %-*s  %s\n", width, example->command, example->about);
	if (width)
		fputc('\n', file);
}

static void help_of_verb(FILE *file, const struct program *program, const struct verb *verb)
{
	fprintf(file,
		verb->no_operands ? "usage: %s %s [options]\n\n"
				  : "usage: %s %s [options] [%s...]\n\n",
		program->name, verb->name, program->operand);
	help_paragraph(file, verb->about);
	if (verb->details)
		help_paragraph(file, verb->details);
	for (const struct note *note = program->notes; note && note->text; note++)
		if (note->verbs & verb->bit)
			help_paragraph(file, note->text);
	if (!verb->no_operands)
		help_paragraph(file, program->operand_help);
	fputs("Options:\n", file);
	help_options(file, program->options, verb);
	help_options(file, shared_options, verb);
	fputc('\n', file);
	help_examples(file, program->examples, verb->bit);
}

static void help_of_program(FILE *file, const struct program *program)
{
	fprintf(file, "usage: %s COMMAND [options] [%s...]\n\n", program->name, program->operand);
	help_paragraph(file, program->about);
	fprintf(file, "Commands (`%s help COMMAND` has their options):\n", program->name);
	help_verbs(file, shared_verbs);
	help_verbs(file, program->verbs);
	fputc('\n', file);
	help_paragraph(file, program->operand_help);
	help_examples(file, program->examples, VERB_ALL);
}

void help_print(FILE *file, const struct program *program, const struct verb *verb)
{
	if (verb)
		help_of_verb(file, program, verb);
	else
		help_of_program(file, program);
	wrap_text(file, help_exit_codes, fprintf(file, "Exit codes: "), 0);
}

const char help_exit_codes[] =
	"0 done and verified, 1 failed while running, 2 wrong request, 3 wrong answer, 4 not "
	"available here, 5 the samples cannot tell, 128 + signal when interrupted.";
