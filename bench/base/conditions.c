/* /proc/stat, cpu.stat and /proc/loadavg, before and after. */
#define _GNU_SOURCE
#include "conditions.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"

/* The whole text of a file, malloc'd; NULL if it cannot be read. */
static char *conditions_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

struct conditions_ticks conditions_parse_stat(const char *text, const struct cpus *pus)
{
	struct conditions_ticks sum = { 0 };

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		/* cpuN user nice system idle iowait irq softirq steal; guests are in user. */
		uint64_t is[8] = { 0 };
		unsigned int pu;
		int got =
			sscanf(text,
			       "cpu%u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			       " %" SCNu64 " %" SCNu64 " %" SCNu64,
			       &pu, &is[0], &is[1], &is[2], &is[3], &is[4], &is[5], &is[6], &is[7]);

		/* "cpu " without a number is the sum of all. */
		if (strncmp(text, "cpu", 3) != 0 || text[3] == ' ' || got < 5 || !cpus_has(pus, pu))
			continue;
		sum.busy += is[0] + is[1] + is[2] + is[5] + is[6];
		sum.steal += is[7];
	}
	return sum;
}

double conditions_parse_throttled(const char *text)
{
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		double value;

		if (sscanf(text, "throttled_usec %lf", &value) == 1)
			return value * 1e-6;
		if (sscanf(text, "throttled_time %lf", &value) == 1)
			return value * 1e-9;
	}
	return 0;
}

double conditions_parse_load(const char *text)
{
	double load;

	return sscanf(text, "%lf", &load) == 1 ? load : NAN;
}

static struct conditions_ticks conditions_read_stat(const struct cpus *pus)
{
	char *text = conditions_read("/proc/stat");
	struct conditions_ticks ticks = { 0 };

	if (text)
		ticks = conditions_parse_stat(text, pus);
	free(text);
	return ticks;
}

static int conditions_visit_group(void *context, const char *folder)
{
	char path[CGROUP_PATH + sizeof("/cpu.stat")], *text;

	snprintf(path, sizeof(path), "%s/cpu.stat", folder);
	text = conditions_read(path);
	if (text)
		*(double *)context += conditions_parse_throttled(text);
	free(text);
	return 0;
}

/* All groups from this process's own to the root: any of them may hold it back. */
static double conditions_read_throttled(void)
{
	double sum = 0;

	cgroup_visit("", "cpu", conditions_visit_group, &sum);
	return sum;
}

static double conditions_read_load(void)
{
	char *text = conditions_read("/proc/loadavg");
	double load = text ? conditions_parse_load(text) : NAN;

	free(text);
	return load;
}

void conditions_begin(struct conditions_meter *meter, const struct cpus *pus)
{
	meter->pus = *pus;
	if (!meter->brief) {
		meter->load = conditions_read_load();
		meter->throttled_s = conditions_read_throttled();
		meter->ticks = conditions_read_stat(pus);
	}
	meter->began_ns = clock_ns();
}

/* What was counted since the begin. */
static void conditions_read_counts(const struct conditions_meter *meter, double own_s,
				   struct conditions *conditions)
{
	double tick = conditions->resolution_s;
	struct conditions_ticks now = conditions_read_stat(&meter->pus);

	conditions->steal_s = (double)(now.steal - meter->ticks.steal) * tick;
	conditions->others_s = fmax(0, (double)(now.busy - meter->ticks.busy) * tick - own_s);
	conditions->throttled_s = fmax(0, conditions_read_throttled() - meter->throttled_s);
}

void conditions_end(struct conditions_meter *meter, double own_s, struct conditions *conditions)
{
	*conditions = (struct conditions){
		.window_s = (double)(clock_ns() - meter->began_ns) * 1e-9,
		.resolution_s = 1.0 / (double)sysconf(_SC_CLK_TCK),
		.steal_s = NAN,
		.others_s = NAN,
		.throttled_s = NAN,
		.load = meter->load,
	};
	if (!meter->brief)
		conditions_read_counts(meter, own_s, conditions);
	meter->brief = conditions->window_s < conditions->resolution_s;
}
