/* Results as no machine makes them so exactly: rows with samples of known times. */
#ifndef MADE_UP_H
#define MADE_UP_H

#include <math.h>
#include <string.h>

#include "bench/result/result.h"
#include "tests/testing.h"

static inline void made_up_begin(struct result *result, const char *command)
{
	static char *const argv[] = { (char *)"sumsq", (char *)"test", NULL };
	struct host *host;

	assert_int_equal(result_begin(result, "sumsq", "0.1.0", command, argv), 0);
	result->warnings = calloc(1, sizeof(*result->warnings));
	host = record_add(&host_record, &result->hosts, &result->host_count);
	host->cores = host->pus = host->allowed_cores = 64;
	host->numa_nodes = 1;
	assert_int_equal(record_set_text(&host->hostname, "node1"), 0);
	assert_int_equal(record_set_text(&host->allowed_pus, "0xffffffffffffffff"), 0);
}

/* A row of that many samples, each of the same seconds. */
static inline struct row *made_up_row(struct result *result, const char *strategy,
				      unsigned int workers, size_t samples, double seconds)
{
	struct row *row = result_add_row(result);

	assert_non_null(row);
	row->ranks = 1;
	row->workers = workers;
	row->inflight = row->repeat = row->nodes = 1;
	row->items = 1e9;
	row->verified = true;
	assert_int_equal(record_set_text(&row->strategy, strategy), 0);
	assert_int_equal(record_set_text(&row->schedule, "dynamic"), 0);
	assert_int_equal(record_set_text(&row->places, "cores"), 0);
	assert_int_equal(record_set_text(&row->bind, "close"), 0);
	assert_int_equal(record_set_text(&row->rate_unit, "term/s"), 0);
	for (unsigned int w = 0; w < workers; w++) {
		struct row_worker *worker =
			record_add(&row_worker_record, &row->per_worker, &row->per_worker_count);

		worker->core = worker->pu = (int)w;
		worker->kind = 0;
		worker->weight = 1;
		assert_int_equal(record_set_text(&worker->bound, "0x1"), 0);
	}
	for (size_t i = 0; i < samples; i++) {
		struct sample *sample = row_add_sample(row);

		sample->round = (unsigned int)i;
		sample->seconds = seconds;
		sample->startup_s = 0.01;
		for (unsigned int w = 0; w < workers; w++) {
			struct worker_sample *worker = record_add(
				&worker_sample_record, &sample->workers, &sample->worker_count);

			worker->items = (uint64_t)(1e9 / workers);
			worker->busy_s = worker->cpu_s = seconds * 0.99;
			worker->clock_hz = 3e9;
		}
	}
	return row;
}

/* Times vary: factors of the seconds, one after the other, around again. */
static inline void made_up_noise(struct row *row, const double *factors, size_t count)
{
	for (size_t i = 0; i < row->sample_count; i++)
		row->samples[i].seconds *= factors[i % count];
}

static inline void made_up_sum_up(struct result *result)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].sample_count)
			assert_int_equal(row_summarise(&result->rows[i]), 0);
}

/* Fails unless the advice has that in it; or has it not. */
static inline void expect_advice(const struct result *result, const char *words)
{
	if (!result->advice || !strstr(result->advice, words))
		fail_msg("no '%s' in:\n%s", words, result->advice ? result->advice : "(nothing)");
}

static inline void expect_no_advice(const struct result *result, const char *words)
{
	if (result->advice && strstr(result->advice, words))
		fail_msg("'%s' in:\n%s", words, result->advice);
}

#endif
