/* What each host did: the workers of a row, host by host. */
#define _GNU_SOURCE
#include "nodes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/show.h"
#include "bench/stats/outliers.h"
#include "bench/stats/stats.h"
#include "advice.h"

/* Below it, something else had a host's CPUs, and the host need not be slow. */
#define NODES_RUNNING 0.95

/* More are in the JSON. */
enum { NODES_NAMED = 10 };

/* What one host did in one sample. */
struct node_sample {
	double items, busy_s, cpu_s;
};

/* What each host did in each sample, sample by sample: malloc'd, NULL without memory. */
static struct node_sample *nodes_add_up(const struct row *row, const size_t *hosts, size_t count)
{
	struct node_sample *sums = calloc(count * row->sample_count + 1, sizeof(*sums));

	for (size_t s = 0; sums && s < row->sample_count; s++) {
		const struct sample *sample = &row->samples[s];

		for (size_t i = 0; i < row->per_worker_count && i < sample->worker_count; i++) {
			struct node_sample *sum = &sums[s * count + hosts[i]];

			sum->items += (double)sample->workers[i].items;
			sum->busy_s += sample->workers[i].busy_s;
			sum->cpu_s += sample->workers[i].cpu_s;
		}
	}
	return sums;
}

/* The figures of a host that has its name and its workers. sums: those of its first sample; those
 * of the next are `step` further on. */
static int nodes_fill(struct node_finding *node, const struct row *row,
		      const struct node_sample *sums, size_t step)
{
	size_t count = row->sample_count;
	double *figures = calloc(4 * count + 1, sizeof(*figures));
	double *items = figures, *rate = items + count, *busy = rate + count,
	       *running = busy + count;

	if (!figures)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct node_sample *sum = &sums[i * step];

		items[i] = sum->items;
		rate[i] = sum->busy_s > 0 ? sum->items / sum->busy_s : 0;
		busy[i] = sum->busy_s / (row->samples[i].seconds * node->workers);
		running[i] = sum->busy_s > 0 ? fmin(sum->cpu_s / sum->busy_s, 1) : 1;
	}
	node->items = stats_median(items, count);
	node->rate = stats_median(rate, count);
	node->busy = stats_median(busy, count);
	node->running = stats_median(running, count);
	free(figures);
	return record_set_text(&node->rate_unit, row->rate_unit);
}

/* One for each host of a row, with its name and its workers. Those of whom nobody knows the host
 * are on one. */
static int nodes_list(struct result *result, const struct row *row, const size_t *hosts)
{
	for (size_t i = 0; i < row->per_worker_count; i++) {
		const char *host = row->per_worker[i].host;

		/* Hosts are numbered as they come. */
		if (hosts[i] == result->node_count) {
			struct node_finding *node = record_add(&node_finding_record, &result->nodes,
							       &result->node_count);

			if (!node || record_set_text(&node->host, host ? host : ""))
				return -ENOMEM;
		}
		result->nodes[hosts[i]].workers++;
	}
	return 0;
}

static int nodes_find(struct result *result, const struct row *row)
{
	size_t count, *hosts = row_hosts(row, &count);
	struct node_sample *sums = hosts ? nodes_add_up(row, hosts, count) : NULL;
	int ret = sums ? nodes_list(result, row, hosts) : -ENOMEM;

	for (size_t i = 0; !ret && i < result->node_count; i++)
		ret = nodes_fill(&result->nodes[i], row, &sums[i], count);
	free(hosts);
	free(sums);
	return ret;
}

/* Marks the slow ones. */
static int nodes_judge(struct result *result)
{
	size_t count = result->node_count;
	double *rates = calloc(count + 1, sizeof(*rates));
	bool *slow = calloc(count + 1, sizeof(*slow));
	int ret = rates && slow ? 0 : -ENOMEM;
	double median;

	if (ret)
		goto out;
	for (size_t i = 0; i < count; i++)
		rates[i] = result->nodes[i].rate;
	outliers_low(slow, rates, count);
	median = stats_median(rates, count);
	for (size_t i = 0; i < count; i++) {
		result->nodes[i].slow = slow[i];
		result->nodes[i].of_others = count < 3 || !(median > 0) ? NAN : rates[i] / median;
	}
out:
	free(rates);
	free(slow);
	return ret;
}

int nodes_conclude(struct result *result)
{
	const struct row *chosen = NULL;
	size_t most = 2;
	int ret = 0;

	record_free_list(&node_finding_record, &result->nodes, &result->node_count);
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];
		size_t count = 0, *hosts = row->sample_count ? row_hosts(row, &count) : NULL;

		if (row->sample_count && !hosts)
			return -ENOMEM;
		free(hosts);
		if (count < most)
			continue;
		most = count;
		chosen = row;
	}
	if (chosen)
		ret = nodes_find(result, chosen);
	return ret ? ret : nodes_judge(result);
}

void nodes_advise(FILE *file, const struct result *result)
{
	unsigned int named = 0, slow = 0;

	for (size_t i = 0; i < result->node_count; i++) {
		const struct node_finding *node = &result->nodes[i];
		char rate[SHOW_TEXT], others[SHOW_TEXT];

		slow += node->slow;
		if (!node->slow || named++ >= NODES_NAMED)
			continue;
		show_amount(rate, node->rate, node->rate_unit ? node->rate_unit : "/s");
		show_amount(others, node->rate / node->of_others,
			    node->rate_unit ? node->rate_unit : "/s");
		advice_begin(file);
		fprintf(file, "%s is slow: %s a worker, the median of %zu hosts is %s", node->host,
			rate, result->node_count, others);
		if (node->running < NODES_RUNNING)
			fprintf(file, "; its workers had their CPUs for %.0f %% of their time",
				100 * node->running);
		fputc('.', file);
	}
	if (slow > NODES_NAMED) {
		advice_begin(file);
		fprintf(file, "%u more hosts are slow.", slow - NODES_NAMED);
	}
}
