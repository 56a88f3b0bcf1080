/* The sentences that all studies end with. */
#define _GNU_SOURCE
#include "advice.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/result/columns.h"

void advice_begin(FILE *file)
{
	if (ftell(file) > 0)
		fputc('\n', file);
}

void advice_name(FILE *file, const struct result *result, const struct row *row, bool with_shape)
{
	struct cell name = { 0 }, shape = { 0 };
	unsigned int all = row->workers * row->inflight;

	columns_name(&name, result, row);
	columns_team(&shape, row);
	fputs(name.text, file);
	if (!with_shape)
		return;
	if (row->inflight > 1)
		fprintf(file, " with %s in flight", shape.text);
	else
		fprintf(file, " with %s worker%s", shape.text, all > 1 ? "s" : "");
	if (row->nodes > 1)
		fprintf(file, " on %u nodes", row->nodes);
}

void advice_seconds(FILE *file, double seconds)
{
	char text[CELL_SHOWN];

	show_seconds(text, seconds);
	fputs(text, file);
}

void advice_rate(FILE *file, const struct row *row)
{
	const struct cell cell = { .kind = CELL_RATE, .number = row->rate, .text = row->rate_unit };
	char text[CELL_SHOWN];

	fputs(table_show_whole(&cell, text), file);
}

size_t advice_list(FILE *file, const struct result *result, const struct ranking *ranking,
		   enum ranking_standing standing, bool with_shape)
{
	size_t count = 0, said = 0;

	for (size_t i = 0; i < ranking->count; i++)
		count += ranking->standing[i] == standing;
	for (size_t i = 0; i < ranking->count; i++) {
		if (ranking->standing[i] != standing)
			continue;
		if (said)
			fputs(said + 1 == count ? " and " : ", ", file);
		advice_name(file, result, &result->rows[i], with_shape);
		said++;
	}
	return count;
}

bool advice_disturbed(FILE *file, const struct result *result)
{
	size_t disturbed = 0, samples = 0;
	const char *by = NULL;
	bool many;

	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		samples += row->sample_count;
		for (size_t k = 0; k < row->sample_count; k++) {
			disturbed += row->samples[k].disturbed;
			if (row->samples[k].disturbed && !by)
				by = row->samples[k].disturbance;
		}
	}
	if (!disturbed)
		return false;
	advice_begin(file);
	many = (double)disturbed > ADVICE_MANY * (double)samples;
	fprintf(file, "%zu of %zu trials were disturbed%s", disturbed, samples,
		many ? "" : ", and do not count");
	if (by)
		fprintf(file, ":\n%s", by);
	fputs(many ? ".\nNo winner is named: repeat it on a quiet machine." : ".", file);
	return many;
}

void advice_impossible(FILE *file, const struct result *result, bool cpu_bound)
{
	for (size_t i = 1; cpu_bound && i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (!row_is_measured(row) || !(row->speedup.low / row->workers > 1 + ADVICE_LITTLE))
			continue;
		advice_begin(file);
		advice_name(file, result, row, true);
		fprintf(file,
			" measured %.2f times %s, more than its cores can do: serial was disturbed, "
			"or they were faster clocked.",
			row->speedup.value, result->rows[0].strategy);
	}
}

bool advice_too_few(FILE *file, const struct ranking *ranking, const char *question)
{
	if (!ranking->needed)
		return false;
	advice_begin(file);
	if (ranking->disturbed)
		fprintf(file, "Too few undisturbed rounds to tell %s: %u more.", question,
			ranking->needed);
	else
		fprintf(file, "Too few rounds to tell %s: %u more.", question, ranking->needed);
	return true;
}

void advice_ties(FILE *file, const struct result *result, const struct ranking *ranking,
		 bool with_shape)
{
	for (enum ranking_standing standing = RANKING_AS_GOOD; standing <= RANKING_UNCLEAR;
	     standing++) {
		char *names = NULL;
		size_t size, count;
		FILE *list = open_memstream(&names, &size);

		if (!list)
			return;
		count = advice_list(list, result, ranking, standing, with_shape);
		if (fclose(list))
			count = 0;
		if (count && standing == RANKING_AS_GOOD)
			fprintf(file, "\nAs good, within %.0f %%: %s.", 100 * RANKING_NEAR, names);
		else if (count)
			fprintf(file, "\nThe rounds do not tell it from %s.", names);
		free(names);
	}
}

void advice_remark(FILE *file, const struct result *result, const struct study_question *question,
		   const struct row *row)
{
	char *remark = question->remark ? question->remark(result, row) : NULL;

	if (remark && *remark) {
		advice_begin(file);
		fputs(remark, file);
	}
	free(remark);
}

int advice_end(struct result *result, FILE *file, char **text, int ret)
{
	if (fclose(file) && !ret)
		ret = -ENOMEM;
	free(result->advice);
	result->advice = NULL;
	if (!ret && *text && **text)
		result->advice = *text;
	else
		free(*text);
	return ret;
}
