/* JSON, written and read: the document of the schema in corescale-result-1.json. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "document.h"

#define SCHEMA "corescale-result/1"

/* Texts that come from outside, a file name say, may not be UTF-8. */
static json_t *text_value(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();

	return value ? value : json_string("(not UTF-8)");
}

static json_t *number_value(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *list_value(const double *list, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, number_value(list[i]));
	return array;
}

static json_t *interval_value(double low, double high)
{
	return isnan(low) || isnan(high)
		       ? json_null()
		       : json_pack("[o, o]", number_value(low), number_value(high));
}

static json_t *cell_value(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_NONE:
		return json_null();
	case CELL_INTERVAL:
	case CELL_RANGE:
		return interval_value(cell->low, cell->high);
	case CELL_LIST:
		return list_value(cell->list, cell->count);
	case CELL_TEXT:
		return text_value(cell->text);
	case CELL_COUNT:
		return json_integer((json_int_t)cell->number);
	case CELL_FLAG:
		return json_boolean(cell->number != 0);
	default:
		return number_value(cell->number);
	}
}

/* The member of that name, an object, made if there is none. */
static json_t *inner_object(json_t *object, const char *name)
{
	json_t *inner = json_object_get(object, name);

	if (inner)
		return inner;
	inner = json_object();
	json_object_set_new(object, name, inner);
	return inner;
}

/* "a.b" is member b of the object a. */
static void set_figure(json_t *object, const struct figure *figure)
{
	const char *dot = strchr(figure->key, '.'), *name = figure->key;
	char outer[64];

	if (dot) {
		snprintf(outer, sizeof(outer), "%.*s", (int)(dot - figure->key), figure->key);
		object = inner_object(object, outer);
		name = dot + 1;
	}
	json_object_set_new(object, name, cell_value(&figure->value));
}

static void set_figures(json_t *object, const struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++)
		set_figure(object, &figures->list[i]);
}

static json_t *figures_value(const struct figures *figures)
{
	json_t *object = json_object();

	set_figures(object, figures);
	return object;
}

static json_t *table_value(const struct table *table)
{
	json_t *rows = json_array();
	struct cell cells[COLUMNS_MAX];

	for (size_t r = 0; r < table->row_count; r++) {
		json_t *object = json_object();

		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++)
			if (table->columns[c].key)
				json_object_set_new(object, table->columns[c].key,
						    cell_value(&cells[c]));
		json_array_append_new(rows, object);
	}
	return rows;
}

static void set_table(json_t *root, const struct table *table)
{
	json_object_set_new(table->group ? inner_object(root, table->group) : root, table->key,
			    table_value(table));
}

static json_t *mask_value(const char *mask)
{
	return text_value(mask[0] ? mask : NULL);
}

static json_t *index_value(int index)
{
	return index < 0 ? json_null() : json_integer(index);
}

/* What one worker did in each sample. */
static json_t *rates_value(const struct run *run, size_t worker)
{
	json_t *array = json_array();

	for (size_t i = 0; i < run->sample_count; i++)
		json_array_append_new(
			array, number_value(run->worker_rates[i * run->per_worker_count + worker]));
	return array;
}

static json_t *worker_value(size_t number, const struct run *run)
{
	const struct worker *worker = &run->per_worker[number];
	double busy = (double)worker->busy_ns * 1e-9;
	json_t *object = json_object();

	json_object_set_new(object, "worker", json_integer((json_int_t)number));
	json_object_set_new(object, "host", text_value(worker->host));
	json_object_set_new(object, "pid", worker->pid ? json_integer(worker->pid) : json_null());
	json_object_set_new(object, "package", index_value(worker->at.package));
	json_object_set_new(object, "numa", index_value(worker->at.numa));
	json_object_set_new(object, "l3", index_value(worker->at.l3));
	json_object_set_new(object, "core", index_value(worker->at.core));
	json_object_set_new(object, "kind", index_value(worker->at.kind));
	json_object_set_new(object, "pu", index_value(worker->at.pu));
	json_object_set_new(object, "planned", mask_value(worker->planned));
	json_object_set_new(object, "bound", mask_value(worker->bound));
	json_object_set_new(object, "weight", json_real(worker->weight));
	json_object_set_new(object, "items", json_integer((json_int_t)worker->items));
	json_object_set_new(object, "busy_s", number_value(busy));
	json_object_set_new(object, "rate",
			    number_value(busy > 0 ? (double)worker->items / busy : NAN));
	json_object_set_new(object, "clock_hz",
			    number_value(worker->clock_hz > 0 ? worker->clock_hz : NAN));
	if (run->worker_rates)
		json_object_set_new(object, "rates", rates_value(run, number));
	return object;
}

static json_t *per_worker_value(const struct run *run)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < run->per_worker_count; i++)
		json_array_append_new(rows, worker_value(i, run));
	return rows;
}

static void set_factors(json_t *object, const struct run *run)
{
	const struct factors *factors = &run->factors;
	const struct estimate *serial = &run->karp_flatt;

	json_object_set_new(object, "factors",
			    json_pack("{s:o, s:o, s:o, s:o}", "clock", number_value(factors->clock),
				      "balance", number_value(factors->balance), "overhead",
				      number_value(factors->overhead), "rest",
				      number_value(factors->rest)));
	json_object_set_new(object, "karp_flatt", number_value(serial->value));
	json_object_set_new(object, "karp_flatt_ci95", interval_value(serial->low, serial->high));
}

static json_t *run_value(const struct run *run)
{
	json_t *object =
		json_pack("{s:s, s:i, s:i, s:i, s:s, s:s}", "strategy", run->strategy, "ranks",
			  (int)run->ranks, "workers", (int)run->workers, "inflight",
			  (int)run->inflight, "places", run->places, "bind", run->bind);

	set_figures(object, &run->figures);
	json_object_set_new(object, "schedule", json_string(run->schedule));
	json_object_set_new(object, "samples_s", list_value(run->samples, run->sample_count));
	json_object_set_new(object, "median_s", number_value(run->median));
	json_object_set_new(object, "ci95_s", interval_value(run->low, run->high));
	json_object_set_new(object, "startup_s", number_value(run->startup));
	json_object_set_new(object, "rate", number_value(run->rate));
	json_object_set_new(object, "rate_unit", text_value(run->rate_unit));
	json_object_set_new(object, "speedup", number_value(run->speedup));
	json_object_set_new(object, "efficiency", number_value(run->efficiency));
	if (!isnan(run->factors.efficiency))
		set_factors(object, run);
	json_object_set_new(object, "verified", json_boolean(run->verified));
	json_object_set_new(object, "per_worker", per_worker_value(run));
	json_object_set_new(object, "missing", text_value(run->missing));
	return object;
}

static json_t *warnings_value(void)
{
	json_t *array = json_array();
	char *const *texts;
	size_t count = say_warnings(&texts);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, text_value(texts[i]));
	return array;
}

static int write(FILE *file, const struct document *document)
{
	json_t *root =
		json_pack("{s:s, s:s, s:s, s:s}", "schema", SCHEMA, "program", document->program,
			  "version", document->version, "command", document->command);
	json_t *argv = json_array(), *runs = json_array();
	int ret;

	for (size_t i = 0; document->argv[i]; i++) {
		char *word = say_hidden(document->argv[i]);

		json_array_append_new(argv, text_value(word));
		free(word);
	}
	for (size_t i = 0; i < document->run_count; i++)
		json_array_append_new(runs, run_value(&document->runs[i]));
	json_object_set_new(root, "argv", argv);
	json_object_set_new(root, "started", json_string(document->started));
	json_object_set_new(root, "warnings", warnings_value());
	json_object_set_new(root, "host", figures_value(&document->host));
	json_object_set_new(root, "job", figures_value(&document->job));
	for (size_t i = 0; i < document->table_count; i++)
		if (document->tables[i].audience != FOR_PEOPLE)
			set_table(root, &document->tables[i]);
	json_object_set_new(root, "runs", runs);
	json_object_set_new(root, "advice", text_value(document->advice));
	ret = json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(root);
	fputc('\n', file);
	return ret && !ferror(file) ? say_fail(ENOMEM, "not enough memory to write JSON") : 0;
}

const struct format format_json = { .option = "json", .write = write };

static const char *string_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static double real_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static unsigned int count_of(const json_t *object, const char *key)
{
	return (unsigned int)json_integer_value(json_object_get(object, key));
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static int index_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (int)json_integer_value(value) : -1;
}

static void read_worker(struct worker *worker, const json_t *row)
{
	copy(worker->host, sizeof(worker->host), string_of(row, "host"));
	copy(worker->planned, sizeof(worker->planned), string_of(row, "planned"));
	copy(worker->bound, sizeof(worker->bound), string_of(row, "bound"));
	worker->pid = (int)count_of(row, "pid");
	worker->at = (struct location){
		.package = index_of(row, "package"),
		.numa = index_of(row, "numa"),
		.l3 = index_of(row, "l3"),
		.core = index_of(row, "core"),
		.kind = index_of(row, "kind"),
		.pu = index_of(row, "pu"),
	};
	worker->weight = real_of(row, "weight");
	worker->items = (uint64_t)json_integer_value(json_object_get(row, "items"));
	worker->busy_ns = (uint64_t)(real_of(row, "busy_s") * 1e9 + 0.5);
	worker->clock_hz = real_of(row, "clock_hz");
	if (isnan(worker->clock_hz))
		worker->clock_hz = 0;
}

static int read_workers(struct run *run, const json_t *rows)
{
	size_t count = json_array_size(rows);

	run->per_worker = calloc(count ? count : 1, sizeof(*run->per_worker));
	if (!run->per_worker)
		return -ENOMEM;
	run->per_worker_count = count;
	for (size_t i = 0; i < count; i++)
		read_worker(&run->per_worker[i], json_array_get(rows, i));
	return 0;
}

/* What a read document refers to. */
struct kept {
	json_t *root;
	json_t *of_every_run;               /* its members are those of every run */
	struct column columns[FIGURES_MAX]; /* of the results */
	void **blocks;                      /* names and lists of figures */
	size_t block_count;
};

/* A block that lives as long as the document. NULL if there is no memory. */
static void *keep(struct kept *kept, size_t size)
{
	void **grown = realloc(kept->blocks, (kept->block_count + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	kept->blocks = grown;
	grown[kept->block_count] = calloc(1, size ? size : 1);
	return grown[kept->block_count++];
}

static int read_list(struct figures *figures, struct kept *kept, const char *key,
		     const json_t *array)
{
	size_t count = json_array_size(array);
	double *list = keep(kept, count * sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array, i);

		list[i] = json_is_number(value) ? json_number_value(value) : NAN;
	}
	figure_list(figures, key, list, count);
	return 0;
}

static int read_figure(struct figures *figures, struct kept *kept, const char *outer,
		       const char *name, const json_t *value)
{
	const char *key = name;

	if (outer) {
		char *joined = keep(kept, strlen(outer) + strlen(name) + 2);

		if (!joined)
			return -ENOMEM;
		sprintf(joined, "%s.%s", outer, name);
		key = joined;
	}
	if (json_is_array(value))
		return read_list(figures, kept, key, value);
	if (json_is_string(value))
		figure_text(figures, key, json_string_value(value));
	else
		figure_number(figures, key, json_is_integer(value) ? CELL_COUNT : CELL_RATIO,
			      json_is_number(value) ? json_number_value(value) : NAN);
	return 0;
}

/* What is no member of every run is a figure of the program's. */
static int read_figures(struct figures *figures, struct kept *kept, json_t *object)
{
	const char *key, *name;
	json_t *value, *inner;
	int ret = 0;

	json_object_foreach (object, key, value) {
		if (json_object_get(kept->of_every_run, key))
			continue;
		if (!json_is_object(value))
			ret = read_figure(figures, kept, NULL, key, value) ?: ret;
		json_object_foreach (value, name, inner)
			ret = read_figure(figures, kept, key, name, inner) ?: ret;
	}
	return ret;
}

static void read_factors(struct run *run, const json_t *object)
{
	if (!object)
		return;
	run->factors = (struct factors){ .efficiency = run->efficiency,
					 .clock = real_of(object, "clock"),
					 .balance = real_of(object, "balance"),
					 .overhead = real_of(object, "overhead"),
					 .rest = real_of(object, "rest") };
}

static int read_run(struct run *run, struct kept *kept, json_t *object)
{
	const json_t *interval = json_object_get(object, "ci95_s"),
		     *samples = json_object_get(object, "samples_s");
	const char *missing = json_string_value(json_object_get(object, "missing"));

	copy(run->strategy, sizeof(run->strategy), string_of(object, "strategy"));
	copy(run->places, sizeof(run->places), string_of(object, "places"));
	copy(run->bind, sizeof(run->bind), string_of(object, "bind"));
	copy(run->schedule, sizeof(run->schedule), string_of(object, "schedule"));
	run->ranks = count_of(object, "ranks");
	run->workers = count_of(object, "workers");
	run->inflight = count_of(object, "inflight");
	for (size_t i = 0; i < json_array_size(samples); i++)
		if (run_add_sample(run, json_number_value(json_array_get(samples, i))))
			return -ENOMEM;
	run->median = real_of(object, "median_s");
	run->low = json_array_size(interval) == 2 ? json_number_value(json_array_get(interval, 0))
						  : NAN;
	run->high = json_array_size(interval) == 2 ? json_number_value(json_array_get(interval, 1))
						   : NAN;
	run->startup = real_of(object, "startup_s");
	run->rate = real_of(object, "rate");
	run->rate_unit = json_string_value(json_object_get(object, "rate_unit"));
	run->speedup = real_of(object, "speedup");
	run->efficiency = real_of(object, "efficiency");
	run->verified = json_is_true(json_object_get(object, "verified"));
	read_factors(run, json_object_get(object, "factors"));
	if (read_figures(&run->figures, kept, object))
		return -ENOMEM;
	if (missing) {
		run->missing = strdup(missing);
		if (!run->missing)
			return -ENOMEM;
	}
	return read_workers(run, json_object_get(object, "per_worker"));
}

static void result_row(const void *context, size_t row, struct cell *cells)
{
	size_t left = FIGURES_MAX;
	const json_t *object = json_array_get((const json_t *)context, row);
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)object, key, value) {
		if (!left--)
			break;
		if (json_is_string(value))
			cell_text(cells, json_string_value(value));
		else if (json_is_number(value))
			cell_number(cells, json_is_integer(value) ? CELL_COUNT : CELL_RATIO,
				    json_number_value(value));
		cells++;
	}
}

/* The results as a table whose columns are the members of the first of them. */
static void read_results(struct document *document, struct kept *kept)
{
	json_t *results = json_object_get(kept->root, "results");
	struct column *columns = kept->columns;
	size_t count = 0;
	const char *key;
	json_t *value;

	json_object_foreach (json_array_get(results, 0), key, value)
		if (count < FIGURES_MAX)
			columns[count++] = (struct column){ .key = key, .title = key };
	document->tables[0] = (struct table){
		.key = "results",
		.columns = columns,
		.column_count = count,
		.row_count = count ? json_array_size(results) : 0,
		.row = result_row,
		.context = results,
	};
	document->table_count = 1;
}

static void forget(void *read)
{
	struct kept *kept = read;

	json_decref(kept->root);
	json_decref(kept->of_every_run);
	for (size_t i = 0; i < kept->block_count; i++)
		free(kept->blocks[i]);
	free(kept->blocks);
	free(kept);
}

/* An empty run has no figures. */
static json_t *members_of_every_run(void)
{
	const struct run nothing = { .factors = { .efficiency = 1 } };

	return run_value(&nothing);
}

int json_read_document(struct document *document, const char *text, size_t length, const char *name)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, 0, &error), *run;
	struct kept *kept;
	size_t i;

	if (!root)
		return say_fail(EINVAL, "%s is not JSON: line %d: %s", name, error.line,
				error.text);
	kept = calloc(1, sizeof(*kept));
	if (!kept) {
		json_decref(root);
		return -ENOMEM;
	}
	kept->root = root;
	kept->of_every_run = members_of_every_run();
	document->read = kept;
	document->forget = forget;
	if (strcmp(string_of(root, "schema"), SCHEMA))
		return say_fail(EINVAL, "%s is no %s document", name, SCHEMA);
	document->program = string_of(root, "program");
	document->command = string_of(root, "command");
	copy(document->started, sizeof(document->started), string_of(root, "started"));
	if (read_figures(&document->host, kept, json_object_get(root, "host")) ||
	    read_figures(&document->job, kept, json_object_get(root, "job")))
		return -ENOMEM;
	read_results(document, kept);
	json_array_foreach (json_object_get(root, "runs"), i, run) {
		struct run *row = document_add_run(document);

		if (!row || read_run(row, kept, run))
			return -ENOMEM;
	}
	return 0;
}
