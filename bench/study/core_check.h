/* Cores that lag behind those of their kind. */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include "bench/result/result.h"

/*
 * Fills result.slow_cores from rows whose workers were bound to a core each: the rates are over the
 * CPU time that a worker had, each over the middle one of its sample; samples that were disturbed
 * do not count. Returns 0 or -ENOMEM.
 */
int core_check(struct result *result);

#endif
