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
#include "bench/base/words.h"

/* How the names of our own variables begin. */
#define LAUNCHER_OURS "CORESCALE_"

/* What may be asked of a launcher. Each text may be NULL; they are the launcher's own words. */
struct launcher_request {
	const char *name;             /* which one */
	const char *hosts, *hostfile; /* a list of hosts, or the file that has it */
	const char *arguments;        /* more words, with spaces between */
	unsigned int per_host;        /* ranks on each host; 0: as it likes */
	double start_timeout;         /* of the ranks, in seconds; 0 for the default */
};

/* What it is to start. */
struct launcher_start {
	unsigned int ranks;
	const char *program; /* it gets no words of its own */
	/* What begins with LAUNCHER_OURS in it, ranks on other hosts get too. */
	const struct words *environment;
	const struct launcher_request *request;
};

/* What a launcher says of the end of a rank. */
struct launcher_killed {
	int rank;      /* -1: it does not say */
	int signal;    /* 0: none was */
	char host[64]; /* "": it does not say. With neither rank nor signal, one that was lost */
};

struct launcher {
	const char *name; /* for messages */

	/* The environment variables in which each rank is told how many there are, which one it is,
	 * and how many there are on its host. size tells the launcher. */
	const char *size, *rank, *ranks_here;
	/* Where ranks_here is a list by host, "2(x3),1": the variable of the number of this one,
	 * from 0. NULL: it is one number. */
	const char *host;
	/* Another that has to be set; NULL for none. */
	const char *also;
	/* Whether it is there to talk to, as far as can be seen: variables may be left from another
	 * job. */
	bool (*alive)(void);
	/* Whether ranks that were made with an MPI library of this name can be its; NULL: all
	 * can. */
	bool (*fits)(const char *library);

	/* The program that starts ranks, looked for in PATH; and what is said where there is
	 * none. */
	const char *command, *missing;
	/* Where to get it. */
	const char *advice;
	/* How the names of variables begin, or "NAME=" for a whole one, that it tells a rank: they
	 * are kept from a launch of ours. Ended by NULL. */
	const char *const *tells;
	/* Its command line. Returns 0, or -EINVAL having said what it cannot be asked for. */
	int (*words)(struct words *words, const struct launcher_start *start);
	/* What else it is told in its environment: NAME, VALUE, ... NULL. NULL for nothing. */
	const char *const *settings;
	/* The variables that tell it where its sessions leave their files, by version, ended by
	 * NULL; and its ranks, the memory that they share. NULL where there are none. */
	const char *const *folders;
	const char *shared;
	/* How lines of its own begin, beside those between dashes: NULL-ended; NULL for none. */
	const char *const *says;
	/* File descriptors and bytes of files that so many ranks need to start. */
	unsigned int (*descriptors)(unsigned int ranks);
	uint64_t (*bytes)(unsigned int ranks);
	/* Whether a banner says that the job is at its end: what comes then is its own end. */
	bool (*gives_up)(const char *banner);
	/* Reads what it said: how a job has ended. */
	struct launcher_killed (*killed)(const char *banner);
};

/* All that are known, ended by NULL. A rank is asked for them in this order: mpirun starts its
 * daemons, and so its ranks, by srun where Slurm is. */
extern const struct launcher *const launchers[];
extern const struct launcher launcher_openmpi, launcher_hydra, launcher_srun_pmi, launcher_srun;

/* Their names, each once; NULL after the last. */
const char *launcher_nth_name(size_t n);

/* The one of that name, or by default the first, that starts ranks of that MPI library (its
 * version; NULL: Open MPI's). NULL if there is no such one. */
const struct launcher *launcher_find(const char *name, const char *library);

/* Whether the ranks that are asked for may be on other hosts, as far as is known: those are named,
 * or the allocation has some. A default of the launcher's own is not seen. */
bool launcher_reaches_out(const struct launcher_request *request);

/* Whether a variable is what some launcher tells a rank. */
bool launcher_tells(const char *name);

/* What alive() is where each rank talks to its launcher over PMIx, or over the pipe that PMI names.
 */
bool launcher_has_pmix(void);
bool launcher_has_pmi(void);

/* NULL, or why it cannot be started here: "no mpirun in PATH". */
const char *launcher_missing(const struct launcher *launcher);

#endif
