/* Hosts that have more workers than they can serve, or fewer than they were given for. */
#ifndef HOST_LOAD_H
#define HOST_LOAD_H

#include <stdbool.h>

#include "bench/result/result.h"

/* What workers find on a host. */
struct host_load {
	const char *host; /* NULL: this one, which needs no name */
	unsigned int workers, cores, pus;
	double quota; /* CPUs of time; NAN: none */
};

/* Warns of more workers than CPUs of quota; and of more than cores, or, where SMT siblings were
 * asked for, than PUs. */
void host_load_warn(const struct host_load *load, bool siblings);

/*
 * The same of each host of a row's ranks, by its name if there are several. With shares, ranks have
 * divided the cores of their hosts; otherwise their masks tell more than how many they are, and
 * only quotas are looked at. Returns 0 or -ENOMEM.
 */
int host_load_warn_all(const struct result *result, const struct row *row, bool shares,
		       bool siblings);

/*
 * Warns of CPUs that Slurm gave and nobody uses: ranks whose mask is narrower than cpus_per_task
 * (0: not known), and hosts with more allowed cores than workers. Returns 0, or -EINVAL for a mask
 * that is none.
 */
int host_load_warn_idle(const struct result *result, const struct row *row,
			unsigned int cpus_per_task);

#endif
