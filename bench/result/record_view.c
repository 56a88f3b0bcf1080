/* Records as tables. */
#include "record_view.h"

#include <stdlib.h>

#include "columns.h"

/* A column is of a field, or of a metric of a row. */
struct record_view {
	const struct record *record;
	const char *list;
	const struct result *result;
	const struct field *fields[COLUMNS_MAX];
	const struct shown_metric *metrics[COLUMNS_MAX];
	size_t metrics_at; /* where the metrics are in a record of the list */
	struct column columns[COLUMNS_MAX];
	size_t count;
	bool failed; /* there are more columns than there is room */
};

static void record_view_release(const void *context)
{
	free((void *)context);
}

static void record_view_field(struct cell *cell, const struct record_view *view,
			      const struct field *field, const char *item)
{
	const void *at = item + field->offset;

	switch (field->kind) {
	case FIELD_TEXT:
		table_set_text(cell, *(char *const *)at);
		break;
	case FIELD_FLAG:
		table_set_number(cell, CELL_FLAG, *(const bool *)at);
		break;
	case FIELD_COUNT:
		table_set_number(cell, CELL_COUNT, *(const unsigned int *)at);
		break;
	case FIELD_INDEX:
		if (*(const int *)at >= 0)
			table_set_number(cell, CELL_COUNT, *(const int *)at);
		break;
	case FIELD_WHOLE:
		table_set_number(cell, CELL_COUNT, (double)*(const uint64_t *)at);
		break;
	case FIELD_REAL:
		table_set_number(cell, field->shown ? field->shown : CELL_NUMBER,
				 *(const double *)at);
		break;
	case FIELD_SHOWN:
		field->show(cell, view->result, item);
		break;
	case FIELD_RANGE:
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_METRICS:
		break;
	}
}

static void record_view_metric(struct cell *cell, const struct metrics *metrics,
			       const struct shown_metric *shown)
{
	const struct cell *value = metrics_find(metrics, shown->key);

	if (value && value->kind == CELL_TEXT)
		table_set_text(cell, value->text);
	else
		table_set_number(cell, shown->kind, metrics_number(metrics, shown->key));
	if (shown->kind == CELL_RATE)
		cell->text = shown->unit;
}

static void record_view_row(const void *context, size_t row, struct cell *cells)
{
	const struct record_view *view = context;
	const char *item = view->list + row * view->record->size;

	for (size_t c = 0; c < view->count; c++)
		if (view->fields[c])
			record_view_field(&cells[c], view, view->fields[c], item);
		else
			record_view_metric(&cells[c],
					   (const struct metrics *)(item + view->metrics_at),
					   view->metrics[c]);
}

static void record_view_add(struct record_view *view, const struct field *field,
			    const struct shown_metric *metric, struct column column)
{
	if (view->count == COLUMNS_MAX) {
		view->failed = true;
		return;
	}
	view->fields[view->count] = field;
	view->metrics[view->count] = metric;
	view->columns[view->count++] = column;
}

/* What the cells of a field are. */
static enum cell_kind record_view_kind(const struct field *field)
{
	if (field->kind == FIELD_TEXT)
		return CELL_TEXT;
	return field->shown ? field->shown : CELL_NUMBER;
}

static void record_view_add_fields(struct record_view *view, unsigned int views)
{
	unsigned int csv = views & VIEW_TEXT ? VIEW_CSV : 0;

	for (const struct field *field = view->record->fields; field_is(field); field++) {
		if (field->kind == FIELD_METRICS)
			view->metrics_at = field->offset;
		if (field->views & (views | csv))
			record_view_add(view, field, NULL,
					(struct column){
						.key = field->views & csv ? field->key : NULL,
						.title = field->views & views ? field->title : NULL,
						.kind = record_view_kind(field),
					});
	}
}

static struct table record_view_finish(const char *key, struct record_view *view, size_t count)
{
	return (struct table){ .key = key,
			       .columns = view ? view->columns : NULL,
			       .column_count = view ? view->count : 0,
			       .row_count = view && !view->failed ? count : 0,
			       .row = record_view_row,
			       .context = view,
			       .release = record_view_release };
}

struct table record_view_table(const char *key, const struct record *record, const void *list,
			       size_t count, const struct result *result, unsigned int views,
			       const struct shown_metric *metrics)
{
	struct record_view *view = calloc(1, sizeof(*view));

	if (view) {
		view->record = record;
		view->list = list;
		view->result = result;
		record_view_add_fields(view, views);
	}
	for (; view && metrics && metrics->key; metrics++)
		record_view_add(view, NULL, metrics,
				(struct column){ .key = metrics->key, .kind = metrics->kind });
	return record_view_finish(key, view, count);
}

struct table record_view_metrics(const struct result *result, const struct shown_metric *metrics)
{
	static const struct field name = { NULL, "strategy", FIELD_SHOWN, CELL_TEXT,
					   .show = columns_name },
				  shape = { NULL, "workers", FIELD_SHOWN, CELL_TEXT,
					    .show = columns_shape };
	struct record_view *view = calloc(1, sizeof(*view));

	if (view) {
		view->record = &row_record;
		view->list = (const char *)result->rows;
		view->result = result;
		view->metrics_at = offsetof(struct row, metrics);
		record_view_add(view, &name, NULL,
				(struct column){ .title = name.title, .kind = name.shown });
		record_view_add(view, &shape, NULL,
				(struct column){ .title = shape.title, .kind = shape.shown });
	}
	for (; view && metrics && metrics->key; metrics++)
		record_view_add(view, NULL, metrics,
				(struct column){ .title = metrics->title, .kind = metrics->kind });
	return record_view_finish("metrics", view, view && view->count > 2 ? result->row_count : 0);
}
