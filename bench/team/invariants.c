/* No worker busier than the run is long, no host with more CPU time than its PUs have. */
#include "invariants.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "bench/base/cpus.h"
#include "bench/base/say.h"

static uint64_t invariants_with_slack(uint64_t ns)
{
	return ns + ns / 1000000 * INVARIANTS_CLOCKS_PPM + INVARIANTS_CLOCKS_PPM / 1000 + 1;
}

static int invariants_check_busy(const struct worker *rows, unsigned int worker, const char *leader,
				 uint64_t elapsed_ns)
{
	const struct worker *row = &rows[worker];
	bool here = !strcmp(row->host, leader);

	if (row->busy_ns <= (here ? elapsed_ns : invariants_with_slack(elapsed_ns)))
		return 0;
	return say_fail(EIO,
			"an error in this program: worker %u on %s was busy for %" PRIu64
			" ns of a run that took %" PRIu64 " ns; please report it",
			worker, row->host, row->busy_ns, elapsed_ns);
}

/* All PUs that workers of this host had at any time; 0 if that is not known of one of them. */
static unsigned int invariants_count_pus(const struct worker *rows, unsigned int count,
					 const char *host)
{
	struct cpus all = { 0 }, one;

	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(rows[i].host, host) != 0)
			continue;
		if (!rows[i].allowed[0] || cpus_parse(&one, rows[i].allowed))
			return 0;
		cpus_add(&all, &one);
		if (cpus_parse(&one, rows[i].bound_after))
			return 0;
		cpus_add(&all, &one);
	}
	return cpus_count(&all);
}

/* Of the host of this worker, which is the first of it in the list. */
static int invariants_check_host(const struct worker *rows, unsigned int count, unsigned int first,
				 uint64_t elapsed_ns)
{
	const char *host = rows[first].host;
	unsigned int pus = invariants_count_pus(rows, count, host);
	uint64_t had = 0, there_was = invariants_with_slack(elapsed_ns * pus);

	for (unsigned int i = first; i < count; i++)
		had += strcmp(rows[i].host, host) ? 0 : rows[i].cpu_ns;
	if (!pus || had <= there_was)
		return 0;
	return say_fail(EIO,
			"an error in this program: the workers on %s had %" PRIu64
			" ns of CPU time, and their %u PU%s only %" PRIu64
			" ns in a run of that length; please report it",
			host, had, pus, pus == 1 ? " has" : "s have", elapsed_ns * pus);
}

int invariants_check(const struct worker *rows, unsigned int count, const char *leader,
		     uint64_t elapsed_ns)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < count; i++) {
		bool first = true;

		for (unsigned int j = 0; first && j < i; j++)
			first = strcmp(rows[i].host, rows[j].host) != 0;
		ret = invariants_check_busy(rows, i, leader, elapsed_ns);
		if (!ret && first)
			ret = invariants_check_host(rows, count, i, elapsed_ns);
	}
	return ret;
}
