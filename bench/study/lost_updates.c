/* Who lost updates, and how often: nothing more follows from rounds. */
#include "lost_updates.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "advice.h"

static void lost_put(FILE *file, const struct row *row)
{
	size_t losses = row_count_losses(row), rounds = row->sample_count;

	advice_begin(file);
	fprintf(file, "%s with %u worker%s ", row->strategy, row->workers,
		row->workers > 1 ? "s" : "");
	if (losses)
		fprintf(file, "lost updates in %zu of %zu round%s, %.0f %% of them at the median.",
			losses, rounds, rounds > 1 ? "s" : "",
			100 * metrics_number(&row->metrics, "lost_share"));
	else
		fprintf(file, "was not seen to lose any in %zu round%s, which proves nothing.",
			rounds, rounds > 1 ? "s" : "");
}

static void lost_put_others(FILE *file, const struct result *result)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 1; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (!row->sample_count || !strcmp(row->strategy, result->rows[0].strategy))
			continue;
		if (row_count_losses(row))
			lost_put(file, row);
		else if (row->sample_count < fewest)
			fewest = row->sample_count;
	}
	if (fewest == SIZE_MAX)
		return;
	advice_begin(file);
	fprintf(file,
		"The others were not seen to lose any in %zu round%s each. That they cannot\n"
		"follows from how they count, not from these rounds.",
		fewest, fewest > 1 ? "s" : "");
}

int lost_updates_conclude(struct result *result)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return -ENOMEM;
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].sample_count &&
		    !strcmp(result->rows[i].strategy, result->rows[0].strategy))
			lost_put(file, &result->rows[i]);
	lost_put_others(file, result);
	return advice_end(result, file, &text, 0);
}
