/* The manual page and the shell completion, from the tables of verbs and options. */
#include <errno.h>
#include <string.h>

#include "bench/base/version.h"
#include "bench/base/say.h"
#include "command.h"

/* A text as roff: hyphens and backslashes stand for themselves, a line never begins with a request.
 */
static void put_roff(FILE *file, const char *text)
{
	for (bool begun = true; *text; text++) {
		if (begun && (*text == '.' || *text == '\''))
			fputs("\\&", file);
		if (*text == '-' || *text == '\\')
			fputs(*text == '-' ? "\\-" : "\\e", file);
		else
			fputc(*text, file);
		begun = *text == '\n';
	}
}

static void put_verbs(FILE *file, const struct verb *verb)
{
	for (; verb && verb->name; verb++) {
		fprintf(file, ".TP\n.B %s\n", verb->name);
		put_roff(file, verb->about);
		fputs(verb->details ? ".\n" : "\n", file);
		if (verb->details)
			put_roff(file, verb->details);
		fputs(verb->details ? "\n" : "", file);
	}
}

static void put_options(FILE *file, const struct option_row *row)
{
	for (; row && row->name; row++) {
		bool may = row->argument && row->argument[0] == '=';

		fputs(".TP\n", file);
		if (row->letter)
			fprintf(file, "\\fB\\-%c\\fR, ", row->letter);
		fputs("\\fB\\-\\-", file);
		put_roff(file, row->name);
		fprintf(file, "\\fR%s\\fI%s\\fR%s\n",
			may             ? "["
			: row->argument ? " "
					: "",
			row->argument ? row->argument : "", may ? "]" : "");
		put_roff(file, row->help);
		fputc('\n', file);
	}
}

static void put_manual(FILE *file, const struct program *program)
{
	fprintf(file, ".TH %s 1 \"\" \"corescale %s\"\n.SH NAME\n%s \\- ", program->name, VERSION,
		program->name);
	put_roff(file, program->about);
	fprintf(file,
		"\n.SH SYNOPSIS\n.B %s\n.I COMMAND\n[options] [\\fI%s\\fR...]\n.SH DESCRIPTION\n",
		program->name, program->operand);
	put_roff(file, program->operand_help);
	fputs("\n.SH COMMANDS\n", file);
	put_verbs(file, shared_verbs);
	put_verbs(file, program->verbs);
	fputs(".SH OPTIONS\n", file);
	put_options(file, program->options);
	put_options(file, shared_options);
	fputs(".SH EXAMPLES\n.nf\n", file);
	put_roff(file, program->examples);
	fputs(".fi\n.SH EXIT STATUS\n0 done and verified, 1 failed while running, 2 wrong request, "
	      "3 wrong answer,\n"
	      "4 not available here, 128 + signal when interrupted.\n",
	      file);
}

static void put_words(FILE *file, const struct option_row *row)
{
	for (; row && row->name; row++)
		fprintf(file, "--%s%s ", row->name,
			row->argument && row->argument[0] != '=' ? "=" : "");
}

static void put_completion(FILE *file, const struct program *program)
{
	fprintf(file,
		"# bash completion of %s\n_%s() {\n\tlocal words word=${COMP_WORDS[COMP_CWORD]}\n",
		program->name, program->name);
	fputs("\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=\"", file);
	for (const struct verb *verb = shared_verbs; verb->name; verb++)
		fprintf(file, "%s ", verb->name);
	for (const struct verb *verb = program->verbs; verb && verb->name; verb++)
		fprintf(file, "%s ", verb->name);
	fputs("--help --version\"\n\telse\n\t\twords=\"", file);
	put_words(file, program->options);
	put_words(file, shared_options);
	fprintf(file,
		"\"\n\tfi\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
		"\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n}\ncomplete -o default -F "
		"_%s %s\n",
		program->name, program->name);
}

int manual_print(FILE *file, const struct program *program, const char *form)
{
	if (!strcmp(form, "man"))
		put_manual(file, program);
	else if (!strcmp(form, "bash"))
		put_completion(file, program);
	else
		return say_fail(EINVAL, "no form '%s' of the help: there are man and bash", form);
	return 0;
}
