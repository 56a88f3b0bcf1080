/* Documents: what is written as JSON is read back, CSV and Markdown are quoted, and cells are shown
 * as people read them. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <math.h>
#include <string.h>

#include "bench/result/document.h"
#include "bench/base/version.h"

static char *const argv[] = { (char *)"sumsq", (char *)"run", (char *)"caf\xc3\xa9", (char *)"\xff",
			      NULL };

static char *written(const struct format *format, const struct document *document)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	assert_int_equal(format->write(file, document), 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(strlen(text), length);
	return text;
}

static void expect_written(const struct format *format, const struct document *document,
			   const char *ought)
{
	char *text = written(format, document);

	assert_string_equal(text, ought);
	free(text);
}

static void expect_in(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

/* Texts that every format must take care with. */
static const char *const texts[] = {
	"plain",     "",           "a,b",         "say \"so\"",
	"a|b|c",     "two\nlines", "back\\slash", "\xce\xa3i\xc2\xb2",
	"tab\there", "\r",         "\"",          "</script>",
	"trailing ", " leading",   "{\"a\":[1]}", "\x01\x7f",
	"null",      "0x1",
};

static const struct column text_columns[] = {
	{ "number", "number" }, { "text", "text" }, { NULL, "for people" }, { "for_programs", NULL }
};

static void text_row(const void *context, size_t row, struct cell *cells)
{
	(void)context;
	cell_number(&cells[0], CELL_COUNT, (double)row);
	cell_text(&cells[1], texts[row]);
	cell_number(&cells[2], CELL_SECONDS, 0.0125);
	cell_number(&cells[3], CELL_RATIO, 0.1);
}

static const struct table text_table = {
	.key = "results",
	COLUMNS(text_columns),
	.row_count = COUNT(texts),
	.row = text_row,
};

static void open_document(struct document *document)
{
	static struct placement *placement;
	const struct place_request request = { .places = "cores", .bind = "close" };

	assert_int_equal(placement_open(&placement, &request), 0);
	document_begin(document, "sumsq", "compare", argv, placement);
	/* The host's texts are the placement's. */
	document->host.count = 0;
	placement_close(placement);
}

/* What json_read_document() makes of what format_json wrote. */
static void write_and_read(struct document *back, const struct document *document)
{
	char *text = written(&format_json, document);

	*back = (struct document){ 0 };
	assert_int_equal(json_read_document(back, text, strlen(text), "the test"), 0);
	free(text);
}

/* Nine digits are written. */
static void expect_number(double is, double ought, const char *what)
{
	bool same = isnan(ought) ? isnan(is) : fabs(is - ought) <= fabs(ought) * 1e-8;

	if (!same)
		fail_msg("%s: %.15g instead of %.15g", what, is, ought);
}

static void expect_same_worker(const struct worker *is, const struct worker *ought)
{
	assert_string_equal(is->host, ought->host);
	assert_int_equal(is->pid, ought->pid);
	assert_string_equal(is->planned, ought->planned);
	assert_string_equal(is->bound, ought->bound);
	assert_int_equal(is->items, ought->items);
	expect_number((double)is->busy_ns, (double)ought->busy_ns, "busy_ns");
}

static void expect_same_text(const char *is, const char *ought)
{
	if (!is || !ought)
		assert_ptr_equal(is, ought);
	else
		assert_string_equal(is, ought);
}

static void expect_same_run(const struct run *is, const struct run *ought)
{
	assert_string_equal(is->strategy, ought->strategy);
	assert_int_equal(is->ranks, ought->ranks);
	assert_int_equal(is->workers, ought->workers);
	assert_int_equal(is->inflight, ought->inflight);
	assert_string_equal(is->places, ought->places);
	assert_string_equal(is->bind, ought->bind);
	assert_string_equal(is->schedule, ought->schedule);
	assert_int_equal(is->sample_count, ought->sample_count);
	for (size_t i = 0; i < is->sample_count; i++)
		expect_number(is->samples[i], ought->samples[i], "sample");
	expect_number(is->median, ought->median, "median");
	expect_number(is->low, ought->low, "low");
	expect_number(is->high, ought->high, "high");
	expect_number(is->startup, ought->startup, "startup");
	expect_number(is->rate, ought->rate, "rate");
	expect_number(is->speedup, ought->speedup, "speedup");
	expect_number(is->efficiency, ought->efficiency, "efficiency");
	expect_same_text(is->rate_unit, ought->rate_unit);
	expect_same_text(is->missing, ought->missing);
	assert_int_equal(is->verified, ought->verified);
	assert_int_equal(is->per_worker_count, ought->per_worker_count);
	for (size_t i = 0; i < is->per_worker_count; i++)
		expect_same_worker(&is->per_worker[i], &ought->per_worker[i]);
}

/* A run with all that a run may have. */
static void add_full_run(struct document *document)
{
	struct run *run = document_add_run(document);

	assert_non_null(run);
	strcpy(run->strategy, "mpi+openmp");
	strcpy(run->places, "cores");
	strcpy(run->bind, "close");
	strcpy(run->schedule, "guided,1000");
	run->ranks = 2;
	run->workers = 6;
	run->inflight = 16;
	for (int i = 0; i < 7; i++)
		assert_int_equal(run_add_sample(run, 0.00123456789 * (i + 1)), 0);
	run_summarise(run, 1e9);
	run->startup = 0.4;
	run->rate_unit = "term/s";
	run->speedup = 1.98;
	run->efficiency = 0.33;
	run->verified = true;
	figure_text(&run->figures, "kernel", "avx512ifma");
	figure_number(&run->figures, "peak_inflight", CELL_COUNT, 16);
	run->per_worker = calloc(2, sizeof(*run->per_worker));
	assert_non_null(run->per_worker);
	run->per_worker_count = 2;
	run->per_worker[0] = (struct worker){ .host = "n1",
					      .pid = 4194304,
					      .planned = "0x1",
					      .bound = "0x1",
					      .items = INT64_MAX,
					      .busy_ns = 3500000 };
	run->per_worker[1] = (struct worker){ .host = "n2", .pid = 1 };
	memset(run->per_worker[1].planned, 'f', MASK_TEXT - 1);
	memcpy(run->per_worker[1].planned, "0x", 2);
}

static void add_missing_run(struct document *document, const char *why)
{
	struct run *run = document_add_run(document);

	assert_non_null(run);
	strcpy(run->strategy, "mpi");
	run->missing = strdup(why);
	assert_non_null(run->missing);
}

static void runs_come_back_from_json(void **state)
{
	struct document document, back;

	(void)state;
	open_document(&document);
	add_full_run(&document);
	add_missing_run(&document, "built without MPI");
	add_missing_run(&document, "it said: \"no|way\",\n\xce\xa3");
	write_and_read(&back, &document);
	assert_string_equal(back.program, "sumsq");
	assert_string_equal(back.command, "compare");
	assert_int_equal(back.run_count, 3);
	for (size_t i = 0; i < 3; i++)
		expect_same_run(&back.runs[i], &document.runs[i]);
	assert_int_equal(back.runs[0].figures.count, 2);
	assert_string_equal(back.runs[0].figures.list[0].key, "kernel");
	assert_string_equal(back.runs[0].figures.list[0].value.text, "avx512ifma");
	assert_string_equal(back.runs[0].figures.list[1].key, "peak_inflight");
	assert_int_equal(back.runs[0].figures.list[1].value.kind, CELL_COUNT);
	assert_true(back.runs[0].figures.list[1].value.number == 16);
	assert_int_equal(back.runs[1].figures.count, 0);
	document_free(&back);
	document_free(&document);
}

/* An infinite rate or a NAN is no number of JSON's. */
static void unknown_numbers_come_back_unknown(void **state)
{
	struct document document, back;
	struct run *run;
	char *text;

	(void)state;
	open_document(&document);
	run = document_add_run(&document);
	assert_non_null(run);
	strcpy(run->strategy, "serial");
	assert_int_equal(run_add_sample(run, 0), 0);
	run_summarise(run, 1e9);
	assert_true(isnan(run->rate));
	run->speedup = INFINITY;
	text = written(&format_json, &document);
	expect_in(text, "\"rate\": null");
	expect_in(text, "\"speedup\": null");
	expect_in(text, "\"ci95_s\": null");
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf\""));
	free(text);
	write_and_read(&back, &document);
	run->speedup = NAN;
	expect_same_run(&back.runs[0], run);
	document_free(&back);
	document_free(&document);
}

static void texts_come_back_from_json(void **state)
{
	struct document document, back;

	(void)state;
	open_document(&document);
	document.tables[0] = text_table;
	document.table_count = 1;
	figure_text(&document.job, "name", texts[3]);
	figure_number(&document.job, "tasks", CELL_COUNT, 20);
	figure_text(&document.job, "terms", "340282366920938463463374607431768211455");
	figure_text(&document.job, "nothing", NULL);
	write_and_read(&back, &document);
	assert_int_equal(back.table_count, 1);
	assert_string_equal(back.tables[0].key, "results");
	assert_int_equal(back.tables[0].row_count, COUNT(texts));
	assert_int_equal(back.tables[0].column_count, 3);
	assert_string_equal(back.tables[0].columns[0].key, "number");
	assert_string_equal(back.tables[0].columns[2].key, "for_programs");
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct cell cells[COLUMNS_MAX];

		table_row(&back.tables[0], i, cells);
		assert_int_equal(cells[0].kind, CELL_COUNT);
		assert_true(cells[0].number == (double)i);
		assert_int_equal(cells[1].kind, CELL_TEXT);
		assert_string_equal(cells[1].text, texts[i]);
		expect_number(cells[2].number, 0.1, "a ratio");
	}
	assert_int_equal(back.job.count, 4);
	assert_string_equal(back.job.list[0].value.text, texts[3]);
	assert_true(back.job.list[1].value.number == 20);
	assert_string_equal(back.job.list[2].value.text, "340282366920938463463374607431768211455");
	assert_int_equal(back.job.list[3].value.kind, CELL_NONE);
	document_free(&back);
	document_free(&document);
}

/* A file name may hold any bytes; the document stays one. */
static void invalid_utf_8_spoils_nothing(void **state)
{
	static const char *const broken[] = {
		"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "ok \xe2\x82 not"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct document document, back;
		struct run *run;

		open_document(&document);
		figure_text(&document.job, "name", broken[i]);
		add_missing_run(&document, broken[i]);
		add_full_run(&document);
		run = &document.runs[1];
		strcpy(run->per_worker[0].host, broken[i]);
		document.advice = strdup(broken[i]);
		write_and_read(&back, &document);
		assert_int_equal(back.run_count, 2);
		assert_non_null(back.runs[0].missing);
		assert_string_equal(back.runs[1].per_worker[1].host, "n2");
		assert_int_equal(back.job.count, 1);
		document_free(&back);
		document_free(&document);
	}
}

static void the_head_is_as_promised(void **state)
{
	struct document document;
	char *text;

	(void)state;
	open_document(&document);
	text = written(&format_json, &document);
	expect_in(text, "\"schema\": \"corescale-result/1\"");
	expect_in(text, "\"program\": \"sumsq\"");
	expect_in(text, "\"version\": \"" VERSION "\"");
	expect_in(text, "\"command\": \"compare\"");
	expect_in(text, "\"caf\xc3\xa9\"");
	expect_in(text, "\"advice\": null");
	assert_int_equal(text[strlen(text) - 1], '\n');
	/* "2024-05-06T07:08:09Z" */
	assert_int_equal(strlen(document.started), 20);
	assert_int_equal(document.started[10], 'T');
	assert_int_equal(document.started[19], 'Z');
	free(text);
	document_free(&document);
}

static void refuses_what_is_no_document(void **state)
{
	static const char *const others[] = {
		"",
		" ",
		"x",
		"{",
		"[]",
		"{}",
		"3",
		"null",
		"{\"schema\":\"corescale-result/2\"}",
		"{\"schema\":1}",
		"{\"schema\":null,\"runs\":[]}",
		"{\"schema\":\"corescale-result/1\"} x",
		"{\"schema\":\"corescale-result/1\",}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct document document = { 0 };
		int ret = json_read_document(&document, others[i], strlen(others[i]), "the test");

		if (ret != -EINVAL)
			fail_msg("'%s' gave %d", others[i], ret);
		document_free(&document);
	}
}

/* Another version of the program may leave out members. */
static void bears_what_is_not_there(void **state)
{
	static const char odd[] =
		"{\"schema\":\"corescale-result/1\",\"job\":[],\"host\":3,"
		"\"runs\":[{\"samples_s\":null,\"ci95_s\":[1],\"median_s\":\"x\"}],"
		"\"results\":null}";
	static const char *const sparse[] = {
		odd,
		"{\"schema\":\"corescale-result/1\"}",
		"{\"schema\":\"corescale-result/1\",\"runs\":[{}],\"results\":[{}]}",
		"{\"schema\":\"corescale-result/1\",\"runs\":{},\"results\":{}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sparse); i++) {
		struct document document = { 0 };

		assert_int_equal(json_read_document(&document, sparse[i], strlen(sparse[i]), "the test"), 0);
		for (size_t k = 0; k < document.run_count; k++) {
			assert_true(isnan(document.runs[k].median));
			assert_true(isnan(document.runs[k].low));
			assert_null(document.runs[k].missing);
			assert_int_equal(document.runs[k].sample_count, 0);
		}
		document_free(&document);
	}
}

static void csv_is_quoted(void **state)
{
	struct document document;

	(void)state;
	open_document(&document);
	document.tables[0] = text_table;
	document.table_count = 1;
	expect_written(&format_csv, &document,
		       "number,text,for_programs\n"
		       "0,plain,0.1\n"
		       "1,,0.1\n"
		       "2,\"a,b\",0.1\n"
		       "3,\"say \"\"so\"\"\",0.1\n"
		       "4,a|b|c,0.1\n"
		       "5,\"two\nlines\",0.1\n"
		       "6,back\\slash,0.1\n"
		       "7,\xce\xa3i\xc2\xb2,0.1\n"
		       "8,tab\there,0.1\n"
		       "9,\"\r\",0.1\n"
		       "10,\"\"\"\",0.1\n"
		       "11,</script>,0.1\n"
		       "12,trailing ,0.1\n"
		       "13, leading,0.1\n"
		       "14,\"{\"\"a\"\":[1]}\",0.1\n"
		       "15,\x01\x7f,0.1\n"
		       "16,null,0.1\n"
		       "17,0x1,0.1\n");
	document_free(&document);
}

static void csv_has_the_runs(void **state)
{
	struct document document;
	char *text;

	(void)state;
	open_document(&document);
	add_full_run(&document);
	add_missing_run(&document, "no, never");
	strcpy(document.runs[1].schedule, "static,5");
	text = written(&format_csv, &document);
	expect_in(text,
		  "strategy,ranks,workers,inflight,places,bind,schedule,rounds,median_s,"
		  "ci95_low_s,ci95_high_s,speedup,efficiency,clock,balance,overhead,rest,rate,"
		  "rate_unit,startup_s,verified,missing\n"
		  "mpi+openmp,2,6,16,cores,close,\"guided,1000\",7,0.00493827156,0.00123456789,"
		  "0.00864197523,1.98,0.33,,,,,");
	expect_in(text, ",term/s,0.4,true,\n");
	expect_in(text, "\nmpi,0,0,0,,,\"static,5\",0,,,,,,,,,,,,,,\"no, never\"\n");
	free(text);
	document_free(&document);
}

static const struct column pipe_columns[] = { { "a", "a" }, { "b", NULL }, { NULL, "c" } };

static void pipe_row(const void *context, size_t row, struct cell *cells)
{
	(void)context;
	cell_text(&cells[0], row ? "plain" : "a|b");
	cell_text(&cells[1], "hidden");
	cell_number(&cells[2], CELL_SECONDS, row ? NAN : 0.0599);
}

static void markdown_escapes_pipes(void **state)
{
	struct document document;

	(void)state;
	open_document(&document);
	document.tables[0] = (struct table){
		.key = "results", COLUMNS(pipe_columns), .row_count = 2, .row = pipe_row
	};
	document.table_count = 1;
	document.advice = strdup("Take two.");
	expect_written(&format_markdown, &document,
		       "| a | c |\n"
		       "| :-- | --: |\n"
		       "| a\\|b | 59.9 ms |\n"
		       "| plain | - |\n"
		       "\nTake two.\n");
	document_free(&document);
}

static const struct column wide_columns[] = { { "a", "name" }, { "b", "n" } };

static void wide_row(const void *context, size_t row, struct cell *cells)
{
	static const char *const names[] = { "\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3", "ab",
					     "abc" };

	(void)context;
	cell_text(&cells[0], names[row]);
	cell_number(&cells[1], CELL_COUNT, row == 1 ? 12345 : 7);
}

/* Letters count once, however many bytes they have. */
static void text_is_aligned(void **state)
{
	struct document document;

	(void)state;
	open_document(&document);
	document.tables[0] = (struct table){
		.key = "results", COLUMNS(wide_columns), .row_count = 3, .row = wide_row
	};
	document.table_count = 1;
	add_missing_run(&document, "built without MPI");
	expect_written(&format_text, &document,
		       "name       n\n"
		       "\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3      7\n"
		       "ab     12345\n"
		       "abc        7\n"
		       "\nmpi is missing: built without MPI\n");
	document_free(&document);
}

static void an_empty_document_can_be_written(void **state)
{
	static const struct format *const formats[] = { &format_text, &format_json, &format_csv,
							&format_markdown };
	struct document document, back;

	(void)state;
	open_document(&document);
	for (size_t i = 0; i < COUNT(formats); i++)
		free(written(formats[i], &document));
	write_and_read(&back, &document);
	assert_int_equal(back.run_count, 0);
	document_free(&back);
	document_free(&document);
}

static void a_run_is_summed_up(void **state)
{
	static const double samples[] = { 4, 1, 3, 2, 6, 5, 8, 7 };
	struct document document;
	struct run *run;

	(void)state;
	open_document(&document);
	run = document_add_run(&document);
	assert_non_null(run);
	run_summarise(run, 100);
	assert_true(isnan(run->median) && isnan(run->rate));
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_int_equal(run_add_sample(run, samples[i]), 0);
	run_summarise(run, 90);
	assert_true(run->median == 4.5);
	assert_true(run->low == 1 && run->high == 8);
	assert_true(run->rate == 20);
	/* Raw samples stay in the order in which they were taken. */
	assert_memory_equal(run->samples, samples, sizeof(samples));
	document_free(&document);
}

static void the_host_is_described(void **state)
{
	const struct place_request request = { .places = "cores", .bind = "close" };
	static const char *const keys[] = { "hostname", "cpu_model",  "kernel",      "cores",
					    "pus",      "numa_nodes", "allowed_pus", "compiler",
					    "mpi",      "hwloc" };
	struct placement *placement;
	struct document document;

	(void)state;
	assert_int_equal(placement_open(&placement, &request), 0);
	document_begin(&document, "sumsq", "run", argv, placement);
	for (size_t i = 0; i < COUNT(keys); i++) {
		bool found = false;

		for (size_t k = 0; k < document.host.count; k++)
			found = found || !strcmp(document.host.list[k].key, keys[i]);
		if (!found)
			fail_msg("the host has no %s", keys[i]);
	}
	document_free(&document);
	placement_close(placement);
}

static void seconds_are_shown_with_three_digits(void **state)
{
	static const struct {
		double seconds;
		const char *shown;
	} known[] = {
		{ 0, "0.00 ns" },        { 1e-10, "0.10 ns" },    { 1e-9, "1.00 ns" },
		{ 9.994e-9, "9.99 ns" }, { 9.996e-9, "10.0 ns" }, { 99.94e-9, "99.9 ns" },
		{ 99.96e-9, "100 ns" },  { 999.4e-9, "999 ns" },  { 999.6e-9, "1.00 us" },
		{ 1e-6, "1.00 us" },     { 999.6e-6, "1.00 ms" }, { 3.41e-3, "3.41 ms" },
		{ 59.94e-3, "59.9 ms" }, { 59.99e-3, "60.0 ms" }, { 0.9994, "999 ms" },
		{ 0.9996, "1.00 s" },    { 1, "1.00 s" },         { 59.99, "60.0 s" },
		{ 999.6, "1000 s" },     { 86400, "86400 s" },    { -2.5e-3, "-2.50 ms" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char text[CELL_SHOWN];

		show_seconds(text, known[i].seconds);
		assert_string_equal(text, known[i].shown);
	}
}

static void cells_are_shown_as_people_read_them(void **state)
{
	static const struct {
		struct cell cell;
		const char *shown;
	} known[] = {
		{ { .kind = CELL_NONE }, "-" },
		{ { .kind = CELL_TEXT, .text = "" }, "" },
		{ { .kind = CELL_TEXT, .text = "avx2" }, "avx2" },
		{ { .kind = CELL_COUNT, .number = 0 }, "0" },
		{ { .kind = CELL_COUNT, .number = 9007199254740992 }, "9007199254740992" },
		{ { .kind = CELL_SECONDS, .number = 999.6e-9 }, "1.00 us" },
		{ { .kind = CELL_RATIO, .number = 1.984 }, "1.98" },
		{ { .kind = CELL_RATIO, .number = 12.34 }, "12.3" },
		{ { .kind = CELL_RATIO, .number = 0 }, "0.00" },
		{ { .kind = CELL_FLAG, .number = 1 }, "yes" },
		{ { .kind = CELL_FLAG, .number = 0 }, "NO" },
		{ { .kind = CELL_RATE, .number = 57.2e9, .text = "term/s" }, "57.2 Gterm/s" },
		{ { .kind = CELL_RATE, .number = 0, .text = "B/s" }, "0.00 B/s" },
		{ { .kind = CELL_RATE, .number = 999.6, .text = "B/s" }, "1.00 kB/s" },
		{ { .kind = CELL_RATE, .number = 999.4e6 }, "999 M" },
		{ { .kind = CELL_RATE, .number = 1e18, .text = "B/s" }, "1000 PB/s" },
		{ { .kind = CELL_INTERVAL, .number = 1.5e-3, .low = 1e-3, .high = 2.5e-3 },
		  "1.00 .. 2.50" },
		{ { .kind = CELL_INTERVAL, .number = 999e-6, .low = 990e-6, .high = 1.01e-3 },
		  "990 .. 1010" },
		{ { .kind = CELL_INTERVAL, .low = 0, .high = 0 }, "0.00 .. 0.00" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char text[CELL_SHOWN];

		assert_string_equal(cell_show(&known[i].cell, text), known[i].shown);
	}
}

/* Never more than its room, whatever the numbers. */
static void shown_cells_fit_their_room(void **state)
{
	static const double numbers[] = { 1e300, -1e300, 1e-300, INFINITY, -INFINITY, 1e18 };
	static const char unit[] = "megainstructions of a very long name indeed per second or so";

	(void)state;
	for (enum cell_kind kind = CELL_COUNT; kind <= CELL_INTERVAL; kind++)
		for (size_t i = 0; i < COUNT(numbers); i++) {
			struct cell cell = { .kind = kind,
					     .text = unit,
					     .number = numbers[i],
					     .low = numbers[i],
					     .high = numbers[i] };
			char room[CELL_SHOWN + 16];

			memset(room, '#', sizeof(room));
			assert_true(strlen(cell_show(&cell, room)) < CELL_SHOWN);
			for (size_t k = CELL_SHOWN; k < sizeof(room); k++)
				assert_int_equal(room[k], '#');
		}
}

static void a_nan_is_no_cell(void **state)
{
	struct cell cell = { .kind = CELL_TEXT };

	(void)state;
	cell_number(&cell, CELL_SECONDS, NAN);
	assert_int_equal(cell.kind, CELL_NONE);
	cell_number(&cell, CELL_RATIO, 2);
	assert_int_equal(cell.kind, CELL_RATIO);
	cell_text(&cell, NULL);
	assert_int_equal(cell.kind, CELL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_come_back_from_json),
		cmocka_unit_test(unknown_numbers_come_back_unknown),
		cmocka_unit_test(texts_come_back_from_json),
		cmocka_unit_test(invalid_utf_8_spoils_nothing),
		cmocka_unit_test(the_head_is_as_promised),
		cmocka_unit_test(refuses_what_is_no_document),
		cmocka_unit_test(bears_what_is_not_there),
		cmocka_unit_test(csv_is_quoted),
		cmocka_unit_test(csv_has_the_runs),
		cmocka_unit_test(markdown_escapes_pipes),
		cmocka_unit_test(text_is_aligned),
		cmocka_unit_test(an_empty_document_can_be_written),
		cmocka_unit_test(a_run_is_summed_up),
		cmocka_unit_test(the_host_is_described),
		cmocka_unit_test(seconds_are_shown_with_three_digits),
		cmocka_unit_test(cells_are_shown_as_people_read_them),
		cmocka_unit_test(shown_cells_fit_their_room),
		cmocka_unit_test(a_nan_is_no_cell),
	};

	return RUN_TESTS(tests);
}
