/* Which tables a result is shown as. */
#include "view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/say.h"
#include "bench/result/columns.h"
#include "lost_updates_table.h"

static void view_add(struct view *view, struct table table)
{
	if (array_reserve(&view->tables, &view->room, view->count + 1)) {
		view->incomplete = true;
		table_free(&table);
		return;
	}
	view->tables[view->count++] = table;
}

/* A program's table, which the result goes on owning. */
static struct table view_borrow(const struct table *table)
{
	struct table borrowed = *table;

	borrowed.release = NULL;
	return borrowed;
}

static void view_add_findings(struct view *view, const struct result *result)
{
	view_add(view, record_view_table("laws", &law_finding_record, result->laws,
					 result->law_count, result, VIEW_TEXT, NULL));
	view_add(view, record_view_table("knees", &knee_finding_record, result->knees,
					 result->knee_count, result, VIEW_TEXT, NULL));
	view_add(view,
		 record_view_table("slow_cores", &slow_core_finding_record, result->slow_cores,
				   result->slow_core_count, result, VIEW_TEXT, NULL));
}

static void view_add_rows(struct view *view, const struct result *result, const struct look *look)
{
	bool scaling = !strcmp(result->command, "scale");

	view_add(view, record_view_table("runs", &row_record, result->rows, result->row_count,
					 result, VIEW_TEXT, look->metrics));
	if (scaling && look->cpu_bound)
		view_add(view, record_view_table("factors", &row_record, result->rows,
						 result->row_count, result, VIEW_FACTORS, NULL));
	else
		view_add(view, record_view_metrics(result, look->metrics));
	if (scaling)
		view_add_findings(view, result);
}

int view_make(struct view *view, const struct result *result, const struct look *look)
{
	*view = (struct view){ 0 };
	if (!strcmp(result->command, "place")) {
		const struct row *row = &result->rows[0];

		view_add(view, record_view_table("placement", &row_worker_record, row->per_worker,
						 row->per_worker_count, result, VIEW_TEXT, NULL));
	} else if (!strcmp(result->command, "check")) {
		view_add(view, record_view_table("checked", &checked_pu_record, result->checked,
						 result->checked_count, result, VIEW_TEXT, NULL));
	} else if (!strcmp(result->command, "race")) {
		view_add(view, lost_updates_table(result));
	} else if (result->comparison_count) {
		view_add(view,
			 record_view_table("comparison", &pair_finding_record, result->comparison,
					   result->comparison_count, result, VIEW_TEXT, NULL));
	} else if (!strcmp(result->command, "run") || !strcmp(result->command, "list")) {
		for (size_t i = 0; i < result->table_count; i++)
			view_add(view, view_borrow(&result->tables[i]));
		if (result->row_count && look->row_of_run)
			view_add_rows(view, result, look);
	} else {
		view_add_rows(view, result, look);
	}
	if (result->node_count && (strcmp(result->command, "run") || look->row_of_run))
		view_add(view, record_view_table("nodes", &node_finding_record, result->nodes,
						 result->node_count, result, VIEW_TEXT, NULL));
	return view->incomplete ? say_fail(ENOMEM, "not enough memory to show the result") : 0;
}

void view_free(struct view *view)
{
	for (size_t i = 0; i < view->count; i++)
		table_free(&view->tables[i]);
	free(view->tables);
	*view = (struct view){ 0 };
}

bool view_is_missing_anew(const struct result *result, size_t number)
{
	const struct row *rows = result->rows;

	for (size_t i = 0; rows[number].missing && i < number; i++)
		if (rows[i].missing && !strcmp(rows[i].missing, rows[number].missing) &&
		    !strcmp(rows[i].strategy, rows[number].strategy))
			return false;
	return rows[number].missing != NULL;
}

void view_confined(const struct result *result, char text[VIEW_LINES])
{
	const struct host *host = result->hosts;
	unsigned int allowed;

	*text = '\0';
	if (!result->host_count || result->comparison_count)
		return;
	allowed = result_pus_on(host);
	if (allowed && allowed < host->pus)
		snprintf(text, VIEW_LINES, "Confined to %u of the machine's %u PUs: %.100s%s",
			 allowed, host->pus, host->allowed_pus,
			 strlen(host->allowed_pus) > 100 ? "..." : "");
}

/* Adds words to a line, behind what is there. */
static void view_put(char text[VIEW_LINES], const char *between, const char *words)
{
	size_t at = strlen(text);

	snprintf(text + at, VIEW_LINES - at, "%s%s", at ? between : "", words);
}

static void view_put_job(char text[VIEW_LINES], const struct result *result)
{
	char shown[CELL_SHOWN], words[128];

	for (size_t i = 0; i < result->job.count; i++) {
		const struct metric *metric = &result->job.list[i];

		if (!strcmp(metric->key, "scaling") || metric->value.kind == CELL_NONE)
			continue;
		snprintf(words, sizeof(words), "%.60s %.40s",
			 table_show_whole(&metric->value, shown), metric->key);
		/* "1 tasks" */
		if (metric->value.number == 1 && metric->value.kind == CELL_COUNT)
			words[strlen(words) - 1] = '\0';
		view_put(text, ", ", words);
	}
	if (metrics_find(&result->job, "scaling")) {
		snprintf(words, sizeof(words), "%.20s scaling",
			 metrics_find(&result->job, "scaling")->text);
		view_put(text, ", ", words);
	}
}

/* The kernels that rows name, if they do. */
static void view_put_kernel(char text[VIEW_LINES], const struct result *result)
{
	char words[128];

	for (size_t i = 0; i < result->row_count; i++) {
		const struct cell *kernel = metrics_find(&result->rows[i].metrics, "kernel");

		if (!kernel || kernel->kind != CELL_TEXT)
			continue;
		snprintf(words, sizeof(words), "kernel %.60s", kernel->text);
		view_put(text, ", ", words);
		return;
	}
}

void view_headline(const struct result *result, char text[VIEW_LINES])
{
	char words[256];

	*text = '\0';
	if (!result->row_count || !strcmp(result->command, "run") ||
	    !strcmp(result->command, "place"))
		return;
	view_put_job(text, result);
	view_put_kernel(text, result);
	for (size_t i = 0; i < result->host_count && i < 3; i++) {
		const struct host *host = &result->hosts[i];

		snprintf(words, sizeof(words), "%.60s: %.100s, %u core%s", host->hostname,
			 host->cpu_model ? host->cpu_model : "CPU unknown", host->allowed_cores,
			 host->allowed_cores == 1 ? "" : "s");
		view_put(text, "\n", words);
	}
	if (result->host_count > 3) {
		snprintf(words, sizeof(words), "and %zu hosts more", result->host_count - 3);
		view_put(text, "\n", words);
	}
}

void view_disturbed(const struct result *result, const struct row *row, char text[VIEW_LINES])
{
	struct cell name = { 0 }, shape = { 0 };

	*text = '\0';
	if (!row->disturbed)
		return;
	columns_name(&name, result, row);
	columns_shape(&shape, result, row);
	for (size_t i = 0; i < row->sample_count; i++)
		if (row->samples[i].disturbed) {
			snprintf(text, VIEW_LINES, "* %s %s: %u of %zu trials disturbed%s%.100s",
				 name.text, shape.text, row->disturbed, row->sample_count,
				 row->samples[i].disturbance ? ": " : "",
				 row->samples[i].disturbance ? row->samples[i].disturbance : "");
			return;
		}
}
