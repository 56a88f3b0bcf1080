/* Adding up outcomes. */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>

void tally_add(struct tally *tally, uint64_t item, const struct outcome *outcome)
{
	tally->ended++;
	tally->bytes += outcome->bytes;
	tally->total_ns += outcome->total_ns;
	tally->cpu_ns += outcome->cpu_ns;
	if (outcome->total_ns > tally->longest_ns)
		tally->longest_ns = outcome->total_ns;
	tally->connections += outcome->connections;
	tally->streams += outcome->http == 20;
	tally->proxied += (outcome->flags & OUTCOME_PROXIED) != 0;
	tally->checked += (outcome->flags & OUTCOME_CHECKED) != 0;
	tally->kinds[outcome->error]++;
	if (outcome->error) {
		tally->failed |= (uint64_t)1 << item % TALLY_ITEMS;
		if (tally_failures(tally) == 1 || item < tally->first_item) {
			tally->first = *outcome;
			tally->first_item = item;
		}
		return;
	}
	tally->saved += (outcome->flags & OUTCOME_SAVED) != 0;
	tally->there += (outcome->flags & OUTCOME_THERE) != 0;
	tally->resumed += (outcome->flags & OUTCOME_RESUMED) != 0;
}

void tally_merge(struct tally *tally, const struct tally *other)
{
	if (tally_failures(other) &&
	    (!tally_failures(tally) || other->first_item < tally->first_item)) {
		tally->first = other->first;
		tally->first_item = other->first_item;
	}
	tally->ended += other->ended;
	tally->bytes += other->bytes;
	tally->total_ns += other->total_ns;
	tally->cpu_ns += other->cpu_ns;
	if (other->longest_ns > tally->longest_ns)
		tally->longest_ns = other->longest_ns;
	tally->connections += other->connections;
	tally->streams += other->streams;
	tally->proxied += other->proxied;
	tally->checked += other->checked;
	tally->saved += other->saved;
	tally->there += other->there;
	tally->resumed += other->resumed;
	for (int kind = 0; kind < FETCH_ERRORS; kind++)
		tally->kinds[kind] += other->kinds[kind];
}

uint64_t tally_failures(const struct tally *tally)
{
	return tally->ended - tally->kinds[FETCH_OK];
}

void tally_list_kinds(const struct tally *tally, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (int kind = FETCH_OK + 1; kind < FETCH_ERRORS; kind++)
		if (tally->kinds[kind] && at < size)
			at += (size_t)snprintf(text + at, size - at, "%s%" PRIu64 " %s",
					       at ? ", " : "", tally->kinds[kind],
					       error_names[kind].name);
}
