/* From the outcomes of transfers to metrics, and from metrics to what was the limit. */
#define _GNU_SOURCE
#include "findings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/show.h"
#include "fetch_work.h"
#include "latency.h"

void findings_job(const struct work *work, struct metrics *metrics)
{
	metrics_set_number(metrics, "urls", CELL_COUNT,
			   (double)((const struct fetch_work *)work)->list.count);
}

static void findings_failures(const uint64_t kinds[FETCH_ERRORS], struct metrics *metrics)
{
	char key[64];

	for (int kind = FETCH_OK + 1; kind < FETCH_ERRORS; kind++) {
		snprintf(key, sizeof(key), "failures.%s", error_names[kind].key);
		metrics_set_number(metrics, key, CELL_COUNT, (double)kinds[kind]);
	}
}

/* Of a bulk: what needs no outcome of each. */
static void findings_bulk(const struct tally *total, double seconds, struct metrics *metrics)
{
	metrics_set_number(metrics, "bytes", CELL_COUNT, (double)total->bytes);
	metrics_set_number(metrics, "byte_rate", CELL_RATE, (double)total->bytes / seconds);
	metrics_set_number(metrics, "latency_s.max", CELL_SECONDS,
			   (double)total->longest_ns * 1e-9);
	metrics_set_number(metrics, "mean_inflight", CELL_RATIO,
			   (double)total->total_ns * 1e-9 / seconds);
	metrics_set_number(metrics, "connections", CELL_COUNT, (double)total->connections);
	metrics_set_number(metrics, "http2_streams", CELL_COUNT, (double)total->streams);
	metrics_set_number(metrics, "cpu_percent", CELL_RATIO,
			   100 * (double)total->cpu_ns * 1e-9 / seconds);
	metrics_set_number(metrics, "checked", CELL_COUNT, (double)total->checked);
	metrics_set_number(metrics, "proxied", CELL_COUNT, (double)total->proxied);
	metrics_set_number(metrics, "failed", CELL_COUNT, (double)tally_failures(total));
	findings_failures(total->kinds, metrics);
}

void findings_run(const struct work *work, double seconds, struct metrics *metrics)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	static struct latency latency;

	if (job->options.bulk) {
		findings_bulk(&job->results.total, seconds, metrics);
		return;
	}
	if (latency_sum_up(&latency, job->results.outcomes, job->list.count))
		return;
	metrics_set_number(metrics, "bytes", CELL_COUNT, latency.bytes);
	metrics_set_number(metrics, "byte_rate", CELL_RATE, latency.bytes / seconds);
	metrics_set_number(metrics, "latency_s.p50", CELL_SECONDS, latency.p50);
	metrics_set_number(metrics, "latency_s.p95", CELL_SECONDS, latency.p95);
	metrics_set_number(metrics, "latency_s.p99", CELL_SECONDS, latency.p99);
	metrics_set_number(metrics, "latency_s.max", CELL_SECONDS, latency.max);
	metrics_set_number(metrics, "phases_s.resolve", CELL_SECONDS, latency.resolve);
	metrics_set_number(metrics, "phases_s.connect", CELL_SECONDS, latency.connect);
	metrics_set_number(metrics, "phases_s.tls", CELL_SECONDS, latency.tls);
	metrics_set_number(metrics, "phases_s.first_byte", CELL_SECONDS, latency.first_byte);
	metrics_set_list(metrics, "latency_histogram.edges_s", latency.edges, LATENCY_EDGES);
	metrics_set_list(metrics, "latency_histogram.counts", latency.counts, LATENCY_EDGES + 1);
	metrics_set_number(metrics, "peak_inflight", CELL_COUNT, latency.peak_inflight);
	metrics_set_number(metrics, "mean_inflight", CELL_RATIO, latency.latency_sum / seconds);
	metrics_set_number(metrics, "connections", CELL_COUNT, (double)latency.connections);
	metrics_set_number(metrics, "http2_streams", CELL_COUNT, (double)latency.streams);
	metrics_set_number(metrics, "cpu_percent", CELL_RATIO, 100 * latency.cpu / seconds);
	metrics_set_number(metrics, "checked", CELL_COUNT, (double)latency.checked);
	metrics_set_number(metrics, "proxied", CELL_COUNT, (double)latency.proxied);
	metrics_set_number(metrics, "failed", CELL_COUNT, (double)latency.failed);
	findings_failures(latency.kinds, metrics);
}

const struct shown_metric findings_shown[] = {
	{ "byte_rate", "B/s", CELL_RATE, "B/s" },
	{ "latency_s.p50", "p50", CELL_MILLISECONDS, NULL },
	{ "latency_s.p95", "p95", CELL_MILLISECONDS, NULL },
	{ "latency_s.p99", "p99", CELL_MILLISECONDS, NULL },
	{ "latency_s.max", "max ms", CELL_MILLISECONDS, NULL },
	{ "connections", "conns", CELL_COUNT, NULL },
	{ "peak_inflight", "peak", CELL_COUNT, NULL },
	{ "failed", "fails", CELL_COUNT, NULL },
	{ "cpu_percent", "CPU %", CELL_RATIO, NULL },
	{ 0 },
};

/* Workers that are busy for so much of the time are what there is too little of. */
#define BUSY 0.85

/* A rate that grows by less than this share with twice as much in flight has stopped to grow. */
#define GROWS 0.25

static unsigned int findings_in_flight(const struct row *row)
{
	return row->workers * row->inflight;
}

/* Whether more in flight was shown to give no more: a row with half as much, or less, that is
 * nearly as fast, beyond noise. */
static bool findings_rate_is_flat(const struct result *result, const struct row *row)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *less = &result->rows[i];

		if (row_is_measured(less) &&
		    2 * findings_in_flight(less) <= findings_in_flight(row) &&
		    !strcmp(less->strategy, row->strategy) && row->median.low > 0 &&
		    row->items / row->median.low < (1 + GROWS) * (less->items / less->median.high))
			return true;
	}
	return false;
}

/*
 * What was the limit: the client if it was busy; the server only where the rate no longer grew with
 * more in flight; otherwise the number in flight, for by Little's law, in flight = rate x latency,
 * more of them are more a second until the latency grows.
 */
char *findings_remark(const struct result *result, const struct row *row)
{
	double cpu = metrics_number(&row->metrics, "cpu_percent"),
	       inflight = metrics_number(&row->metrics, "mean_inflight");
	double busiest = fmin(row->workers, result_cpus_of(result, row));
	const char *limit = cpu >= 100 * BUSY * busiest          ? "client"
			    : findings_rate_is_flat(result, row) ? "server"
								 : "number in flight";
	char latency[CELL_SHOWN], *text = NULL;
	int ret;

	if (isnan(cpu) || !(row->rate > 0))
		return NULL;
	show_seconds(latency, inflight / row->rate);
	ret = asprintf(&text,
		       "The %s was the limit: the client was busy for %.0f %% of %.3g core%s.\n"
		       "By Little's law, %.3g in flight = %.4g a second x %s of latency.",
		       limit, cpu / busiest, busiest, busiest != 1 ? "s" : "", inflight, row->rate,
		       latency);
	return ret < 0 ? NULL : text;
}
