/* fetchall: downloads a list of URLs with any strategy, and compares them fairly. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/companion.h"
#include "bench/base/say.h"
#include "bench/cli/program.h"
#include "io/server/scenario.h"
#include "io/server/serve.h"
#include "fetch_work.h"
#include "latency.h"

_Static_assert(ERROR_REASON == sizeof(((struct cell *)NULL)->room), "a reason fits into a cell");

/* The embedded job: so many requests to a server of our own, with these words. */
#define EMBEDDED_REQUESTS 200
#define EMBEDDED_SIZES    "1529,1474"
#define EMBEDDED_DELAY    "20ms"

/* Tells the processes that we start that they fetch from that server. */
#define OWN_SERVER "CORESCALE_OWN_SERVER"

/* What the options and operands say. */
static struct fetchall_config {
	struct fetch_options fetch;
	struct urls urls;
	struct scenario scenario;
	const char *address;
	unsigned int port;
	char base[64]; /* URL of the server that runs beside us; "" if there is none */
} config;

/* As enum fetch_http has them. */
static const char *nth_http(size_t n)
{
	static const char *const versions[] = {
		[FETCH_HTTP_AUTO] = "auto", [FETCH_HTTP_ONE] = "1.1", [FETCH_HTTP_TWO] = "2", NULL
	};

	return versions[n];
}

static int take_cacert(void *into, const char *value)
{
	FILE *file;
	char line[256];
	bool any = false;
	int err = 0;

	errno = 0;
	file = fopen(value, "re");
	while (file && !any && fgets(line, sizeof(line), file))
		any = !strncmp(line, "-----BEGIN ", 11) && strstr(line, "CERTIFICATE-----");
	/* A folder can be opened, and not read. */
	if (!file || ferror(file))
		err = errno;
	if (file)
		fclose(file);
	if (err)
		return say_fail(EINVAL, "--cacert %s cannot be read: %s", value, strerror(err));
	if (!any)
		return say_fail(EINVAL,
				"--cacert %s has no certificate in it: give a file in PEM, with "
				"-----BEGIN CERTIFICATE-----",
				value);
	((struct fetchall_config *)into)->fetch.cacert = value;
	return 0;
}

static int take_seed(void *into, const char *value)
{
	return scenario_set_seed(&((struct fetchall_config *)into)->scenario, value);
}

static int take_sizes(void *into, const char *value)
{
	return scenario_set_sizes(&((struct fetchall_config *)into)->scenario, value);
}

static int take_delay(void *into, const char *value)
{
	return scenario_set_delay(&((struct fetchall_config *)into)->scenario, value);
}

static int take_bandwidth(void *into, const char *value)
{
	return scenario_set_bandwidth(&((struct fetchall_config *)into)->scenario, value);
}

static int take_failures(void *into, const char *value)
{
	return scenario_set_failures(&((struct fetchall_config *)into)->scenario, value);
}

enum { FETCHING = VERB_RUN | VERB_COMPARE | VERB_SCALE, HANDED_ON = VERB_COMPARE | VERB_SCALE };

#define AT(member)    .offset = offsetof(struct fetchall_config, member)
#define OWN(function) .kind = OPTION_OWN, .take = function

static const struct option_row options[] = {
	{ "http", 0, "VERSION",
	  "1.1, 2 or auto; default auto: HTTP/2 where TLS negotiates it, 1.1 elsewhere", FETCHING,
	  HANDED_ON, .kind = OPTION_WORD, AT(fetch.http), .nth = nth_http },
	{ "cacert", 0, "FILE", "authorities to trust instead of the system's", FETCHING, HANDED_ON,
	  OWN(take_cacert) },
	{ "insecure", 0, NULL, "trust any server: nobody is who it says it is", FETCHING, HANDED_ON,
	  .kind = OPTION_FLAG, AT(fetch.insecure) },
	{ "max-filesize", 0, "BYTES",
	  "a larger body is a failure; k, M and G are powers of 1000; default no limit", FETCHING,
	  HANDED_ON, .kind = OPTION_BYTES, AT(fetch.max_filesize), .low = 1, .high = 1e15 },
	{ "connect-timeout", 0, "S", "seconds to connect in, TLS included; default 10", FETCHING,
	  HANDED_ON, .kind = OPTION_SECONDS, AT(fetch.connect_timeout), .low = 0.001,
	  .high = 86400 },
	{ "stall-timeout", 0, "S", "seconds with hardly a byte that are a failure; default 30",
	  FETCHING, HANDED_ON, .kind = OPTION_SECONDS, AT(fetch.stall_timeout), .low = 0.001,
	  .high = 86400 },
	{ "transfer-timeout", 0, "S", "seconds in which each transfer must be over; default none",
	  FETCHING, HANDED_ON, .kind = OPTION_SECONDS, AT(fetch.transfer_timeout), .low = 0.001,
	  .high = 86400 },
	{ "downgrade", 0, NULL, "follow redirects from https to http, too", FETCHING, HANDED_ON,
	  .kind = OPTION_FLAG, AT(fetch.downgrade) },
	{ "check-seed", 0, NULL,
	  "compare each byte with what the server says it is made of, as of fetchall serve",
	  FETCHING, HANDED_ON, .kind = OPTION_FLAG, AT(fetch.seeded) },
	{ "port", 0, "PORT", "to listen on; default 0, any that is free", VERB_OWN,
	  .kind = OPTION_COUNT, AT(port), .high = 65535 },
	{ "address", 0, "ADDRESS", "to listen on; default 127.0.0.1, which only this host reaches",
	  VERB_OWN, .kind = OPTION_TEXT, AT(address) },
	{ "seed", 0, "N", "of bodies, sizes, delays and failures; default 1", VERB_OWN,
	  OWN(take_seed) },
	{ "sizes", 0, "SIZES",
	  "of the bodies in bytes: 1529; 1529,1474 in turn for /0, /1, /2 ...; or "
	  "lognormal:MEDIAN,SIGMA; /bytes/SIZE has its own; default 1529",
	  VERB_OWN, OWN(take_sizes) },
	{ "delay", 0, "DELAY",
	  "before the first byte: 20ms; 20ms+-5ms, evenly; or lognormal:20ms,0.5; default none",
	  VERB_OWN, OWN(take_delay) },
	{ "bandwidth", 0, "RATE", "of a connection in bytes a second; default unlimited", VERB_OWN,
	  OWN(take_bandwidth) },
	{ "fail", 0, "LIST",
	  "what goes wrong, and how often: status:503:0.01, 429:0.05:2 (Retry-After: 2), "
	  "drop:0.005 and stall:0.001 (in the middle of the body); default nothing",
	  VERB_OWN, OWN(take_failures) },
	{ "no-keepalive", 0, NULL, "close each connection after its answer", VERB_OWN,
	  .kind = OPTION_UNFLAG, AT(scenario.keepalive) },
	{ 0 },
};

static int serve(struct command *command)
{
	(void)command;
	return serve_run(&config.scenario, config.address, config.port);
}

static const struct verb verbs[] = {
	{ "serve", "a server to test with: its answers, delays and failures are told it",
	  "It prints its URL, and serves until it is interrupted. Sizes, delays, failures and each "
	  "byte follow from the seed and the path, so that what is downloaded is checked.",
	  VERB_OWN, false, true, serve },
	{ 0 },
};

static int job_add(void *into, const char *text, const char *where)
{
	return urls_add(&((struct fetchall_config *)into)->urls, text, where);
}

/* The server is started once, and lives as long as this program. */
static int start_server(struct fetchall_config *own)
{
	char *const words[] = { (char *)"fetchall", (char *)"serve",
				(char *)"--sizes",  (char *)EMBEDDED_SIZES,
				(char *)"--delay",  (char *)EMBEDDED_DELAY,
				(char *)"-q",       NULL };
	const char *missing = serve_missing();
	int ret;

	if (missing)
		return say_fail(ENOTSUP,
				"without a URL a server of our own is fetched from, and it is %s: "
				"give URLs, or -f FILE",
				missing);
	ret = companion_start(words, own->base, sizeof(own->base));
	/* The URL of its root. */
	if (!ret && own->base[0]) {
		own->base[strlen(own->base) - 1] = '\0';
		setenv(OWN_SERVER, own->base, true);
	}
	return ret;
}

static int urls_embedded(void *into, FILE *list, uint64_t items)
{
	struct fetchall_config *own = into;
	uint64_t count = items ? items : EMBEDDED_REQUESTS;
	int ret = own->base[0] ? 0 : start_server(own);

	for (uint64_t i = 0; !ret && i < count; i++)
		fprintf(list, "%s/%" PRIu64 "\n", own->base, i);
	return ret;
}

static int job_done(void *from, struct work **work)
{
	struct fetchall_config *own = from;
	struct fetch_work *job;
	int ret = fetch_work_new(&job, &own->urls, &own->fetch);

	if (ret)
		return say_fail(-ret, "not enough memory for the URLs");
	/* Of our own server it is known what its bodies are. */
	if (getenv(OWN_SERVER))
		job->options.seeded = true;
	if (own->fetch.insecure)
		say_warn("--insecure: no server's certificate is checked, so anybody may have "
			 "answered");
	*work = &job->work;
	return 0;
}

static void job_metrics(const struct work *work, struct metrics *metrics)
{
	metrics_set_number(metrics, "urls", CELL_COUNT,
			   (double)((const struct fetch_work *)work)->urls.count);
}

static void kind_metrics(const struct latency *latency, struct metrics *metrics)
{
	char key[64];

	for (int kind = FETCH_OK + 1; kind < FETCH_ERRORS; kind++) {
		snprintf(key, sizeof(key), "failures.%s", error_names[kind].key);
		metrics_set_number(metrics, key, CELL_COUNT, (double)latency->kinds[kind]);
	}
}

static void run_metrics(const struct work *work, double seconds, struct metrics *metrics)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	static struct latency latency;

	if (latency_sum_up(&latency, job->outcomes, job->urls.count))
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
	kind_metrics(&latency, metrics);
}

static const struct shown_metric shown[] = {
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

static unsigned int in_flight(const struct row *row)
{
	return row->workers * row->inflight;
}

/* Whether more in flight was shown to give no more: a row with half as much, or less, that is
 * nearly as fast, beyond noise. */
static bool rate_is_flat(const struct result *result, const struct row *row)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *less = &result->rows[i];

		if (row_is_measured(less) && 2 * in_flight(less) <= in_flight(row) &&
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
static char *remark(const struct result *result, const struct row *row)
{
	double cpu = metrics_number(&row->metrics, "cpu_percent"),
	       inflight = metrics_number(&row->metrics, "mean_inflight");
	unsigned int cores = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN),
		     busiest = row->workers < cores ? row->workers : cores;
	const char *limit = cpu >= 100 * BUSY * busiest ? "client"
			    : rate_is_flat(result, row) ? "server"
							: "number in flight";
	char latency[CELL_SHOWN], *text = NULL;
	int ret;

	if (isnan(cpu) || !(row->rate > 0))
		return NULL;
	show_seconds(latency, inflight / row->rate);
	ret = asprintf(&text,
		       "The %s was the limit: the client was busy for %.0f %% of %u core%s.\n"
		       "By Little's law, %.3g in flight = %.4g a second x %s of latency.",
		       limit, cpu / busiest, busiest, busiest > 1 ? "s" : "", inflight, row->rate,
		       latency);
	return ret < 0 ? NULL : text;
}

static void print_results(FILE *file, const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;

	for (size_t i = 0; i < job->urls.count; i++)
		if (job->outcomes[i].error == FETCH_OK)
			fprintf(file, "Read %" PRIu64 " bytes from %s\n", job->outcomes[i].bytes,
				urls_get(&job->urls, i).text);
}

static const struct column result_columns[] = {
	{ "url", "URL", CELL_TEXT },      { "status", "status", CELL_COUNT },
	{ "bytes", "bytes", CELL_COUNT }, { "hash", "XXH3", CELL_TEXT },
	{ "error", "error", CELL_TEXT },  { "reason", "reason", CELL_TEXT },
};

static void bodies_row(const void *context, size_t row, struct cell *cells)
{
	const struct fetch_work *job = context;
	const struct outcome *outcome = &job->outcomes[row];

	table_set_text(&cells[0], urls_get(&job->urls, row).text);
	if (outcome->status)
		table_set_number(&cells[1], CELL_COUNT, outcome->status);
	table_set_number(&cells[2], CELL_COUNT, (double)outcome->bytes);
	if (outcome->error == FETCH_OK) {
		snprintf(cells[3].room, sizeof(cells[3].room), "%016" PRIx64, outcome->hash);
		table_set_text(&cells[3], cells[3].room);
		return;
	}
	table_set_text(&cells[4], error_names[outcome->error].key);
	table_set_text(&cells[5], error_reason(outcome, cells[5].room));
}

static struct table bodies_table(const struct work *work)
{
	return (struct table){
		.key = "results",
		COLUMNS(result_columns),
		.row_count = ((const struct fetch_work *)work)->urls.count,
		.row = bodies_row,
		.context = work,
	};
}

static const struct column part_columns[] = {
	{ "part", "part", CELL_TEXT },
	{ "available", "here", CELL_FLAG },
	{ "missing", "why not", CELL_TEXT },
};

static void part_row(const void *context, size_t row, struct cell *cells)
{
	const char *missing = serve_missing();

	(void)context, (void)row;
	table_set_text(&cells[0], "serve");
	table_set_number(&cells[1], CELL_FLAG, missing == NULL);
	table_set_text(&cells[2], missing);
}

static const char *const strategies[] = { "serial", "async",     "openmp", "processes",
					  "mpi",    "mpi+async", NULL };

static const char *const scaled[] = { "async", NULL };

static const struct example examples[] = {
	{ VERB_RUN, "fetchall run http://example.org/ -v", "one download" },
	{ VERB_RUN, "fetchall run -s async -k 64 -f urls.txt", "a list, 64 in flight" },
	{ VERB_RUN, "mpirun -n 4 fetchall run -f urls.txt", "from the hosts of a cluster" },
	{ VERB_COMPARE, "fetchall compare", "every strategy, 20 in flight" },
	{ VERB_COMPARE, "fetchall compare old.json new.json", "what became slower" },
	{ VERB_SCALE, "fetchall scale -f urls.txt", "how much in flight is worth it" },
	{ VERB_REPORT, "fetchall report result.json --markdown", "a table for a lab book" },
	{ VERB_PLACE, "fetchall place -w 4", "where four workers would go" },
	{ VERB_LIST, "fetchall list", "the strategies, and serve" },
	{ VERB_OWN, "fetchall serve --delay 20ms", "a server to try it on" },
	{ 0 },
};

static const struct note notes[] = {
	{ VERB_RUN, "A line of the output is `Read N bytes from URL`, for each download that was "
		    "whole; the others are told on standard error, and the exit code is 1. --json "
		    "has the status, the size and the hash of each." },
	{ VERB_COMPARE,
	  "-c is 20 requests in flight unless given. Below, p50, p95, p99 and max are "
	  "latencies in ms; conns the connections that were made; peak the most that "
	  "was in flight at once; fails the downloads that failed." },
	{ VERB_SCALE, "Unless given, -s is async, and -c is 1, 2, 4 ... 64 requests in flight; the "
		      "embedded job grows with them." },
	{ 0 },
};

static const struct variable environment[] = {
	{ "http_proxy, https_proxy, all_proxy, no_proxy",
	  "proxies, as curl has them; URLs of this host's loopback never go through one" },
	{ 0 },
};

int main(int argc, char **argv)
{
	const struct table list = {
		.key = "parts", COLUMNS(part_columns), .row_count = 1, .row = part_row
	};
	const struct program program = {
		.name = "fetchall",
		.brief = "downloads of a list of URLs with any strategy, and how they compare",
		.about =
			"Downloads of a list of URLs with any strategy: one connection, an event "
			"loop, OpenMP threads, processes, MPI ranks, ranks of event loops; and how "
			"they compare at the same number of requests in flight.",
		.operand = "URL",
		.operand_help =
			"Bodies are counted, checked and thrown away. Without a URL, and with "
			"nothing piped in, the job is 200 requests to a server that is started for "
			"it on this host, of 1529 and 1474 bytes in turn, each answered after 20 ms.",
		.examples = examples,
		.notes = notes,
		.environment = environment,
		.see_also = "curl(1), mpirun(1), hwloc(7)",
		.options = options,
		.verbs = verbs,
		.config = &config,
		.strategies = strategies,
		.scaled = scaled,
		.rate_unit = "req/s",
		.rounds = 6,
		.concurrency = 20,
		.concurrencies = 64,
		.work_type = &fetch_work_type,
		.job_add = job_add,
		.embedded = urls_embedded,
		.job_done = job_done,
		.job_metrics = job_metrics,
		.run_metrics = run_metrics,
		.shown = shown,
		.remark = remark,
		.print_results = print_results,
		.results = bodies_table,
		.list = &list,
	};
	int code;

	config.fetch = fetch_defaults;
	config.scenario = scenario_default;
	code = program_main(&program, argc, argv);
	urls_free(&config.urls);
	return code;
}
