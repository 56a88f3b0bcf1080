/* What is to be thought of each PU that was checked. */
#ifndef PU_CHECK_H
#define PU_CHECK_H

#include "bench/result/result.h"
#include "bench/stats/slow_cores.h"

/*
 * Gives a verdict to those of result.checked that have none: "disturbed" where something else had
 * the PU so often that its rate tells nothing, "slow" as slow_cores() has it, otherwise "right";
 * and says all of them as the advice. rates: of windows of undisturbed time, with the number of the
 * PU as its core; those of disturbed PUs go. seconds: how long it took. Returns 0 or -ENOMEM.
 */
int pu_check_conclude(struct result *result, struct core_rate *rates, size_t count, double seconds);

/* How many have that verdict. */
unsigned int pu_check_count(const struct result *result, const char *verdict);

#endif
