/* What the machine did beside us for a while. */
#define _GNU_SOURCE
#include "conditions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"

int conditions_has_pu(const char *pus, unsigned int pu)
{
	size_t digits = strlen(pus);
	char digit;

	if (digits < 3 || pu / 4 >= digits - 2)
		return 0;
	digit = pus[digits - 1 - pu / 4];
	return ((digit <= '9' ? digit - '0' : digit - 'a' + 10) >> pu % 4) & 1;
}

void conditions_parse_stat(double *busy_s, double *steal_s, const char *text, const char *pus,
			   long hz)
{
	*busy_s = *steal_s = 0;
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		/* user, nice, system, idle, iowait, irq, softirq, steal; guests are in user. */
		unsigned long long t[8] = { 0 };
		unsigned int pu;

		line += *line == '\n';
		if (strncmp(line, "cpu", 3) || line[3] < '0' || line[3] > '9' ||
		    sscanf(line, "cpu%u %llu %llu %llu %llu %llu %llu %llu %llu", &pu, &t[0], &t[1],
			   &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) < 5 ||
		    !conditions_has_pu(pus, pu))
			continue;
		*busy_s += (double)(t[0] + t[1] + t[2] + t[5] + t[6]) / (double)hz;
		*steal_s += (double)t[7] / (double)hz;
	}
}

double conditions_parse_throttled(const char *text)
{
	const char *v2 = strstr(text, "throttled_usec "), *v1 = strstr(text, "throttled_time ");

	if (v2)
		return strtod(v2 + strlen("throttled_usec "), NULL) * 1e-6;
	return v1 ? strtod(v1 + strlen("throttled_time "), NULL) * 1e-9 : NAN;
}

/* A small file of the system: malloc'd, NULL if it cannot be read. */
static char *conditions_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length = file ? getdelim(&text, &size, '\0', file) : -1;

	if (file)
		fclose(file);
	if (length >= 0)
		return text;
	free(text);
	return NULL;
}

static double conditions_throttled(void)
{
	char path[4400];
	char *text = cgroup_cpu_file("cpu.stat", path, sizeof(path)) ? conditions_read(path) : NULL;
	double throttled = text ? conditions_parse_throttled(text) : NAN;

	free(text);
	return throttled;
}

static void conditions_take(struct conditions_mark *mark, const char *pus)
{
	char *stat = conditions_read("/proc/stat");

	*mark = (struct conditions_mark){ .at_ns = clock_ns(), .busy_s = NAN, .steal_s = NAN };
	if (stat)
		conditions_parse_stat(&mark->busy_s, &mark->steal_s, stat, pus,
				      sysconf(_SC_CLK_TCK));
	free(stat);
	mark->throttled_s = conditions_throttled();
}

void conditions_begin(struct conditions_mark *mark, const char *pus)
{
	char *load = conditions_read("/proc/loadavg");

	conditions_take(mark, pus);
	mark->load = load ? strtod(load, NULL) : NAN;
	free(load);
}

void conditions_end(struct conditions *conditions, const struct conditions_mark *mark,
		    const char *pus, double own_s)
{
	struct conditions_mark now;
	double window;

	conditions_take(&now, pus);
	window = (double)(now.at_ns - mark->at_ns) * 1e-9;
	*conditions = (struct conditions){
		.window_s = window,
		.steal_s = NAN,
		.others_s = NAN,
		.throttled_s = now.throttled_s - mark->throttled_s,
		.load = mark->load,
	};
	if (window < CONDITIONS_WINDOW_S)
		return;
	conditions->steal_s = now.steal_s - mark->steal_s;
	conditions->others_s = fmax(now.busy_s - mark->busy_s - own_s, 0);
}
