/* A command: what was asked, parsed; what the verbs have in common. */
#ifndef COMMAND_H
#define COMMAND_H

#include "bench/launcher/launcher.h"
#include "bench/team/schedule.h"
#include "output_format.h"
#include "program.h"

enum { CHOICES_MAX = 64 };

/* Seconds that compare and scale take unless told. */
#define STUDY_S 60

/* Several values of one option, each once. */
struct choices {
	const char *texts[CHOICES_MAX];    /* of options that take words ... */
	unsigned int numbers[CHOICES_MAX]; /* ... or whole numbers */
	size_t count;
};

/* Who does it. */
struct team_options {
	const char *strategy;                  /* NULL for the default */
	unsigned int ranks, workers, inflight; /* 0 for the default */
	bool clocks, survive;
	struct schedule schedule;
	const char *schedule_text;
	bool schedule_given;
	const char *weights_text; /* NULL: measured where workers are unequal */
	double *weights;          /* malloc'd, if they were given one by one */
	unsigned int weight_count;
};

/* What compare and scale study. Choices are in the order in which they were given; none for the
 * default. */
struct study_options {
	struct choices concurrencies, nodes, strategies, places, binds;
	bool weak, strong;    /* scale: as was asked for, if at all */
	double tolerance;     /* compare of two files: a share of the time */
	bool force;           /* compare of two files: whatever they measured */
	unsigned int rounds;  /* 0 for the default */
	double max_time;      /* seconds; 0: no end */
	double start_timeout; /* of ranks, in seconds; 0 for the default */
};

/* Where the job comes from. */
struct job_options {
	const char *file; /* NULL: operands, or the embedded job */
	const char
		*file_name;  /* what to call it, where it is read from another place; NULL: its own
				*/
	bool piped;          /* the file is standard input because something is piped in */
	unsigned int repeat; /* the job so many times over, if more than 1 */
};

/* How PUs are checked. */
struct check_options {
	double time;     /* seconds; 0 for the default */
	const char *pus; /* NULL: all that are allowed */
	bool one_at_a_time, fail_slow;
};

/* What is said beside the results. */
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
	struct check_options check;
	struct output_to outputs[OUTPUTS];
	struct talk_options talk;
	char *choice_words
		[CHOICES_MAX]; /* malloc'd, of those that may be given with commas between */
	size_t choice_word_count;
	char **operands; /* ended by NULL */
	/* What to hand on to each measurement: options that were given and are marked so, as words.
	 * Ended by NULL. */
	char **measured;
	size_t measured_count;
};

/* Fills *command from argv. Returns 0, or -errno having said why. Release it with command_free().
 */
int command_parse(struct command *command, const struct program *program, int argc, char **argv);
void command_free(struct command *command);

/* Refuses options that do not go together. Returns 0, or -EINVAL having said why. */
int command_check(const struct command *command);

#endif
