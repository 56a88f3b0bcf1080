/* A command: what was asked, parsed; what the verbs have in common. */
#ifndef COMMAND_H
#define COMMAND_H

#include "bench/base/words.h"
#include "bench/launcher/launcher.h"
#include "bench/study/study_options.h"
#include "bench/team/patrol.h"
#include "bench/team/request.h"
#include "output_format.h"
#include "program.h"

/* What is asked of a room is a struct of that room. Of this one: where the job comes from ... */
struct job_options {
	const char *file;      /* NULL: operands, or the embedded job */
	const char *file_name; /* what to call it, where it is read elsewhere; NULL: its own */
	bool piped;            /* the file is standard input because something is piped in */
	unsigned int repeat;   /* the job so many times over, if more than 1 */
};

/* ... and what is said beside the results. */
struct talk_options {
	bool quiet, verbose, no_progress, help, version;
	enum help_form { HELP_MAN, HELP_BASH, HELP_PLAIN } form; /* of the help */
};

struct command {
	const struct program *program;
	const struct verb *verb;
	char **argv;  /* as it was typed */
	char **words; /* the same with the options first: from here to the operands */
	struct team_options team;
	struct place_request place;
	struct launcher_request launcher;
	struct study_options study;
	struct job_options job;
	struct patrol_options patrol;
	struct output_to outputs[OUTPUTS];
	struct talk_options talk;
	struct words choice_words; /* of options that take several with commas between */
	char **operands;           /* ended by NULL */
	/* What to hand on to each measurement: options that were given and are marked so. */
	struct words measured;
};

/* Fills *command from argv. Returns 0, or -errno having said why. Release it by command_free(). */
int command_parse(struct command *command, const struct program *program, int argc, char **argv);
void command_free(struct command *command);

/* Refuses options that do not go together. Returns 0, or -EINVAL having said why. */
int command_check(const struct command *command);

#endif
