/* What Slurm tells of a job in its environment. */
#include "allocation.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/base/number.h"

/* More is no allocation. */
#define ALLOCATION_MAX (UINT64_C(1) << 30)

/* The sum of a list by host: "2(x3),1" is 7. */
static unsigned int allocation_sum(const char *list)
{
	uint64_t sum = 0, value;

	while (list && *list && !number_take_whole(&list, &value)) {
		uint64_t times = 1;

		if (!strncmp(list, "(x", 2)) {
			list += 2;
			if (number_take_whole(&list, &times))
				break;
			list += *list == ')';
		}
		if (value > ALLOCATION_MAX || times > ALLOCATION_MAX)
			return 0;
		sum += value * times;
		if (sum > ALLOCATION_MAX)
			return 0;
		list += *list == ',';
	}
	return (unsigned int)sum;
}

unsigned int allocation_tasks(void)
{
	return getenv("SLURM_JOB_ID") ? allocation_sum(getenv("SLURM_TASKS_PER_NODE")) : 0;
}

unsigned int allocation_hosts(void)
{
	return getenv("SLURM_JOB_ID") ? allocation_sum(getenv("SLURM_JOB_NUM_NODES")) : 0;
}

unsigned int allocation_cpus_per_task(void)
{
	return getenv("SLURM_JOB_ID") ? allocation_sum(getenv("SLURM_CPUS_PER_TASK")) : 0;
}

double allocation_left_s(void)
{
	const char *text = getenv("SLURM_JOB_ID") ? getenv("SLURM_JOB_END_TIME") : NULL;
	double end;

	return text && !number_take_real(&text, &end) ? fmax(0, end - (double)time(NULL))
						      : INFINITY;
}
