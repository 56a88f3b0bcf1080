/*
 * What a simulated host has in the place of bench/base/pause.c and bench/place/, and for its name.
 * Its clock is SMPI's: smpicc compiles clock_gettime() and nanosleep() as calls of it.
 */
#define _GNU_SOURCE
#include <simgrid/host.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/pause.h"
#include "bench/place/placement.h"

/* What gethostname() is compiled as. */
int host_name(char *name, size_t size)
{
	snprintf(name, size, "%s", sg_host_self_get_name());
	return 0;
}

/*
 * Naps from the start: the simulated time stands still while nobody sleeps. They grow as those of
 * pause.c do.
 */
void pause_once(struct pause *pause)
{
	uint64_t nap = 1000, waited;

	if (!pause->tries++)
		pause->began_ns = clock_ns();
	waited = clock_ns() - pause->began_ns;
	nap = waited / 64 > nap ? waited / 64 : nap;
	nap = nap < 10000000 ? nap : 10000000;
	nanosleep(&(struct timespec){ .tv_nsec = (long)nap }, NULL);
}

const struct machine *placement_machine(const struct placement *placement)
{
	static const struct machine machine;

	(void)placement;
	return &machine;
}

int placement_plan(struct placement *placement, unsigned int workers, unsigned int first,
		   unsigned int count)
{
	(void)placement, (void)workers, (void)first, (void)count;
	return 0;
}

int placement_plan_ranks(struct placement *placement, const struct rank_mask *ranks,
			 unsigned int count, unsigned int me)
{
	(void)placement, (void)ranks, (void)count, (void)me;
	return 0;
}

void placement_planned(const struct placement *placement, unsigned int worker, char mask[MASK_TEXT],
		       struct location *location)
{
	(void)placement, (void)worker;
	mask[0] = '\0';
	*location = (struct location){ -1, -1, -1, -1, -1, -1 };
}

bool placement_unequal(const struct placement *placement)
{
	(void)placement;
	return false;
}

int placement_bind(struct placement *placement, unsigned int worker, char bound[MASK_TEXT])
{
	(void)placement, (void)worker;
	bound[0] = '\0';
	return 0;
}

void placement_unbind(struct placement *placement)
{
	(void)placement;
}
