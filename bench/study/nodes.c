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

/* Those of whom nobody knows it are on one. */
static const char *nodes_host(const struct row *row, size_t worker)
{
	return row->per_worker[worker].host ? row->per_worker[worker].host : "";
}

/* Whether an earlier worker is on this one's host. */
static bool nodes_has_earlier(const struct row *row, size_t worker)
{
	for (size_t i = worker; i-- > 0;)
		if (!strcmp(nodes_host(row, i), nodes_host(row, worker)))
			return true;
	return false;
}

static size_t nodes_count(const struct row *row)
{
	size_t hosts = 0;

	for (size_t i = 0; i < row->per_worker_count; i++)
		hosts += !nodes_has_earlier(row, i);
	return hosts;
}

/* What one host did in one sample. */
struct node_sample {
	double items, busy_s, cpu_s;
};

static struct node_sample nodes_add_up(const struct row *row, const struct sample *sample,
				       const char *host)
{
	struct node_sample sum = { 0 };

	for (size_t i = 0; i < row->per_worker_count && i < sample->worker_count; i++) {
		if (strcmp(nodes_host(row, i), host))
			continue;
		sum.items += (double)sample->workers[i].items;
		sum.busy_s += sample->workers[i].busy_s;
		sum.cpu_s += sample->workers[i].cpu_s;
	}
	return sum;
}

/* The figures of a host that has its name and its workers. */
static int nodes_fill(struct node_finding *node, const struct row *row)
{
	size_t count = row->sample_count;
	double *figures = calloc(4 * count + 1, sizeof(*figures));
	double *items = figures, *rate = items + count, *busy = rate + count,
	       *running = busy + count;

	if (!figures)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct node_sample sum = nodes_add_up(row, &row->samples[i], node->host);

		items[i] = sum.items;
		rate[i] = sum.busy_s > 0 ? sum.items / sum.busy_s : 0;
		busy[i] = sum.busy_s / (row->samples[i].seconds * node->workers);
		running[i] = sum.busy_s > 0 ? fmin(sum.cpu_s / sum.busy_s, 1) : 1;
	}
	node->items = stats_median(items, count);
	node->rate = stats_median(rate, count);
	node->busy = stats_median(busy, count);
	node->running = stats_median(running, count);
	free(figures);
	return record_set_text(&node->rate_unit, row->rate_unit);
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
	size_t most = 1;
	int ret = 0;

	record_free_list(&node_finding_record, &result->nodes, &result->node_count);
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];
		size_t hosts = row->sample_count ? nodes_count(row) : 0;

		if (hosts < 2 || hosts < most)
			continue;
		most = hosts;
		chosen = row;
	}
	for (size_t i = 0; chosen && !ret && i < chosen->per_worker_count; i++) {
		struct node_finding *node;

		if (nodes_has_earlier(chosen, i))
			continue;
		node = record_add(&node_finding_record, &result->nodes, &result->node_count);
		ret = node ? record_set_text(&node->host, nodes_host(chosen, i)) : -ENOMEM;
		for (size_t k = 0; !ret && k < chosen->per_worker_count; k++)
			node->workers += !strcmp(nodes_host(chosen, k), node->host);
		if (!ret)
			ret = nodes_fill(node, chosen);
	}
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
