/* The manual page, from the tables of verbs, options and examples. */
#include "bench/base/version.h"
#include "command.h"
#include "help.h"
#include "manual.h"
#include "shared_options.h"

static const struct variable shared_environment[] = {
	{ "OMP_PLACES", "what a worker is bound to, where --places does not say" },
	{ "OMP_PROC_BIND", "how workers go to places, where --bind does not say" },
	{ "OMP_THREAD_LIMIT", "more threads than this are refused" },
	{ "HWLOC_XMLFILE, HWLOC_SYNTHETIC",
	  "another machine, on which place shows the workers; nothing can be run there" },
	{ 0 },
};

/* A text as roff: hyphens and backslashes stand for themselves, a line never begins with a request,
 * and an empty line is a paragraph. */
static void manual_text(FILE *file, const char *text)
{
	for (bool begun = true; *text; text++) {
		if (begun && *text == '\n') {
			fputs(".PP\n", file);
			continue;
		}
		if (begun && (*text == '.' || *text == '\''))
			fputs("\\&", file);
		if (*text == '-' || *text == '\\')
			fputs(*text == '-' ? "\\-" : "\\e", file);
		else
			fputc(*text, file);
		begun = *text == '\n';
	}
}

static void manual_section(FILE *file, const char *title, const char *text)
{
	fprintf(file, ".SH %s\n", title);
	manual_text(file, text);
	fputc('\n', file);
}

static void manual_verbs(FILE *file, const struct program *program, const struct verb *verb)
{
	for (; verb && verb->name; verb++) {
		fprintf(file, ".SS %s\n", verb->name);
		manual_text(file, verb->about);
		fputs(".\n", file);
		if (verb->details) {
			fputs(".PP\n", file);
			manual_text(file, verb->details);
			fputc('\n', file);
		}
		for (const struct note *note = program->notes; note && note->text; note++) {
			if (!(note->verbs & verb->bit))
				continue;
			fputs(".PP\n", file);
			manual_text(file, note->text);
			fputc('\n', file);
		}
	}
}

/* "Of run, scale.", where an option is not everybody's. Returns whether any verb takes it. */
static bool manual_takers(FILE *file, const struct option_row *row, const struct program *program)
{
	const struct verb *tables[] = { shared_verbs, program->verbs };
	const char *between = "Of ";
	bool taken = false;

	if (row->verbs == (unsigned int)VERB_ALL)
		return true;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct verb *verb = tables[i]; verb && verb->name; verb++)
			if (row->verbs & verb->bit) {
				if (file)
					fprintf(file, "%s%s", between, verb->name);
				between = ", ";
				taken = true;
			}
	if (file)
		fputs(".\n", file);
	return taken;
}

static void manual_options(FILE *file, const struct program *program, const struct option_row *row)
{
	for (; row && row->name; row++) {
		bool may = row->argument && row->argument[0] == '=';

		if (!manual_takers(NULL, row, program))
			continue;
		fputs(".TP\n", file);
		if (row->letter)
			fprintf(file, "\\fB\\-%c\\fR, ", row->letter);
		fputs("\\fB\\-\\-", file);
		manual_text(file, row->name);
		fprintf(file, "\\fR%s\\fI%s\\fR%s\n",
			may             ? "["
			: row->argument ? " "
					: "",
			row->argument ? row->argument : "", may ? "]" : "");
		manual_text(file, row->help);
		fputs(".\n", file);
		manual_takers(file, row, program);
	}
}

static void manual_environment(FILE *file, const struct variable *variable)
{
	for (; variable && variable->name; variable++) {
		fprintf(file, ".TP\n.B %s\n", variable->name);
		manual_text(file, variable->about);
		fputs(".\n", file);
	}
}

static void manual_examples(FILE *file, const struct example *example)
{
	for (; example->command; example++) {
		fputs(".TP\n.B ", file);
		manual_text(file, example->command);
		fputc('\n', file);
		manual_text(file, example->about);
		fputs(".\n", file);
	}
}

void manual_print(FILE *file, const struct program *program)
{
	fprintf(file, ".TH %s 1 \"\" \"corescale %s\" \"User Commands\"\n.SH NAME\n%s \\- ",
		program->name, VERSION, program->name);
	manual_text(file, program->brief);
	fprintf(file, "\n.SH SYNOPSIS\n.B %s\n.I COMMAND\n[options] [\\fI%s\\fR...]\n",
		program->name, program->operand);
	manual_section(file, "DESCRIPTION", program->about);
	fputs(".PP\n", file);
	manual_text(file, program->operand_help);
	fputs("\n.SH COMMANDS\n", file);
	manual_verbs(file, program, shared_verbs);
	manual_verbs(file, program, program->verbs);
	fputs(".SH OPTIONS\n", file);
	manual_options(file, program, program->options);
	manual_options(file, program, shared_options);
	fputs(".SH EXAMPLES\n", file);
	manual_examples(file, program->examples);
	fputs(".SH ENVIRONMENT\n", file);
	manual_environment(file, program->environment);
	manual_environment(file, shared_environment);
	manual_section(file, "EXIT STATUS", help_exit_codes);
	manual_section(file, "SEE ALSO", program->see_also);
}
