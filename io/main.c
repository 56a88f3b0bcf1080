/* fetchall: downloads a list of URLs with any strategy, and compares them fairly. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unistd.h>

#include "bench/cli/program.h"
#include "bench/base/say.h"
#include "fetch_work.h"
#include "io/server/scenario.h"
#include "io/server/serve.h"
#include "latency.h"

_Static_assert(ERROR_REASON == sizeof(((struct cell *)NULL)->room), "a reason fits into a cell");

/* The embedded job: so many requests to a server of our own, with these words. */
#define EMBEDDED_REQUESTS 200
#define EMBEDDED_SIZES    "1529,1474"
#define EMBEDDED_DELAY    "20ms"

/* Tells the processes that we start that they fetch from that server. */
#define OWN_SERVER "CORESCALE_OWN_SERVER"

/* What the options and operands say. */
static struct config {
	struct fetch_options fetch;
	struct urls urls;
	struct scenario scenario;
	const char *address;
	unsigned int port;
	char base[64]; /* URL of the server that runs beside us; "" if there is none */
} config;

/* A number with a unit from a list of its own, and nothing behind it. Returns NAN if it is none. */
static double number_of(const char *text, const char *units, const double *factors)
{
	char *end;
	double number = strtod(text, &end);
	const char *unit = *end ? strchr(units, *end) : NULL;

	if (end == text || !isfinite(number) || (*end && (!unit || end[1])))
		return NAN;
	return unit ? number * factors[unit - units] : number;
}

static int set_http(void *into, const char *value)
{
	static const char *const names[] = { "auto", "1.1", "2" };
	static const enum fetch_http versions[] = { FETCH_HTTP_AUTO, FETCH_HTTP_ONE,
						    FETCH_HTTP_TWO };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]))
			continue;
		((struct config *)into)->fetch.http = versions[i];
		return 0;
	}
	return say_fail(EINVAL, "--http takes 1.1, 2 or auto, not '%s'", value);
}

static int set_cacert(void *into, const char *value)
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
	((struct config *)into)->fetch.cacert = value;
	return 0;
}

static int set_insecure(void *into, const char *value)
{
	(void)value;
	((struct config *)into)->fetch.insecure = true;
	return 0;
}

static int set_max_filesize(void *into, const char *value)
{
	static const double factors[] = { 1e3, 1e6, 1e9 };
	double bytes = number_of(value, "kMG", factors);

	if (!(bytes >= 1) || bytes > 1e15)
		return say_fail(
			EINVAL,
			"--max-filesize takes bytes, 1 or more, as in 1000000 or 1M: not '%s'",
			value);
	((struct config *)into)->fetch.max_filesize = (uint64_t)bytes;
	return 0;
}

static int set_seconds(double *seconds, const char *option, const char *value)
{
	*seconds = number_of(value, "", NULL);
	if (!(*seconds >= 0.001) || *seconds > 86400)
		return say_fail(EINVAL, "%s takes seconds, from 0.001 to 86400: not '%s'", option,
				value);
	return 0;
}

static int set_connect_timeout(void *into, const char *value)
{
	return set_seconds(&((struct config *)into)->fetch.connect_timeout, "--connect-timeout",
			   value);
}

static int set_stall_timeout(void *into, const char *value)
{
	return set_seconds(&((struct config *)into)->fetch.stall_timeout, "--stall-timeout", value);
}

static int set_transfer_timeout(void *into, const char *value)
{
	return set_seconds(&((struct config *)into)->fetch.transfer_timeout, "--transfer-timeout",
			   value);
}

static int set_downgrade(void *into, const char *value)
{
	(void)value;
	((struct config *)into)->fetch.downgrade = true;
	return 0;
}

static int set_check_seed(void *into, const char *value)
{
	(void)value;
	((struct config *)into)->fetch.seeded = true;
	return 0;
}

static int set_port(void *into, const char *value)
{
	double port = number_of(value, "", NULL);

	if (!(port >= 0) || port > 65535 || port != floor(port))
		return say_fail(
			EINVAL,
			"--port takes a number from 0 (any that is free) to 65535, not '%s'",
			value);
	((struct config *)into)->port = (unsigned int)port;
	return 0;
}

static int set_address(void *into, const char *value)
{
	((struct config *)into)->address = value;
	return 0;
}

static int set_seed(void *into, const char *value)
{
	return scenario_set_seed(&((struct config *)into)->scenario, value);
}

static int set_sizes(void *into, const char *value)
{
	return scenario_set_sizes(&((struct config *)into)->scenario, value);
}

static int set_delay(void *into, const char *value)
{
	return scenario_set_delay(&((struct config *)into)->scenario, value);
}

static int set_bandwidth(void *into, const char *value)
{
	return scenario_set_bandwidth(&((struct config *)into)->scenario, value);
}

static int set_failures(void *into, const char *value)
{
	return scenario_set_failures(&((struct config *)into)->scenario, value);
}

static int set_no_keepalive(void *into, const char *value)
{
	(void)value;
	((struct config *)into)->scenario.keepalive = false;
	return 0;
}

enum { FETCHING = VERB_RUN | VERB_COMPARE | VERB_SCALE, HANDED_ON = VERB_COMPARE | VERB_SCALE };

static const struct option_row options[] = {
	{ "http", 0, "VERSION",
	  "1.1, 2 or auto; default auto: HTTP/2 where TLS negotiates\nit, 1.1 elsewhere", FETCHING,
	  HANDED_ON, set_http },
	{ "cacert", 0, "FILE", "authorities to trust instead of the system's", FETCHING, HANDED_ON,
	  set_cacert },
	{ "insecure", 0, NULL, "trust any server: nobody is who it says it is", FETCHING, HANDED_ON,
	  set_insecure },
	{ "max-filesize", 0, "BYTES", "a larger body is a failure; k, M and G are powers of 1000",
	  FETCHING, HANDED_ON, set_max_filesize },
	{ "connect-timeout", 0, "S", "seconds to connect in, TLS included; default 10", FETCHING,
	  HANDED_ON, set_connect_timeout },
	{ "stall-timeout", 0, "S", "seconds with hardly a byte that are a failure; default 30",
	  FETCHING, HANDED_ON, set_stall_timeout },
	{ "transfer-timeout", 0, "S", "seconds in which each transfer must be over; default none",
	  FETCHING, HANDED_ON, set_transfer_timeout },
	{ "downgrade", 0, NULL, "follow redirects from https to http, too", FETCHING, HANDED_ON,
	  set_downgrade },
	{ "check-seed", 0, NULL,
	  "compare each byte with what the server says it is made\nof, as of fetchall serve",
	  FETCHING, HANDED_ON, set_check_seed },
	{ "port", 0, "PORT", "to listen on; default 0, any that is free", VERB_OWN, 0, set_port },
	{ "address", 0, "ADDRESS", "to listen on; default 127.0.0.1, which only this host reaches",
	  VERB_OWN, 0, set_address },
	{ "seed", 0, "N", "of bodies, sizes, delays and failures; default 1", VERB_OWN, 0,
	  set_seed },
	{ "sizes", 0, "SIZES",
	  "of the bodies in bytes: 1529; 1529,1474 in turn for /0, /1,\n/2 ...; or "
	  "lognormal:MEDIAN,SIGMA; /bytes/SIZE has its own;\ndefault 1529",
	  VERB_OWN, 0, set_sizes },
	{ "delay", 0, "DELAY",
	  "before the first byte: 20ms; 20ms+-5ms, evenly; or\nlognormal:20ms,0.5; default none",
	  VERB_OWN, 0, set_delay },
	{ "bandwidth", 0, "RATE", "of a connection in bytes a second; default unlimited", VERB_OWN,
	  0, set_bandwidth },
	{ "fail", 0, "LIST",
	  "what goes wrong, and how often: status:503:0.01,\n429:0.05:2 (Retry-After: 2), "
	  "drop:0.005 and stall:0.001\n(in the middle of the body)",
	  VERB_OWN, 0, set_failures },
	{ "no-keepalive", 0, NULL, "close each connection after its answer", VERB_OWN, 0,
	  set_no_keepalive },
	{ 0 },
};

static int serve(struct command *command)
{
	(void)command;
	return serve_run(&config.scenario, config.address, config.port);
}

static const struct verb verbs[] = {
	{ "serve", "a server to test with: its answers, delays and failures are told it",
	  "It prints its URL, and serves until it is interrupted. Sizes, delays, failures and\n"
	  "each byte follow from the seed and the path, so that what is downloaded is checked.",
	  VERB_OWN, false, true, serve },
	{ 0 },
};

static int job_add(void *into, const char *text, const char *where)
{
	return urls_add(&((struct config *)into)->urls, text, where);
}

/* The server is started once, and lives as long as this program. */
static int start_server(struct config *own)
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
	ret = launch_beside(words, own->base, sizeof(own->base));
	/* The URL of its root. */
	if (!ret && own->base[0]) {
		own->base[strlen(own->base) - 1] = '\0';
		setenv(OWN_SERVER, own->base, true);
	}
	return ret;
}

static int embedded(void *into, FILE *list, uint64_t items)
{
	struct config *own = into;
	uint64_t count = items ? items : EMBEDDED_REQUESTS;
	int ret = own->base[0] ? 0 : start_server(own);

	for (uint64_t i = 0; !ret && i < count; i++)
		fprintf(list, "%s/%" PRIu64 "\n", own->base, i);
	return ret;
}

static int job_done(void *from, struct work **work)
{
	struct config *own = from;
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

static void job_figures(const struct work *work, struct figures *figures)
{
	figure_number(figures, "urls", CELL_COUNT,
		      (double)((const struct fetch_work *)work)->urls.count);
}

static void kind_figures(const struct latency *latency, struct figures *figures)
{
	static char keys[FETCH_ERRORS][64];

	for (int kind = FETCH_OK + 1; kind < FETCH_ERRORS; kind++) {
		snprintf(keys[kind], sizeof(keys[kind]), "failures.%s", error_names[kind].key);
		figure_number(figures, keys[kind], CELL_COUNT, (double)latency->kinds[kind]);
	}
}

static void run_figures(const struct work *work, double seconds, struct figures *figures)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	static struct latency latency;

	if (latency_sum_up(&latency, job->outcomes, job->urls.count))
		return;
	figure_number(figures, "bytes", CELL_COUNT, latency.bytes);
	figure_number(figures, "byte_rate", CELL_RATE, latency.bytes / seconds);
	figure_number(figures, "latency_s.p50", CELL_SECONDS, latency.p50);
	figure_number(figures, "latency_s.p95", CELL_SECONDS, latency.p95);
	figure_number(figures, "latency_s.p99", CELL_SECONDS, latency.p99);
	figure_number(figures, "latency_s.max", CELL_SECONDS, latency.max);
	figure_number(figures, "phases_s.resolve", CELL_SECONDS, latency.resolve);
	figure_number(figures, "phases_s.connect", CELL_SECONDS, latency.connect);
	figure_number(figures, "phases_s.tls", CELL_SECONDS, latency.tls);
	figure_number(figures, "phases_s.first_byte", CELL_SECONDS, latency.first_byte);
	figure_list(figures, "latency_histogram.edges_s", latency.edges, LATENCY_EDGES);
	figure_list(figures, "latency_histogram.counts", latency.counts, LATENCY_EDGES + 1);
	figure_number(figures, "peak_inflight", CELL_COUNT, latency.peak_inflight);
	figure_number(figures, "mean_inflight", CELL_RATIO, latency.latency_sum / seconds);
	figure_number(figures, "connections", CELL_COUNT, (double)latency.connections);
	figure_number(figures, "http2_streams", CELL_COUNT, (double)latency.streams);
	figure_number(figures, "cpu_percent", CELL_RATIO, 100 * latency.cpu / seconds);
	figure_number(figures, "checked", CELL_COUNT, (double)latency.checked);
	figure_number(figures, "proxied", CELL_COUNT, (double)latency.proxied);
	figure_number(figures, "failed", CELL_COUNT, (double)latency.failed);
	kind_figures(&latency, figures);
}

static const struct shown_figure shown[] = {
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

/*
 * What was the limit. Little's law: in flight = rate x latency. Where the client is not busy, more
 * would come of more in flight, as long as the latency stays.
 */
static char *remark(const struct run *run)
{
	double cpu = figure_value(&run->figures, "cpu_percent"),
	       inflight = figure_value(&run->figures, "mean_inflight");
	unsigned int cores = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN),
		     busiest = run->workers < cores ? run->workers : cores;
	bool client = cpu >= 100 * BUSY * busiest;
	char latency[CELL_SHOWN], *text = NULL;
	int ret;

	if (isnan(cpu) || !(run->rate > 0))
		return NULL;
	show_seconds(latency, inflight / run->rate);
	ret = asprintf(&text,
		       "The %s was the limit: the client was busy for %.0f %% of %u core%s.\n"
		       "By Little's law, %.3g in flight = %.4g a second x %s of latency%s",
		       client ? "client" : "server", cpu / busiest, busiest, busiest > 1 ? "s" : "",
		       inflight, run->rate, latency,
		       client ? "."
			      : ";\nmore in flight means more a second, until the latency grows.");
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
	{ "url", "URL" },   { "status", "status" }, { "bytes", "bytes" },
	{ "hash", "XXH3" }, { "error", "error" },   { "reason", "reason" },
};

static void result_row(const void *context, size_t row, struct cell *cells)
{
	const struct fetch_work *job = context;
	const struct outcome *outcome = &job->outcomes[row];

	cell_text(&cells[0], urls_get(&job->urls, row).text);
	if (outcome->status)
		cell_number(&cells[1], CELL_COUNT, outcome->status);
	cell_number(&cells[2], CELL_COUNT, (double)outcome->bytes);
	if (outcome->error == FETCH_OK) {
		snprintf(cells[3].room, sizeof(cells[3].room), "%016" PRIx64, outcome->hash);
		cell_text(&cells[3], cells[3].room);
		return;
	}
	cell_text(&cells[4], error_names[outcome->error].key);
	cell_text(&cells[5], error_reason(outcome, cells[5].room));
}

static struct table results(const struct work *work)
{
	return (struct table){
		.key = "results",
		COLUMNS(result_columns),
		.row_count = ((const struct fetch_work *)work)->urls.count,
		.row = result_row,
		.context = work,
	};
}

static const struct column part_columns[] = {
	{ "part", "part" },
	{ "available", "here" },
	{ "missing", "why not" },
};

static void part_row(const void *context, size_t row, struct cell *cells)
{
	const char *missing = serve_missing();

	(void)context, (void)row;
	cell_text(&cells[0], "serve");
	cell_number(&cells[1], CELL_FLAG, missing == NULL);
	cell_text(&cells[2], missing);
}

static const char *const strategies[] = { "serial", "async",     "openmp", "processes",
					  "mpi",    "mpi+async", NULL };

static const char *const scaled[] = { "async", NULL };

int main(int argc, char **argv)
{
	const struct table list = {
		.key = "parts", COLUMNS(part_columns), .row_count = 1, .row = part_row
	};
	const struct program program = {
		.name = "fetchall",
		.about =
			"Downloads of a list of URLs with any strategy: one connection, an event "
			"loop,\n"
			"OpenMP threads, processes, MPI ranks, ranks of event loops; and how they\n"
			"compare at the same number of requests in flight.",
		.operand = "URL",
		.operand_help = "Bodies are counted, checked and thrown away. Without a URL the "
				"job is 200\n"
				"requests to a server that is started for it on this host, of 1529 "
				"and 1474\n"
				"bytes in turn, each answered after 20 ms.",
		.examples = "  fetchall compare                  every strategy, 20 requests in "
			    "flight\n"
			    "  fetchall run -s async -k 64 -f urls.txt\n"
			    "  fetchall scale -f urls.txt        how much in flight is worth it\n"
			    "  fetchall serve --delay 20ms       a server to try it on\n"
			    "  mpirun -n 4 fetchall run -s mpi+async -k 32 -f urls.txt\n",
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
		.embedded = embedded,
		.job_done = job_done,
		.job_figures = job_figures,
		.run_figures = run_figures,
		.shown = shown,
		.remark = remark,
		.print_results = print_results,
		.results = results,
		.list = &list,
	};
	int code;

	config.fetch = fetch_defaults;
	config.scenario = scenario_default;
	code = program_main(&program, argc, argv);
	urls_free(&config.urls);
	return code;
}
