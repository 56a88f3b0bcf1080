/*
 * What the variables of OpenMP and its runtimes ask for. The runtime may then have bound the
 * initial thread already, before main(): its mask no longer tells what the process may use, but
 * the runtime's places do.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/number.h"
#include "bench/base/say.h"
#include "openmp_env.h"
#include "topology.h"

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_num_places(void)
{
	return 0;
}
#endif

static bool openmp_begins(const char *text, const char *word)
{
	return !strncasecmp(text, word, strlen(word));
}

const char *openmp_env_places(void)
{
	const char *text = getenv("OMP_PLACES");

	for (size_t n = 0; text && placement_nth_word(n); n++)
		if (openmp_begins(text, placement_nth_word(n)))
			return placement_nth_word(n);
	/* A list of PUs has narrowed what is allowed; the places are then the cores in it. */
	return NULL;
}

const char *openmp_env_bind(void)
{
	const char *text = getenv("OMP_PROC_BIND");
	static bool warned;

	if (!text || openmp_begins(text, "true") || openmp_begins(text, "close"))
		return NULL;
	if (openmp_begins(text, "false"))
		return "none";
	if (openmp_begins(text, "spread"))
		return "spread";
	if (!warned)
		say_warn("OMP_PROC_BIND=%s is not done here: workers are bound close", text);
	warned = true;
	return NULL;
}

unsigned int openmp_env_threads(void)
{
	const char *text = getenv("OMP_NUM_THREADS");
	enum number_fault fault;
	uint64_t threads;

	text = text ? text + strspn(text, " \t") : "";
	fault = number_take_whole(&text, &threads);
	if (fault)
		return fault == NUMBER_LARGE ? UINT_MAX : 0;
	text += strspn(text, " \t");
	if (*text && *text != ',')
		return 0;
	return threads < UINT_MAX ? (unsigned int)threads : UINT_MAX;
}

/* The variables that make a runtime bind: the standard's, and those of libgomp and libomp. */
static bool openmp_binds(void)
{
	static const char *const names[] = { "OMP_PLACES", "OMP_PROC_BIND", "GOMP_CPU_AFFINITY",
					     "KMP_AFFINITY" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (getenv(names[i]))
			return true;
	return false;
}

/* Adds a place of the runtime to a set. Returns its first PU, -1 if it has none. */
static int openmp_add_place(hwloc_bitmap_t all, int place)
{
	int first = -1;
#ifdef _OPENMP
	int count = omp_get_place_num_procs(place);
	int *ids = count > 0 ? calloc((size_t)count, sizeof(*ids)) : NULL;

	if (ids)
		omp_get_place_proc_ids(place, ids);
	for (int i = 0; ids && i < count; i++) {
		hwloc_bitmap_set(all, (unsigned int)ids[i]);
		first = first < 0 || ids[i] < first ? ids[i] : first;
	}
	free(ids);
#else
	(void)all;
	(void)place;
#endif
	return first;
}

bool openmp_env_all_places(struct hwloc_bitmap_s *allowed)
{
	int places = openmp_binds() ? omp_get_num_places() : 0;
	hwloc_bitmap_t all;

	if (places <= 0)
		return false;
	all = hwloc_bitmap_alloc();
	for (int i = 0; i < places; i++)
		openmp_add_place(all, i);
	hwloc_bitmap_and(allowed, allowed, all);
	hwloc_bitmap_free(all);
	return true;
}

/* The variable whose list of PUs the runtime has taken, NULL if there is none. */
static const char *openmp_list(void)
{
	const char *places = getenv("OMP_PLACES"), *affinity = getenv("KMP_AFFINITY");

	if (omp_get_num_places() <= 0)
		return NULL;
	if (places)
		return strchr(places, '{') ? "OMP_PLACES" : NULL;
	if (getenv("GOMP_CPU_AFFINITY"))
		return "GOMP_CPU_AFFINITY";
	return affinity && strcasestr(affinity, "proclist") ? "KMP_AFFINITY" : NULL;
}

/* True if KMP_AFFINITY asks for something, and for more than a list of PUs that is obeyed. */
static bool openmp_ignores_kmp(const char *list)
{
	const char *affinity = getenv("KMP_AFFINITY");

	return affinity && !strcasestr(affinity, "none") && !strcasestr(affinity, "disabled") &&
	       !(list && !strcmp(list, "KMP_AFFINITY"));
}

/* A list of PUs is a set here. Names the variable whose order is lost. */
static void openmp_warn_order(const char *name)
{
	int places = name ? omp_get_num_places() : 0, last = -1;
	hwloc_bitmap_t all = hwloc_bitmap_alloc();

	for (int i = 0; all && i < places; i++) {
		int first = openmp_add_place(all, i);

		if (first < last) {
			say_warn("%s=%s: workers have these PUs, but in the order of the machine",
				 name, getenv(name));
			break;
		}
		last = first;
	}
	hwloc_bitmap_free(all);
}

void openmp_env_warn(void)
{
	const char *list = openmp_binds() ? openmp_list() : NULL;
	static bool warned;

	if (warned)
		return;
	warned = true;
	openmp_warn_order(list);
	if (openmp_ignores_kmp(list))
		say_warn("KMP_AFFINITY=%s is not done here: --places and --bind say where workers "
			 "go",
			 getenv("KMP_AFFINITY"));
}

/* clang's runtime registers itself anew in a forked child, under the child's number, in shared
 * memory that only its own end would remove: a child that becomes another program has no such
 * end. */
static void openmp_forget_registration(void)
{
	char name[64];

	snprintf(name, sizeof(name), "/__KMP_REGISTERED_LIB_%d_%d", (int)getpid(), (int)getuid());
	shm_unlink(name);
}

void openmp_env_undo(void)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc_full();
	cpu_set_t *set = CPU_ALLOC(PUS_MAX);
	size_t size = CPU_ALLOC_SIZE(PUS_MAX);
	int pu;

	if (all && set && openmp_env_all_places(all)) {
		CPU_ZERO_S(size, set);
		hwloc_bitmap_foreach_begin(pu, all) CPU_SET_S((size_t)pu, size, set);
		hwloc_bitmap_foreach_end();
		sched_setaffinity(0, size, set);
	}
	CPU_FREE(set);
	hwloc_bitmap_free(all);
	openmp_forget_registration();
}
