/* The completion for bash, from the tables of verbs and options. */
#include "command.h"
#include "completion.h"
#include "shared_options.h"

/* Those of a program, or of all, that have one of these bits. */
static void completion_verbs(FILE *file, const struct program *program, unsigned int bits)
{
	const struct verb *const tables[] = { shared_verbs, program->verbs };

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct verb *verb = tables[i]; verb && verb->name; verb++)
			if (verb->bit & bits)
				fprintf(file, "%s ", verb->name);
}

/* A case for each option that takes a value: its words; or file names, where it has none. */
static void completion_values(FILE *file, const struct program *program,
			      const struct option_row *row)
{
	for (; row && row->name; row++) {
		if (!row->argument)
			continue;
		fprintf(file, "\t--%s", row->name);
		/* A value that may be left out never stands behind a letter. */
		if (row->letter && row->argument[0] != '=')
			fprintf(file, " | -%c", row->letter);
		if (!row->nth) {
			fputs(") return ;;\n", file);
			continue;
		}
		fputs(") words=\"", file);
		for (size_t n = 0; row->nth(n); n++)
			fprintf(file, "%s%s", n ? " " : "", row->nth(n));
		fputc('"', file);
		if (row->several) {
			fputs(" several=\"", file);
			completion_verbs(file, program, row->several);
			fputc('"', file);
		}
		fputs(" ;;\n", file);
	}
}

static void completion_options(FILE *file, const struct option_row *row, const struct verb *verb)
{
	for (; row && row->name; row++)
		if (row->verbs & verb->bit)
			fprintf(file, "--%s%s ", row->name,
				row->argument && row->argument[0] != '=' ? "=" : "");
}

static void completion_cases(FILE *file, const struct program *program, const struct verb *verb)
{
	for (; verb && verb->name; verb++) {
		fprintf(file, "\t\t*,%s) words=\"", verb->name);
		completion_options(file, program->options, verb);
		completion_options(file, shared_options, verb);
		fputs("\" ;;\n", file);
	}
}

void completion_print(FILE *file, const struct program *program)
{
	fprintf(file, "# bash completion of %s\n_%s() {\n", program->name, program->name);
	fputs("\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal words= several= given= one\n"
	      "\n"
	      "\tCOMPREPLY=()\n"
	      "\t# bash makes a word of the = between an option and its value.\n"
	      "\tif [ \"$word\" = = ]; then\n"
	      "\t\tword=\n"
	      "\telif [ \"$before\" = = ]; then\n"
	      "\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\telif [[ $before == --* ]] && [[ \" ",
	      file);
	for (const struct option_row *row = shared_options; row->name; row++)
		if (row->argument && row->argument[0] == '=')
			fprintf(file, "--%s ", row->name);
	fputs("\" == *\" $before \"* ]]; then\n"
	      "\t\t# What may be left out is only behind a =.\n"
	      "\t\tbefore=\n"
	      "\tfi\n"
	      "\tcase $before in\n",
	      file);
	completion_values(file, program, program->options);
	completion_values(file, program, shared_options);
	fputs("\t*)\n"
	      "\t\tcase $COMP_CWORD,${COMP_WORDS[1]} in\n"
	      "\t\t1,* | 2,help) words=\"",
	      file);
	completion_verbs(file, program, VERB_ALL);
	fputs("help --help --version\" ;;\n", file);
	completion_cases(file, program, shared_verbs);
	completion_cases(file, program, program->verbs);
	fprintf(file,
		"\t\tesac\n"
		"\tesac\n"
		"\tif [[ $word == *,* ]] && [[ \" $several\" == *\" ${COMP_WORDS[1]} \"* ]]; then\n"
		"\t\t# Behind a comma: those that are not there yet.\n"
		"\t\tgiven=${word%%,*},\n"
		"\t\tfor one in $words; do\n"
		"\t\t\t[[ ,$given == *,$one,* ]] && words=\" $words \" words=${words/ $one / }\n"
		"\t\tdone\n"
		"\tfi\n"
		"\tmapfile -t COMPREPLY < <(compgen -P \"$given\" -W \"$words\" -- \"${word#\"$given\"}\")\n"
		"\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n}\n"
		"complete -o default -F _%s %s\n",
		program->name, program->name);
}
