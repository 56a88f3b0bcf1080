/* A command: what was asked, parsed; what the verbs have in common. */
#ifndef COMMAND_H
#define COMMAND_H

#include "bench/team/schedule.h"
#include "program.h"

enum { OUTPUTS = 7, CHOICES_MAX = 64 };

/* Several values of one option, each once. */
struct choices {
	const char *texts[CHOICES_MAX];    /* of options that take words ... */
	unsigned int numbers[CHOICES_MAX]; /* ... or whole numbers */
	size_t count;
};

/* Where one format goes. */
struct output_to {
	bool wanted;
	const char *path; /* NULL for stdout */
};

struct options {
	const char *strategy;                  /* NULL for the default */
	unsigned int ranks, workers, inflight; /* 0 for the default */
	/* What compare and scale study: what was given, in its order; none for the default. */
	struct choices concurrencies, strategies, places, binds;
	char *words[CHOICES_MAX]; /* malloc'd, of those that may be given with commas between */
	size_t word_count;
	bool weak, strong; /* scale: as was asked for, if at all */
	double tolerance;  /* compare of two files: a share of the time */
	bool force;
	unsigned int repeat; /* the job so many times over, if more than 1 */
	bool clocks;
	struct place_request place;
	struct schedule schedule;
	const char *schedule_text;
	bool schedule_given;
	const char *weights_text; /* NULL: measured where workers are unequal */
	double *weights;          /* malloc'd, if they were given one by one */
	unsigned int weight_count;
	unsigned int rounds; /* 0 for the default */
	double max_time;     /* seconds */
	double start_timeout; /* seconds; 0 for the default */
	const char *file;
	const char *
		file_name; /* what to call it, where it is read from another place; NULL: its own */
	struct output_to outputs[OUTPUTS]; /* as output_formats has them */
	bool quiet, verbose, no_progress, help, version;
	const char *help_form;
};

struct command {
	const struct program *program;
	const struct verb *verb;
	char **argv; /* as it was typed */
	char **words; /* the same with the options first: from here to the operands */
	struct options options;
	char **operands; /* ended by NULL */
	/* What to hand on to each measurement: options that were given and are marked so, as words.
	 * Ended by NULL. */
	char **measured;
	size_t measured_count;
};

extern const struct option_row shared_options[];
extern const struct verb shared_verbs[];
extern const struct format *const output_formats[OUTPUTS];

/* Fills *command from argv. Returns 0, or -errno having said why. Release it with command_free().
 */
int command_parse(struct command *command, const struct program *program, int argc, char **argv);
void command_free(struct command *command);

void help_print(FILE *file, const struct program *program, const struct verb *verb);
/* form: "man" or "bash". Returns 0, or -EINVAL having said which there are. */
int manual_print(FILE *file, const struct program *program, const char *form);

/* Reads the job: operands, -f FILE, or the embedded default. Returns 0, or -errno having said why.
 */
int job_read(struct command *command, struct work **work);

/* The same, and writes all of it to `copy`, an operand a line, once even if it is repeated. */
int job_read_copy(struct command *command, struct work **work, FILE *copy);

/* Whether the files can be written, before any work; touches none. Returns 0, or -EINVAL having
 * said why. */
int outputs_check(const struct command *command);

/* Whether a file that is read is one that will be written. Returns 0, or -EINVAL having said so. */
int outputs_check_input(const struct command *command, const char *input);

/* Whether two paths are one file, also if it is not there yet; devices and pipes are never. */
bool output_is_same(const char *one, const char *other);

/* Whether standard output goes to that file. */
bool output_is_stdout(const char *path);
/* Writes the document to wherever it was asked for; text, by print, unless a bare format replaces
 * it. One that cannot be written is no loss to the others. Returns 0, or the first one's -errno. */
int outputs_write(struct command *command, const struct document *document,
		  int (*text)(FILE *, const struct document *));

/* The progress line of a run: NULL if there is to be none. */
struct progress;
int progress_open(struct progress **progress, const struct command *command);
void progress_begin(struct progress *progress);
void progress_show(void *progress, uint64_t done, uint64_t items);
void progress_close(struct progress *progress);

/* Whether the person at the terminal wants to see progress. */
bool progress_wanted(const struct command *command);

int verb_run(struct command *command);
int verb_compare(struct command *command);
int verb_scale(struct command *command);
int verb_place(struct command *command);
int verb_list(struct command *command);

#endif
