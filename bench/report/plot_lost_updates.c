/* Lost updates against workers. */
#include "plot_lost_updates.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "asset.h"

/* The least and the most that a row lost in a round, in per cent. Returns the most. */
static double plot_lost_updates_range(const struct row *row, double *least)
{
	double most = 0;

	*least = 100;
	for (size_t i = 0; i < row->sample_count; i++) {
		double share = 100 * metrics_number(&row->samples[i].metrics, "lost_share");

		*least = fmin(*least, share);
		most = fmax(most, share);
	}
	return most;
}

/* The strategy of the rows that lost any; NULL if none did. */
static const char *plot_lost_updates_find(const struct result *result)
{
	double least;

	for (size_t i = 0; i < result->row_count; i++)
		if (plot_lost_updates_range(&result->rows[i], &least) > 0)
			return result->rows[i].strategy;
	return NULL;
}

static void plot_lost_updates_put_facts(FILE *script, const struct result *result,
					enum plot_form form, const char *way)
{
	const char *cpu = result->host_count ? result->hosts[0].cpu_model : NULL;
	char text[256];

	plot_script_set_form(script, form);
	snprintf(text, sizeof(text), "Updates that %.32s threads lose", way);
	plot_script_set(script, "title", text);
	snprintf(text, sizeof(text),
		 "%.128s, %.10s; bars: from the least to the most of the rounds",
		 cpu ? cpu : "CPU unknown", result->started);
	plot_script_set(script, "subtitle", text);
}

int plot_lost_updates_write(FILE *script, const struct result *result, enum plot_form form)
{
	const char *way = plot_lost_updates_find(result);

	if (!way)
		return -ENODATA;
	plot_lost_updates_put_facts(script, result, form, way);
	fputs("$lost << EOD\n", script);
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];
		double least, most = plot_lost_updates_range(row, &least);

		if (row->sample_count && !strcmp(row->strategy, way))
			fprintf(script, "%u %.4g %.4g %.4g\n", row->workers,
				100 * metrics_number(&row->metrics, "lost_share"), least, most);
	}
	fputs("EOD\n", script);
	fputs(asset_lost_updates_gp, script);
	return 0;
}
