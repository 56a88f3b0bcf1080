/*
 * What OMP_PLACES and OMP_PROC_BIND ask for. The OpenMP runtime has then already bound the initial
 * thread, before main(): its mask no longer tells what the process may use, but the runtime's
 * places do.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "placement.h"

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_num_places(void)
{
	return 0;
}
#endif

static bool begins(const char *text, const char *word)
{
	return !strncasecmp(text, word, strlen(word));
}

const char *openmp_places(void)
{
	static const char *const words[] = { "threads", "cores", "ll_caches", "numa_domains",
					     "sockets" };
	const char *text = getenv("OMP_PLACES");

	for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
		if (begins(text, words[i]))
			return words[i];
	/* A list of PUs has narrowed what is allowed; the places are then the cores in it. */
	return NULL;
}

const char *openmp_bind(void)
{
	const char *text = getenv("OMP_PROC_BIND");
	static bool warned;

	if (!text || begins(text, "true") || begins(text, "close"))
		return NULL;
	if (begins(text, "false"))
		return "none";
	if (begins(text, "spread"))
		return "spread";
	if (!warned)
		say_warn("OMP_PROC_BIND=%s is not done here: workers are bound close", text);
	warned = true;
	return NULL;
}

bool openmp_all_places(hwloc_bitmap_t allowed)
{
	int places = getenv("OMP_PLACES") || getenv("OMP_PROC_BIND") ? omp_get_num_places() : 0;
	hwloc_bitmap_t all;

	if (places <= 0)
		return false;
	all = hwloc_bitmap_alloc();
#ifdef _OPENMP
	for (int i = 0; i < places; i++) {
		int count = omp_get_place_num_procs(i);
		int *ids = count > 0 ? malloc((size_t)count * sizeof(*ids)) : NULL;

		if (ids)
			omp_get_place_proc_ids(i, ids);
		for (int j = 0; ids && j < count; j++)
			hwloc_bitmap_set(all, (unsigned int)ids[j]);
		free(ids);
	}
#endif
	hwloc_bitmap_and(allowed, allowed, all);
	hwloc_bitmap_free(all);
	return true;
}

/* clang's runtime registers itself anew in a forked child, under the child's number, in shared memory
 * that only its own end would remove: a child that becomes another program has no such end. */
static void forget_registration(void)
{
	char name[64];

	snprintf(name, sizeof(name), "/__KMP_REGISTERED_LIB_%d_%d", (int)getpid(), (int)getuid());
	shm_unlink(name);
}

void place_undo_openmp(void)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc_full();
	cpu_set_t *set = CPU_ALLOC(PUS_MAX);
	size_t size = CPU_ALLOC_SIZE(PUS_MAX);
	int pu;

	if (all && set && openmp_all_places(all)) {
		CPU_ZERO_S(size, set);
		hwloc_bitmap_foreach_begin(pu, all) CPU_SET_S((size_t)pu, size, set);
		hwloc_bitmap_foreach_end();
		sched_setaffinity(0, size, set);
	}
	CPU_FREE(set);
	hwloc_bitmap_free(all);
	forget_registration();
}
