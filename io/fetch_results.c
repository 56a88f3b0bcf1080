/* Which of a bulk failed is kept as bits, those of TALLY_ITEMS together. */
#include "fetch_results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/claim.h"

int fetch_results_make(struct fetch_results *results, uint64_t count, bool bulk)
{
	*results = (struct fetch_results){ .count = count };
	if (!bulk)
		results->outcomes = calloc(count + 1, sizeof(*results->outcomes));
	return results->outcomes || bulk ? 0 : -ENOMEM;
}

void fetch_results_free(struct fetch_results *results)
{
	free(results->outcomes);
	free(results->failures);
}

void fetch_results_clear(struct fetch_results *results)
{
	if (results->outcomes)
		memset(results->outcomes, 0, results->count * sizeof(*results->outcomes));
	results->total = (struct tally){ 0 };
	results->failure_count = 0;
	results->unkept = false;
}

/* To their place, which is nearly always at the end. */
static void fetch_results_keep(struct fetch_results *results, struct fetch_failures failures)
{
	struct fetch_failures *list = results->failures;
	size_t at = results->failure_count;

	while (at && list[at - 1].begin > failures.begin)
		at--;
	if (at && list[at - 1].begin == failures.begin) {
		list[at - 1].failed |= failures.failed;
		return;
	}
	if (array_reserve(&results->failures, &results->failure_room, results->failure_count + 1)) {
		results->unkept = true;
		return;
	}
	list = results->failures;
	memmove(&list[at + 1], &list[at], (results->failure_count++ - at) * sizeof(failures));
	list[at] = failures;
}

uint64_t fetch_results_tallies(const struct chunk *chunk)
{
	return (chunk->end - 1) / TALLY_ITEMS - chunk->begin / TALLY_ITEMS + 1;
}

void fetch_results_take(struct fetch_results *results, const struct chunk *chunk)
{
	const struct tally *tallies = chunk->slots;

	if (results->outcomes) {
		memcpy(&results->outcomes[chunk->begin], chunk->slots,
		       (chunk->end - chunk->begin) * sizeof(*results->outcomes));
		return;
	}
	for (uint64_t i = 0; i < fetch_results_tallies(chunk); i++) {
		const struct fetch_failures failures = {
			.begin = (chunk->begin / TALLY_ITEMS + i) * TALLY_ITEMS,
			.failed = tallies[i].failed,
		};

		tally_merge(&results->total, &tallies[i]);
		if (failures.failed)
			fetch_results_keep(results, failures);
	}
}

/* Of a bulk. */
static bool fetch_results_next_kept(const struct fetch_results *results, uint64_t *number)
{
	for (size_t i = 0; i < results->failure_count; i++) {
		const struct fetch_failures *failures = &results->failures[i];

		if (*number < failures->begin)
			*number = failures->begin;
		for (; *number < failures->begin + TALLY_ITEMS; ++*number)
			if (failures->failed >> (*number - failures->begin) & 1)
				return true;
	}
	return false;
}

bool fetch_results_next_failed(const struct fetch_results *results, uint64_t *number)
{
	if (!results->outcomes)
		return fetch_results_next_kept(results, number);
	while (*number < results->count && !results->outcomes[*number].error)
		++*number;
	return *number < results->count;
}
