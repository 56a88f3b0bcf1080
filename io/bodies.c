/* Lines for shells, rows for JSON, and what is said of all of them. */
#include "bodies.h"

#include <inttypes.h>

#include "bench/base/say.h"
#include "fetch_work.h"

_Static_assert(ERROR_REASON == sizeof(((struct cell *)NULL)->room), "a reason fits into a cell");

void bodies_plan(FILE *file, const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	const struct host_limits *limits = &job->options.limits;

	for (uint64_t i = 0; i < job->list.count; i++) {
		struct url url = fetch_work_url(job, i);

		fprintf(file, *url.name ? "%s\t%s\n" : "%s\n", url.text, url.name);
	}
	say_fact("%" PRIu64 " URLs, %s%s; %u in flight from one host (0: any), %u retries",
		 job->list.count, job->options.output ? "to be saved in " : "to be thrown away",
		 job->options.output ? job->options.output : "", limits->per_host,
		 job->options.retries);
}

void bodies_say(const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	const char *folder = job->options.output;
	struct tally total = job->results.total;

	for (uint64_t i = 0; !job->options.bulk && i < job->list.count; i++)
		tally_add(&total, i, &job->results.outcomes[i]);
	if (folder)
		say_fact("%" PRIu64 " of %" PRIu64 " saved in %s, %" PRIu64 " were there%s",
			 total.saved, total.ended, folder, total.there,
			 job->options.ranks > 1 ? "; each host has what its ranks saved, unless "
						  "the folder is shared"
						: "");
	if (job->options.bulk && !job->options.log)
		say_fact("of over %d downloads none is shown: --log FILE tells of each",
			 FETCH_LISTED_MAX);
}

static void bodies_print_one(FILE *file, const struct fetch_work *job, uint64_t number,
			     const struct outcome *outcome)
{
	const char *folder = job->options.output;
	struct url url;

	if (outcome->error)
		return;
	url = fetch_work_url(job, number);
	if (outcome->flags & OUTCOME_SAVED)
		fprintf(file, "Saved %" PRIu64 " bytes from %s as %s/%s\n", outcome->bytes,
			url.text, folder, url.name);
	else if (outcome->flags & OUTCOME_THERE)
		fprintf(file, "Kept %s/%s: a file of that name was there; %s was not asked for\n",
			folder, url.name, url.text);
	else
		fprintf(file, "Read %" PRIu64 " bytes from %s\n", outcome->bytes, url.text);
}

void bodies_print(FILE *file, const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;

	for (uint64_t i = 0; !job->options.bulk && i < job->list.count; i++)
		bodies_print_one(file, job, i, &job->results.outcomes[i]);
}

void bodies_print_chunk(FILE *file, const struct work *work, const struct chunk *chunk)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	const struct outcome *outcomes = chunk->slots;

	for (uint64_t i = chunk->begin; !job->options.bulk && i < chunk->end; i++)
		bodies_print_one(file, job, i, &outcomes[i - chunk->begin]);
}

static const struct column result_columns[] = {
	{ "url", "URL", CELL_TEXT },      { "status", "status", CELL_COUNT },
	{ "bytes", "bytes", CELL_COUNT }, { "hash", "XXH3", CELL_TEXT },
	{ "error", "error", CELL_TEXT },  { "reason", "reason", CELL_TEXT },
	{ "file", "file", CELL_TEXT },    { "saved", "saved", CELL_TEXT },
};

static void bodies_row(const void *context, size_t row, struct cell *cells)
{
	const struct fetch_work *job = context;
	const struct outcome *outcome = &job->results.outcomes[row];
	struct url url = fetch_work_url(job, row);

	table_set_text(&cells[0], url.text);
	if (outcome->status)
		table_set_number(&cells[1], CELL_COUNT, outcome->status);
	table_set_number(&cells[2], CELL_COUNT, (double)outcome->bytes);
	if (*url.name)
		table_set_text(&cells[6], url.name);
	if (outcome->error) {
		table_set_text(&cells[4], error_names[outcome->error].key);
		table_set_text(&cells[5], error_reason(outcome, cells[5].room));
		return;
	}
	if (outcome->flags & OUTCOME_THERE) {
		table_set_text(&cells[7], "there");
		return;
	}
	snprintf(cells[3].room, sizeof(cells[3].room), "%016" PRIx64, outcome->hash);
	table_set_text(&cells[3], cells[3].room);
	if (outcome->flags & OUTCOME_SAVED)
		table_set_text(&cells[7], outcome->flags & OUTCOME_RESUMED ? "resumed" : "whole");
}

struct table bodies_table(const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;

	return (struct table){
		.key = "results",
		COLUMNS(result_columns),
		.row_count = job->options.bulk ? 0 : job->list.count,
		.row = bodies_row,
		.context = work,
	};
}
