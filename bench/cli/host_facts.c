/* CPU, microcode, kernel, governor, compiler, libraries: what a result tells of a host. */
#define _GNU_SOURCE
#include "host_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/base/version.h"
#include "bench/team/strategy.h"

/* The first line of a file, or what stands behind a key of it ("microcode\t: 0x1"): malloc'd; NULL
 * if there is none. */
static char *host_facts_line(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, *found = NULL;
	size_t room = 0;

	while (file && !found && getline(&line, &room, file) > 0) {
		const char *text = line;

		if (key && strncmp(line, key, strlen(key)))
			continue;
		if (key)
			text = strchr(line, ':') ? strchr(line, ':') + 1 : line;
		text += strspn(text, " \t");
		found = strndup(text, strcspn(text, "\n"));
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

static void host_facts_take(char *to, size_t room, char *line)
{
	snprintf(to, room, "%s", line ? line : "");
	free(line);
}

void host_facts_find(struct hello *hello, const struct placement *placement, const char *work)
{
	const struct machine *machine = placement_machine(placement);
	const char *mpi = strategy_mpi_version();
	struct utsname system;

	uname(&system);
	hello_begin(hello, work);
	snprintf(hello->cpu_model, sizeof(hello->cpu_model), "%s", machine->cpu_model);
	host_facts_take(hello->microcode, sizeof(hello->microcode),
			host_facts_line("/proc/cpuinfo", "microcode"));
	snprintf(hello->kernel, sizeof(hello->kernel), "%s", system.release);
	host_facts_take(hello->governor, sizeof(hello->governor),
			host_facts_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
					NULL));
	snprintf(hello->compiler, sizeof(hello->compiler), "%s", COMPILER);
	snprintf(hello->mpi, sizeof(hello->mpi), "%s", mpi ? mpi : "");
	snprintf(hello->hwloc, sizeof(hello->hwloc), "%s", machine->hwloc);
	snprintf(hello->allowed, sizeof(hello->allowed), "%s", machine->allowed);
	hello->cores = machine->cores;
	hello->pus = machine->pus;
	hello->numa_nodes = machine->numa_nodes;
	hello->allowed_cores = machine->allowed_cores;
	hello->cpu_quota = machine->cpu_quota;
}
