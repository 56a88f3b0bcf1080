/*
 * Launchers: what starts the ranks of an MPI job. A row tells how a rank knows that it was started
 * by that one, how it is made to start ranks, and what its end means. One that only starts us, and
 * that we never start, has no command.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/base/environment.h"

/* How the names of our own variables begin. */
#define LAUNCHER_OURS "CORESCALE_"

/* What a launcher says of a rank that was killed. */
struct launcher_killed {
	int rank;   /* -1: it does not say */
	int signal; /* 0: none was */
};

struct launcher {
	const char *name; /* for messages */

	/* The environment variables in which each rank is told how many there are, which one it is,
	 * and how many there are on its host. size tells the launcher. */
	const char *size, *rank, *ranks_here;
	/* Where ranks_here is a list by host, "2(x3),1": the variable of the number of this one, from
	 * 0. NULL: it is one number. */
	const char *host;
	/* Another that has to be set; NULL for none. */
	const char *also;
	/* Whether it is there to talk to, as far as can be seen: variables may be left from another
	 * job. */
	bool (*alive)(void);
	/* How the name of an MPI library begins whose ranks it does not start; NULL for none. */
	const char *foreign;

	/* The program that starts ranks, looked for in PATH; NULL: we do not start it. */
	const char *command;
	/* Where to get it. */
	const char *advice;
	/* How the names of variables begin, or "NAME=" for a whole one, that it tells a rank: they
	 * are kept from a launch of ours. Ended by NULL. */
	const char *const *tells;
	/* The words that start so many ranks of `program`, which get no words of their own. What
	 * begins with LAUNCHER_OURS in the environment, ranks on other hosts get too. Returns a
	 * malloc'd list of malloc'd words, or NULL. */
	char **(*words)(unsigned int ranks, const char *program,
			const struct environment *environment);
	/* What else it is told in its environment: NAME, VALUE, ... NULL. */
	const char *const *settings;
	/* The variables that tell it where its sessions leave their files, and its ranks the memory
	 * that they share. */
	const char *folder, *shared;
	/* File descriptors and bytes of files that so many ranks need to start. */
	unsigned int (*descriptors)(unsigned int ranks);
	uint64_t (*bytes)(unsigned int ranks);
	/* Whether a banner says that the job is at its end: what comes then is its own end. */
	bool (*gives_up)(const char *banner);
	/* Reads a banner, in which it explains how a job has ended. */
	struct launcher_killed (*killed)(const char *banner);
};

/* All that are known, ended by NULL; the first is the one that we start. A rank is asked for them in
 * this order: mpirun starts its daemons, and so its ranks, by srun where Slurm is. */
extern const struct launcher *const launchers[];
extern const struct launcher launcher_openmpi, launcher_hydra, launcher_srun, launcher_srun_pmi;

/* Whether a variable is what some launcher tells a rank. */
bool launcher_tells(const char *name);

/* What alive() is where each rank talks to its launcher over PMIx, or over the pipe that PMI names.
 */
bool launcher_has_pmix(void);
bool launcher_has_pmi(void);

/* NULL, or why no ranks can be started here: "no mpirun in PATH". */
const char *launcher_missing(void);

#endif
