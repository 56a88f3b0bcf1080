/* Limits are divided, pauses are told. */
#include "ranks.h"

#include <string.h>

#include "bench/base/clock.h"
#include "fetch_work.h"

_Static_assert(sizeof(struct host_pause) == NEWS_BYTES, "a pause is a piece of news");

static unsigned int ranks_own;

void ranks_set_own(unsigned int rank)
{
	ranks_own = rank;
}

struct host_limits ranks_limits(const struct fetch_options *options)
{
	struct host_limits limits = options->limits;
	unsigned int ranks = options->ranks ? options->ranks : 1;

	limits.per_host = limits.per_host / ranks + (ranks_own < limits.per_host % ranks);
	limits.rate /= ranks;
	limits.host_rate /= ranks;
	limits.bytes_rate /= ranks;
	return limits;
}

bool ranks_news(const struct work *work, void *news)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	struct host_pause pause;

	if (!host_cap_next_pause(job->hosts, &pause, clock_ns()))
		return false;
	memcpy(news, &pause, sizeof(pause));
	return true;
}

void ranks_hear(const struct work *work, const void *news)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	struct host_pause pause;

	memcpy(&pause, news, sizeof(pause));
	host_cap_take_pause(job->hosts, &pause, clock_ns());
}
