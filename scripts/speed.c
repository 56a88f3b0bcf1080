/*
 * Measurements for speed.sh that the shell cannot make. A line each, NAME<tab>value, the median of
 * interleaved rounds:
 *
 * speed kernels ROUNDS            terms a second of the plain loop, of each kernel as NAME:BITS for
 *                                 numbers below 2^BITS, and as issue:NAME:BITS of its
 *                                 multiplications and additions alone
 * speed place ROUNDS              seconds: hwloc's own load of this machine; our placement on it,
 *                                 load and all; planning 1,024 workers on 1,024 PUs, close, spread
 * speed spawn ROUNDS CMD [-- CMD] seconds of whole programs; their output goes to /dev/null
 */
#include <fcntl.h>
#include <hwloc.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/place/placement.h"
#include "bench/stats/stats.h"
#include "compute/kernel.h"

enum { MOST = 64, FIRST = 10000000, TASKS = 20 };

extern char **environ;

/* Results go here, so that no loop is left out. */
static volatile uint64_t sink;

/* What a C programmer writes, and gcc -O3 makes of it. */
__attribute__((noinline, optimize("O3"))) static u128 plain(uint64_t begin, uint64_t end)
{
	u128 sum = 0;

	for (uint64_t i = begin; i < end; i++)
		sum += (u128)i * i;
	return sum;
}

/* So many vectors' multiplications alone, or a sum; of `times` times the same. */
struct entry {
	char name[40];
	u128 (*sum)(uint64_t begin, uint64_t end);
	uint64_t (*issue)(uint64_t vectors);
	uint64_t begin, end, lanes;
	unsigned int times;
	double *samples;
};

/* Below 2^26 the twenty numbers, and above as many terms as one of them has, of the largest. */
static int kernel_entries(struct entry *entries)
{
	int count = 0;

	entries[count++] = (struct entry){ "plain", plain, NULL, 0, FIRST, 1, TASKS, NULL };
	for (int i = 0; kernels[i]; i++)
		for (int range = 0; range < KERNEL_RANGES && !kernel_missing(kernels[i]); range++) {
			const uint64_t end = (uint64_t)1 << kernel_bits[range];
			struct entry entry = { .sum = kernels[i]->ranges[range].sum,
					       .begin = range ? end - FIRST : 0,
					       .end = range ? end : FIRST,
					       .lanes = kernels[i]->lanes,
					       .times = range ? 4 : TASKS };

			snprintf(entry.name, sizeof(entry.name), "%s:%u", kernels[i]->name,
				 kernel_bits[range]);
			entries[count++] = entry;
			entry.issue = kernels[i]->ranges[range].issue;
			snprintf(entry.name, sizeof(entry.name), "issue:%s:%u", kernels[i]->name,
				 kernel_bits[range]);
			entries[count++] = entry;
		}
	return count;
}

/* Terms a second of this thread's CPU time. */
static double measure_entry(const struct entry *entry)
{
	const uint64_t terms = entry->end - entry->begin, began = clock_cpu_ns();

	for (unsigned int i = 0; i < entry->times; i++)
		sink += entry->issue ? entry->issue(terms / entry->lanes)
				     : (uint64_t)entry->sum(entry->begin, entry->end);
	return (double)terms * entry->times / ((double)(clock_cpu_ns() - began) * 1e-9);
}

static void print_median(const char *name, double *samples, size_t count)
{
	printf("%s\t%.6g\n", name, stats_summarise(samples, count).median);
}

static int measure_kernels(size_t rounds)
{
	struct entry entries[MOST];
	int count = kernel_entries(entries);

	for (int i = 0; i < count; i++)
		entries[i].samples = calloc(rounds, sizeof(double));
	for (size_t round = 0; round < rounds; round++)
		for (int i = 0; i < count; i++)
			entries[i].samples[round] = measure_entry(&entries[i]);
	for (int i = 0; i < count; i++) {
		print_median(entries[i].name, entries[i].samples, rounds);
		free(entries[i].samples);
	}
	return 0;
}

static double spawn_once(char **words)
{
	posix_spawn_file_actions_t actions;
	uint64_t began;
	int status = 1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	began = clock_ns();
	if (posix_spawnp(&pid, words[0], &actions, NULL, words, environ) ||
	    waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "speed: %s failed\n", words[0]);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&actions);
	return (double)(clock_ns() - began) * 1e-9;
}

static int measure_spawns(size_t rounds, char **words)
{
	char **commands[MOST] = { words };
	double *samples[MOST];
	int count = 1;

	for (; *words; words++) {
		if (strcmp(*words, "--") || count == MOST)
			continue;
		*words = NULL;
		commands[count++] = ++words;
	}
	for (int i = 0; i < count; i++)
		samples[i] = calloc(rounds, sizeof(double));
	for (size_t round = 0; round < rounds; round++)
		for (int i = 0; i < count; i++)
			samples[i][round] = spawn_once(commands[i]);
	for (int i = 0; i < count; i++) {
		for (char **word = commands[i]; *word; word++)
			printf("%s ", *word);
		print_median("", samples[i], rounds);
		free(samples[i]);
	}
	return 0;
}

/* Seconds that hwloc needs to load this machine, as our own placement loads it. */
static double load_once(void)
{
	uint64_t began = clock_ns();
	hwloc_topology_t topology;

	if (hwloc_topology_init(&topology) || hwloc_topology_load(topology))
		exit(1);
	hwloc_topology_destroy(topology);
	return (double)(clock_ns() - began) * 1e-9;
}

/* Seconds until the workers of a machine are planned; of that, *planning for the plan alone. */
static double place_once(const char *topology, const char *bind, unsigned int workers,
			 double *planning)
{
	const struct place_request request = { .topology = topology, .bind = bind };
	uint64_t began = clock_ns(), opened;
	struct placement *placement;

	if (placement_open(&placement, &request))
		exit(1);
	opened = clock_ns();
	if (placement_plan(placement, workers, 0, workers))
		exit(1);
	*planning = (double)(clock_ns() - opened) * 1e-9;
	placement_close(placement);
	return (double)(clock_ns() - began) * 1e-9;
}

static int measure_placement(size_t rounds)
{
	static const char large[] = "pack:8 [numa] l3:4 core:16 pu:2";
	static const char *const names[] = { "load", "place", "close", "spread" };
	enum { NAMES = sizeof(names) / sizeof(names[0]) };
	double *samples[NAMES], unused;

	for (int i = 0; i < NAMES; i++)
		samples[i] = calloc(rounds, sizeof(double));
	for (size_t round = 0; round < rounds; round++) {
		samples[0][round] = load_once();
		samples[1][round] = place_once(NULL, NULL, 2, &unused);
		place_once(large, "close", 1024, &samples[2][round]);
		place_once(large, "spread", 1024, &samples[3][round]);
	}
	for (int i = 0; i < NAMES; i++) {
		print_median(names[i], samples[i], rounds);
		free(samples[i]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (rounds && !strcmp(argv[1], "kernels"))
		return measure_kernels(rounds);
	if (rounds && argc > 3 && !strcmp(argv[1], "spawn"))
		return measure_spawns(rounds, argv + 3);
	if (rounds && !strcmp(argv[1], "place"))
		return measure_placement(rounds);
	fputs("usage: speed kernels ROUNDS | speed place ROUNDS | speed spawn ROUNDS COMMAND [-- "
	      "COMMAND]\n",
	      stderr);
	return 2;
}
