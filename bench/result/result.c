/* Making, freeing and comparing results. */
#define _GNU_SOURCE
#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/base/array.h"
#include "bench/base/cpus.h"
#include "bench/base/say.h"
#include "bench/base/secret_words.h"
#include "bench/base/words.h"

int result_begin(struct result *result, const char *program, const char *version,
		 const char *command, char *const *argv)
{
	time_t now = time(NULL);
	struct tm utc;
	char started[32];

	*result = (struct result){ 0 };
	gmtime_r(&now, &utc);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &utc);
	result->argv = secret_words_hide(argv);
	if (!result->argv || record_set_text(&result->program, program) ||
	    record_set_text(&result->version, version) ||
	    record_set_text(&result->command, command) ||
	    record_set_text(&result->started, started)) {
		result_free(result);
		return -ENOMEM;
	}
	return 0;
}

void result_free(struct result *result)
{
	free(result->program);
	free(result->version);
	free(result->command);
	free(result->started);
	free(result->advice);
	words_free_list(result->argv);
	words_free_list(result->warnings);
	record_free_list(&host_record, &result->hosts, &result->host_count);
	metrics_free(&result->job);
	record_free_list(&row_record, &result->rows, &result->row_count);
	record_free_list(&law_finding_record, &result->laws, &result->law_count);
	record_free_list(&knee_finding_record, &result->knees, &result->knee_count);
	record_free_list(&slow_core_finding_record, &result->slow_cores, &result->slow_core_count);
	record_free_list(&node_finding_record, &result->nodes, &result->node_count);
	record_free_list(&checked_pu_record, &result->checked, &result->checked_count);
	record_free_list(&pair_finding_record, &result->comparison, &result->comparison_count);
	for (size_t i = 0; i < result->table_count; i++)
		table_free(&result->tables[i]);
	free(result->tables);
	*result = (struct result){ 0 };
}

/* Whether a row has a worker on that host. */
static bool result_row_is_on(const struct row *row, const char *host)
{
	for (size_t i = 0; host && i < row->per_worker_count; i++)
		if (row->per_worker[i].host && !strcmp(row->per_worker[i].host, host))
			return true;
	return false;
}

unsigned int result_cores_of(const struct result *result, const struct row *row)
{
	unsigned int cores = 0;

	for (size_t i = 0; i < result->host_count; i++)
		if (result_row_is_on(row, result->hosts[i].hostname))
			cores += result->hosts[i].allowed_cores;
	return cores || !result->host_count ? cores : result->hosts[0].allowed_cores;
}

unsigned int result_pus_on(const struct host *host)
{
	struct cpus allowed;

	if (!host->allowed_pus || cpus_parse(&allowed, host->allowed_pus))
		return 0;
	return cpus_count(&allowed);
}

static double result_cpus_on(const struct host *host)
{
	unsigned int pus = result_pus_on(host);

	return pus ? fmin(pus, host->cpu_quota) : NAN; /* fmin() passes over a NAN */
}

double result_cpus_of(const struct result *result, const struct row *row)
{
	double cpus = 0;

	for (size_t i = 0; i < result->host_count; i++)
		if (result_row_is_on(row, result->hosts[i].hostname))
			cpus += result_cpus_on(&result->hosts[i]);
	return cpus != 0 || !result->host_count ? cpus : result_cpus_on(&result->hosts[0]);
}

struct row *result_add_row(struct result *result)
{
	return record_add(&row_record, &result->rows, &result->row_count);
}

int result_summarise(struct result *result)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < result->row_count; i++)
		if (result->rows[i].sample_count)
			ret = row_summarise(&result->rows[i]);
	return ret;
}

static bool result_has_host(const struct result *result, const struct host *host)
{
	for (size_t i = 0; i < result->host_count; i++)
		if (record_text_equals(result->hosts[i].hostname, host->hostname))
			return true;
	return false;
}

int result_take_hosts(struct result *result, struct result *from)
{
	for (size_t i = 0; i < from->host_count; i++) {
		struct host *host;

		if (result_has_host(result, &from->hosts[i]))
			continue;
		host = record_add(&host_record, &result->hosts, &result->host_count);
		if (!host)
			return -ENOMEM;
		*host = from->hosts[i];
		record_init(&host_record, &from->hosts[i]);
	}
	return 0;
}

int result_add_table(struct result *result, struct table table)
{
	if (array_reserve(&result->tables, NULL, result->table_count + 1)) {
		table_free(&table);
		return -ENOMEM;
	}
	result->tables[result->table_count++] = table;
	return 0;
}

static int result_check_row(const struct row *row, size_t number, const char *name)
{
	if (!row->strategy || !*row->strategy || !row->schedule || !row->places || !row->bind ||
	    !row->ranks || !row->workers || !row->inflight)
		return say_fail(EINVAL,
				"%s: row %zu lacks its strategy, schedule, places, bind or numbers "
				"of workers",
				name, number);
	for (size_t i = 0; i < row->sample_count; i++)
		if (!(row->samples[i].seconds > 0) || isinf(row->samples[i].seconds))
			return say_fail(EINVAL,
					"%s: sample %zu of row %zu is no time: it must be a number "
					"above 0",
					name, i, number);
	return 0;
}

int result_check(const struct result *result, const char *name)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < result->row_count; i++)
		ret = result_check_row(&result->rows[i], i, name);
	return ret;
}
