/* What the variables of OpenMP and its runtimes ask for, and what a runtime has done because of
 * them. */
#ifndef OPENMP_ENV_H
#define OPENMP_ENV_H

#include <stdbool.h>

struct hwloc_bitmap_s;

/* The workers that OMP_NUM_THREADS asks for, the outermost of its list; 0 if it asks for none. */
unsigned int openmp_env_threads(void);

/*
 * Undoes, in the calling thread, what the OpenMP runtime bound before main() because of OMP_PLACES,
 * OMP_PROC_BIND, GOMP_CPU_AFFINITY or KMP_AFFINITY. For children, which would inherit it.
 */
void openmp_env_undo(void);

/* OMP_PLACES and OMP_PROC_BIND as our words, NULL where they are not set or ask for the default. */
const char *openmp_env_places(void);
const char *openmp_env_bind(void);
/*
 * Names, once, what the variables ask for and is not done: KMP_AFFINITY, and the order of PUs in
 * OMP_PLACES or GOMP_CPU_AFFINITY.
 */
void openmp_env_warn(void);
/* Keeps of a set what is in the OpenMP runtime's places. Returns false, leaving it alone, if it has
 * none. */
bool openmp_env_all_places(struct hwloc_bitmap_s *set);

#endif
