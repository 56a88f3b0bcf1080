/*
 * What each rank says of itself before the job: whether it is the same program as the leader, and
 * what host it is on. Plain bytes, and always as many of them, whatever the version: all ranks of
 * all builds can exchange it.
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdbool.h>

#include "bench/place/placement.h"

enum { HELLO_BYTES = 4096 };

struct hello {
	/* These stay where they are in all versions. */
	char version[64]; /* of the program, and the sizes of what travels */
	char host[64];
	char work[64]; /* the kind of work */
	/* And these are read of ranks of the same version only. */
	char cpu_model[128], microcode[64], kernel[128], governor[64], compiler[64], mpi[256],
		hwloc[32], allowed[MASK_TEXT];
	unsigned int cores, pus, numa_nodes, allowed_cores;
	double cpu_quota; /* NAN: none */
};

/* Fills in version, host and the kind of work; the rest is the caller's. */
void hello_begin(struct hello *hello, const char *work);

/* Whether a rank can work for the leader. Returns 0, or -ENOTSUP having said which rank, on which
 * host, differs in what. */
int hello_check(const struct hello *leader, const struct hello *other, unsigned int rank);

/* Whether their hosts are of one kind: the CPU, how many cores, and what a quota leaves of them. */
bool hello_is_alike(const struct hello *one, const struct hello *other);

#endif
