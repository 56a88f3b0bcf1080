/* A command: what was asked, parsed; what the verbs have in common. */
#ifndef COMMAND_H
#define COMMAND_H

#include "bench/team/schedule.h"
#include "program.h"

/* The formats that a document is written in, as output_formats has them. */
enum output_format {
	OUTPUT_JSON,
	OUTPUT_CSV,
	OUTPUT_MARKDOWN,
	OUTPUT_EXTRAP,
	OUTPUT_SVG,
	OUTPUT_PNG,
	OUTPUT_HTML,
	OUTPUTS
};

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
	bool clocks;
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
	struct choices concurrencies, strategies, places, binds;
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

/* What is said beside the results. */
struct talk_options {
	bool quiet, verbose, no_progress, help, version;
	enum help_form { HELP_MAN, HELP_BASH, HELP_PLAIN } form; /* of the help */
};

struct options {
	struct team_options team;
	struct place_request place;
	struct study_options study;
	struct job_options job;
	struct output_to outputs[OUTPUTS];
	struct talk_options talk;
	char *words[CHOICES_MAX]; /* malloc'd, of those that may be given with commas between */
	size_t word_count;
};

struct command {
	const struct program *program;
	const struct verb *verb;
	char **argv;  /* as it was typed */
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

/* Refuses options that do not go together. Returns 0, or -EINVAL having said why. */
int command_check(const struct command *command);

/* What the exit codes mean, as one paragraph. */
extern const char help_exit_codes[];

/* The help of a verb, or of the program if verb is NULL; no line is longer than 80 columns, which
 * `make check` holds. */
void help_print(FILE *file, const struct program *program, const struct verb *verb);
/* The manual page, in roff. */
void manual_print(FILE *file, const struct program *program);
/* The completion, for bash to source. */
void completion_print(FILE *file, const struct program *program);

/* Reads the job: operands, -f FILE, or the embedded default. Returns 0, or -errno having said why.
 */
int job_read(struct command *command, struct work **work);

/* The same from a list that was kept in a file, by its descriptor (-1: the operands are all), with
 * the operands after it. Its lines are named as those of the file that they came from. */
int job_read_kept(struct command *command, int kept, struct work **work);
/*
 * Where no operand and no -f was given, but something is piped in (a pipe, a socket, a file; no
 * terminal and no other device), makes that the list, and says so. Waits up to a minute, or
 * --max-time, for the first byte, so that an input that nobody writes to is no hang. An input
 * without any operand is refused; but for the ranks of a launcher it stands for the embedded job,
 * since they get a pipe either way. Returns 0, or -ETIME having said that nothing came.
 */
int job_take_piped(struct command *command);

/*
 * Copies a list to `into`, line by line, so that what is read several times is the same each time.
 * Bounded by the length of a line. Returns 0, or -errno having said why, with FILE:LINE if it is no
 * text.
 */
int job_keep(const char *path, FILE *into);
/* The same, and writes all of it to `copy`, an operand a line, once even if it is repeated. */
int job_read_copy(struct command *command, struct work **work, FILE *copy);

/* Whether the files can be written, before any work; touches none. Returns 0, or -EINVAL having
 * said why. */
int outputs_check(const struct command *command);

/* Whether a file that is read is one that will be written. Returns 0, or -EINVAL having said so. */
int outputs_check_input(const struct command *command, const char *input);

/* Whether two paths are one file, also if it is not there yet; devices and pipes are never. */
bool outputs_same(const char *one, const char *other);

/* Whether standard output goes to that file. */
bool outputs_is_stdout(const char *path);
/* An empty result of this command, with the host. Returns 0 or -ENOMEM; *result may be freed in any
 * case. */
int outputs_begin(struct result *result, const struct command *command,
		  const struct placement *placement);
/* Writes the result, with the warnings said so far, to wherever it was asked for; text, by print,
 * unless a bare format replaces it. One that cannot be written is no loss to the others. Returns 0,
 * or the first one's -errno. */
int outputs_write(struct command *command, struct result *result,
		  int (*print)(FILE *file, const struct result *result, void *context),
		  void *context);

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
int verb_report(struct command *command);
int verb_place(struct command *command);
int verb_list(struct command *command);

#endif
