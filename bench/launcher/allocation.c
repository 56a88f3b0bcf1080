/* What Slurm tells of a job in its environment. */
#include "allocation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The sum of a list by host: "2(x3),1" is 7. */
static unsigned int allocation_sum(const char *list)
{
	unsigned long sum = 0;

	while (list && *list) {
		char *end;
		unsigned long value = strtoul(list, &end, 10), times = 1;

		if (end == list)
			break;
		if (!strncmp(end, "(x", 2)) {
			times = strtoul(end + 2, &end, 10);
			end += *end == ')';
		}
		sum += value * times;
		list = end + (*end == ',');
	}
	return sum < 1u << 30 ? (unsigned int)sum : 0;
}

unsigned int allocation_tasks(void)
{
	return getenv("SLURM_JOB_ID") ? allocation_sum(getenv("SLURM_TASKS_PER_NODE")) : 0;
}

unsigned int allocation_hosts(void)
{
	return getenv("SLURM_JOB_ID") ? allocation_sum(getenv("SLURM_JOB_NUM_NODES")) : 0;
}

double allocation_left_s(void)
{
	const char *text = getenv("SLURM_JOB_ID") ? getenv("SLURM_JOB_END_TIME") : NULL;
	double end = text ? strtod(text, NULL) : 0;

	return end > 0 ? fmax(0, end - (double)time(NULL)) : INFINITY;
}
