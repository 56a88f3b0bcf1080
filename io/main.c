/* fetchall: downloads a list of URLs with any strategy, and compares them fairly. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/base/shell.h"
#include "bench/cli/program.h"
#include "bench/launcher/rank_environment.h"
#include "io/engine/sink.h"
#include "io/server/serve.h"
#include "again.h"
#include "bodies.h"
#include "fetch_work.h"
#include "findings.h"
#include "options.h"
#include "own_server.h"
#include "ranks.h"

/* Of retries and the like: it follows from what is asked for. */
#define UNSAID UINT_MAX

static struct fetchall_options config;

static int main_serve(struct command *command)
{
	(void)command;
	return serve_run(&config.scenario, config.address, config.port);
}

static const struct verb verbs[] = {
	{ "serve", "a server to test with: its answers, delays and failures are told it",
	  "It prints its URL, and serves until it is interrupted. Sizes, delays, failures and each "
	  "byte follow from the seed and the path, so that what is downloaded is checked.",
	  VERB_OWN, false, true, main_serve },
	{ 0 },
};

static int main_job_add(void *into, const char *text, const char *where)
{
	struct fetchall_options *own = into;

	own->reading.naming = own->fetch.output != NULL;
	own->reading.lenient = own->fetch.output && !own->strict;
	if (own->manifest && !own->reading.manifest.path) {
		int ret = manifest_read(&own->reading.manifest, own->manifest);

		if (ret)
			return ret;
	}
	return reading_add(&own->reading, text, where);
}

static int main_job_more(void *into, const char *text, const char *where)
{
	return reading_add_more(&((struct fetchall_options *)into)->reading, text, where);
}

static int main_embedded(void *into, FILE *list, uint64_t items, bool apart)
{
	(void)into;
	return own_server_list(list, items, apart);
}

/* Before anything is asked for. *made: the folder was not there. */
static int main_check_folder(const char *path, bool *made)
{
	struct folder folder;
	int ret;

	*made = access(path, F_OK) != 0;
	ret = sink_open_folder(&folder, path, false);
	sink_close_folder(&folder);
	return ret ? say_fail(EINVAL, "nothing can be saved in %s: %s", path, strerror(-ret)) : 0;
}

/* Who knows curl's -o or wget's -O may have meant a file: then -o ends as the file does. */
static void main_say_made(const struct fetch_work *job, const char *path)
{
	const struct url url = fetch_work_url(job, 0);
	const char *slash = strrchr(path, '/'), *own = slash ? slash + 1 : path,
		   *dot = strrchr(own, '.'), *ending = strrchr(url.name, '.');
	char *from, *to, *folder, *name;

	if (job->list.count != 1 || !dot || dot == own || !dot[1] || !ending ||
	    strcasecmp(dot, ending) || rank_environment_rank())
		return;
	name = strdup(url.name);
	from = shell_quote(url.text);
	to = shell_quote(own);
	folder = slash ? strndup(path, slash > path ? (size_t)(slash - path) : 1) : strdup(".");
	if (name && from && to && folder)
		say_fact("-o %s is a folder, which was made, and the file is %s in it; to name a "
			 "file, say out= in a list: printf '%%s\\tout=%%s\\n' %s %s | fetchall run "
			 "-o %s -f -",
			 path, name, from, to, folder);
	free(name);
	free(from);
	free(to);
	free(folder);
}

/* How what may be in flight from one host is divided. */
static void main_say_parts(unsigned int per_host, unsigned int ranks)
{
	unsigned int more = per_host % ranks;
	char first[64] = "";

	if (more)
		snprintf(first, sizeof(first), "%u, and of %u of them %u,", per_host / ranks, more,
			 per_host / ranks + 1);
	else
		snprintf(first, sizeof(first), "%u", per_host / ranks);
	say_fact("each of %u ranks may have %s in flight from one host (--per-host %u); a pause "
		 "that a host asks for holds for all of them",
		 ranks, first, per_host);
}

/* What was not said: a measurement asks once, as fast as it is told to; who wants files wants them
 * all, and is polite. */
static int main_settle_limits(struct fetch_options *fetch)
{
	bool saving = fetch->output != NULL;
	unsigned int ranks = fetch->ranks > 1 ? fetch->ranks : 1;

	if (fetch->retries == UNSAID)
		fetch->retries = saving ? 5 : 0;
	if (fetch->limits.per_host == UNSAID)
		fetch->limits.per_host = !saving ? 0 : ranks > 6 ? ranks : 6;
	if (fetch->limits.per_host && fetch->limits.per_host < ranks)
		return say_fail(EINVAL,
				"--per-host %u cannot be divided among %u ranks: give one for each "
				"at least, or fewer ranks, with more in flight each",
				fetch->limits.per_host, ranks);
	if (fetch->limits.per_host && ranks > 1 && !rank_environment_rank())
		main_say_parts(fetch->limits.per_host, ranks);
	if (!saving && (fetch->manifest || config.manifest))
		return say_fail(EINVAL,
				"%s is about files that are saved: give -o DIR as well, or -O",
				fetch->manifest ? "--write-manifest" : "--manifest");
	if (fetch->manifest && ranks > 1)
		return say_fail(EINVAL, "--write-manifest is for one process and those that it "
					"starts on this host, not for ranks");
	fetch->sums = fetch->manifest != NULL;
	return 0;
}

static int main_job_done(void *from, struct work **work)
{
	struct fetchall_options *own = from;
	struct fetch_work *job;
	struct list list = { 0 };
	bool made = false;
	int ret = reading_end(&own->reading, &list);

	own->fetch.ranks = rank_environment_ranks();
	own->fetch.bulk = list.count > FETCH_LISTED_MAX && (own->fetch.output || own->discard);
	if (!ret)
		ret = own_server_check(rank_environment_ranks_here() < own->fetch.ranks);
	if (!ret)
		ret = main_settle_limits(&own->fetch);
	if (!ret && own->fetch.output && !own->dry_run)
		ret = main_check_folder(own->fetch.output, &made);
	if (!ret)
		ret = fetch_work_new(&job, &list, &own->fetch);
	if (ret == -ENOMEM)
		say_fail(ENOMEM, "not enough memory for the URLs");
	if (ret) {
		list_free(&list);
		return ret;
	}
	job->left_out = own->reading.left_out;
	/* Of our own server it is known what its bodies are. */
	if (own_server_used())
		job->options.seeded = job->options.direct = true;
	if (own->fetch.insecure)
		say_warn("--insecure: no server's certificate is checked, so anybody may have "
			 "answered");
	if (made)
		main_say_made(job, own->fetch.output);
	own->job = job;
	*work = &job->work;
	return own->dry_run ? 0 : again_begin(job);
}

static void main_progress(const void *from, double seconds, char *text, size_t size)
{
	const struct fetch_work *job = ((const struct fetchall_options *)from)->job;

	live_show(job->live, &job->list, seconds, text, size);
}

/* What would be done. */
static bool main_is_dry(const void *from)
{
	return ((const struct fetchall_options *)from)->dry_run;
}

static void main_say_bodies(const struct work *work)
{
	bodies_say(work);
	if (!config.fetch.output && !config.discard && !own_server_used())
		say_fact("the bodies were thrown away: -o DIR saves them");
}

static const struct column part_columns[] = {
	{ "part", "part", CELL_TEXT },
	{ "available", "here", CELL_FLAG },
	{ "missing", "why not", CELL_TEXT },
};

static void main_part_row(const void *context, size_t row, struct cell *cells)
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
	{ VERB_RUN, "fetchall run -o out -f urls.txt", "a list, saved in out/" },
	{ VERB_RUN, "fetchall run -O http://example.org/a.iso", "one file, saved here" },
	{ VERB_RUN, "fetchall run -k 64 -f urls.txt", "64 in flight, thrown away" },
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
	{ VERB_RUN,
	  "A line of the output is `Read N bytes from URL`, or `Saved N bytes from URL as FILE`, for "
	  "each download that was whole, as it ends; the others are told on standard error, and the "
	  "exit code is 1. --json has the status, the size and the hash of each." },
	{ VERB_RUN,
	  "A file has the name of its URL's last part, with '_' for what names must not have; "
	  "two of one name are told apart by a hash of the URL. It gets its name once it is whole and "
	  "on the disk. While it comes it is NAME.part, unless it is short, under 64 kB: an end of "
	  "fetchall in between leaves what the same command goes on with." },
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
		.key = "parts", COLUMNS(part_columns), .row_count = 1, .row = main_part_row
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
			"it on this host, of 1529 and 1474 bytes in turn, each answered after 10 ms.",
		.examples = examples,
		.notes = notes,
		.environment = environment,
		.see_also = "curl(1), mpirun(1), hwloc(7)",
		.options = options_fetchall,
		.verbs = verbs,
		.config = &config,
		.strategies = strategies,
		.scaled = scaled,
		.rate_unit = "req/s",
		.concurrency = 20,
		.concurrencies = 64,
		.work_type = &fetch_work_type,
		.strategy = "async",
		.rank_strategy = "mpi+async",
		.job_add = main_job_add,
		.job_more = main_job_more,
		.progress = main_progress,
		.dry_run = main_is_dry,
		.print_plan = bodies_plan,
		.embedded = main_embedded,
		.job_done = main_job_done,
		.job_metrics = findings_job,
		.run_metrics = findings_run,
		.shown = findings_shown,
		.remark = findings_remark,
		.run_say = main_say_bodies,
		.print_results = bodies_print,
		.print_chunk = bodies_print_chunk,
		.results = bodies_table,
		.list = &list,
	};
	int code;

	ranks_set_own(rank_environment_rank());
	config.fetch = fetch_defaults;
	config.fetch.retries = config.fetch.limits.per_host = UNSAID;
	config.scenario = scenario_default;
	code = program_main(&program, argc, argv);
	reading_free(&config.reading);
	free(config.headers);
	return code;
}
