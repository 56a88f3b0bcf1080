/* Whether something else had the CPUs of workers that were never idle. */
#include "disturbance.h"

#include <math.h>
#include <stdbool.h>

#define DISTURBANCE_SHARE 0.05
#define DISTURBANCE_LOST  100e-6

/* The workers of the PU of worker `i` together; those of several PUs stand for themselves. */
static struct disturbance_worker disturbance_of_pu(const struct disturbance_worker *workers,
						   size_t count, size_t i)
{
	struct disturbance_worker all = workers[i];

	for (size_t k = 0; all.pu >= 0 && k < count; k++) {
		if (k == i || workers[k].pu != all.pu)
			continue;
		all.busy_s = fmax(all.busy_s, workers[k].busy_s);
		all.cpu_s += workers[k].cpu_s;
	}
	return all;
}

struct disturbance disturbance_find(const struct disturbance_worker *workers, size_t count,
				    unsigned int pus, double steal_s, double throttled_s)
{
	struct disturbance worst = { .kind = DISTURBANCE_NONE, .pu = -1 };
	double lost_most = 0, lost_all = 0;

	for (size_t i = 0; i < count; i++) {
		struct disturbance_worker all = disturbance_of_pu(workers, count, i);
		double lost = all.busy_s - all.cpu_s, share = lost / all.busy_s;

		if (all.pu < 0 && count > pus)
			continue;
		if (!(lost > DISTURBANCE_LOST) || !(share > DISTURBANCE_SHARE))
			continue;
		lost_all += lost;
		if (share <= worst.share)
			continue;
		worst = (struct disturbance){ DISTURBANCE_OTHERS, share, all.pu };
		lost_most = lost;
	}
	if (worst.kind == DISTURBANCE_NONE)
		return worst;
	if (throttled_s >= lost_most / 2)
		worst.kind = DISTURBANCE_THROTTLE;
	else if (steal_s >= lost_all / 2)
		worst.kind = DISTURBANCE_STEAL;
	return worst;
}
