/* Verbs: what a program can be asked to do. One file and one row each. */
#ifndef VERB_H
#define VERB_H

#include <stdbool.h>

struct command;

struct verb {
	const char *name;
	const char *about;
	const char *details; /* for its help: what it prints and how to read it; NULL for none. Help
				and manual break its lines */
	unsigned int bit;
	bool in_ranks;    /* all ranks of an mpirun take part; otherwise only rank 0 does */
	bool no_operands; /* it does no job */
	/* Returns 0 or -errno, having said why. */
	int (*run)(struct command *command);
};

/* Those of all programs, ended by a NULL name. */
extern const struct verb shared_verbs[];

int verb_run(struct command *command);
int verb_compare(struct command *command);
int verb_scale(struct command *command);
int verb_report(struct command *command);
int verb_place(struct command *command);
/* Of programs that have a probe. */
int verb_check(struct command *command);
int verb_list(struct command *command);

#endif
