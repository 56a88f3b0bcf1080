/* CPU time against busy time. */
#include "disturbance.h"

struct disturbance disturbance_find(const struct disturbance_worker *workers, size_t count,
				    const struct disturbance_counters *counters)
{
	struct disturbance worst = { .pu = -1 };
	double missed = 0;

	for (size_t i = 0; i < count; i++) {
		const struct disturbance_worker *worker = &workers[i];
		double lost = worker->busy_s - worker->cpu_s;

		if (!worker->alone || !(lost > 0))
			continue;
		missed += lost;
		if (lost < DISTURBANCE_LEAST_S || lost < DISTURBANCE_SHARE * worker->busy_s ||
		    lost / worker->busy_s <= worst.share)
			continue;
		worst = (struct disturbance){ .kind = DISTURBANCE_OTHERS,
					      .share = lost / worker->busy_s,
					      .pu = worker->pu };
	}
	if (worst.kind == DISTURBANCE_NONE)
		return worst;
	if (counters->throttled_s >= missed / 2)
		worst.kind = DISTURBANCE_THROTTLED;
	else if (counters->steal_s >= counters->resolution_s && counters->steal_s >= missed / 2)
		worst.kind = DISTURBANCE_STEAL;
	return worst;
}
