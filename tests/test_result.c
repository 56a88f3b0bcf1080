/* Results: owned, written as JSON and read back equal, whatever is in them; merged; shown. */
#include "tests/difference.h"
#include "tests/made_up.h"

#include <errno.h>

#include "bench/report/format.h"
#include "bench/result/columns.h"
#include "bench/result/json_read.h"
#include "bench/result/json_write.h"
#include "bench/result/merge.h"

static const struct look look = { .cpu_bound = true };

/* What a format writes: malloc'd. */
static char *written(const struct format *format, const struct result *result)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	assert_int_equal(format->write(file, result, &look), 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static double random_real(uint64_t *seed)
{
	static const double odd[] = { 0, -0.0, 1e-300, 1e300, 0.1, 1.0 / 3, 5e-324, 123456789.125 };

	switch (random_below(seed, 4)) {
	case 0:
		return NAN;
	case 1:
		return odd[random_below(seed, COUNT(odd))];
	case 2:
		return INFINITY;
	default:
		return (double)random_next(seed) * 1e-12;
	}
}

static const char *random_text(uint64_t *seed)
{
	static const char *const texts[] = { "",        "a",        "\"quoted\"\n", "\xce\xa3",
					     "x\ty\\z", "infinity", "0x3" };

	return random_below(seed, 5) ? texts[random_below(seed, COUNT(texts))] : NULL;
}

/* Fills every field of a record with something. */
static void fill(const struct record *record, void *item, uint64_t *seed, unsigned int depth)
{
	for (const struct field *field = record->fields; field_is(field); field++) {
		void *at = (char *)item + field->offset;
		double *numbers = at;

		if (!(field->views & VIEW_JSON))
			continue;
		switch (field->kind) {
		case FIELD_TEXT:
			assert_int_equal(record_set_text(at, random_text(seed)), 0);
			break;
		case FIELD_FLAG:
			*(bool *)at = random_below(seed, 2);
			break;
		case FIELD_COUNT:
			*(unsigned int *)at = (unsigned int)random_width(seed, 32);
			break;
		case FIELD_INDEX:
			*(int *)at = (int)random_below(seed, 5) - 1;
			break;
		case FIELD_WHOLE:
			*(uint64_t *)at = random_width(seed, 62);
			break;
		case FIELD_REAL:
			numbers[0] = random_real(seed);
			break;
		case FIELD_RANGE:
			numbers[0] = random_real(seed);
			numbers[1] = random_real(seed);
			/* Both are known, or neither. */
			if (isnan(numbers[0]) || isnan(numbers[1]))
				numbers[0] = numbers[1] = NAN;
			break;
		case FIELD_OBJECT:
			fill(field->of, at, seed, depth + 1);
			break;
		case FIELD_LIST:
			for (uint64_t n = random_below(seed, depth ? 3 : 5); n; n--)
				fill(field->of,
				     record_add(field->of, at,
						(size_t *)((char *)item + field->count_at)),
				     seed, depth + 1);
			break;
		case FIELD_METRICS:
			metrics_set_text(at, "kernel", "avx2");
			metrics_set_number(at, "latency_s.p50", CELL_SECONDS, 0.02);
			metrics_set_number(at, "latency_s.max", CELL_SECONDS, random_real(seed));
			metrics_set_list(at, "histogram.counts", (double[]){ 1, 2.5, NAN }, 3);
			break;
		case FIELD_SHOWN:
			break;
		}
	}
}

static void fill_result(struct result *result, uint64_t *seed)
{
	made_up_begin(result, "scale");
	result->incomplete = random_below(seed, 2);
	assert_int_equal(record_set_text(&result->advice, random_text(seed)), 0);
	metrics_set_text(&result->job, "terms", "340282366920938463463374607431768211455");
	metrics_set_number(&result->job, "tasks", CELL_COUNT, 20);
	for (uint64_t n = random_below(seed, 4); n; n--)
		fill(&row_record, result_add_row(result), seed, 0);
	for (uint64_t n = random_below(seed, 3); n; n--) {
		fill(&host_record, record_add(&host_record, &result->hosts, &result->host_count),
		     seed, 0);
		fill(&law_finding_record,
		     record_add(&law_finding_record, &result->laws, &result->law_count), seed, 0);
		fill(&knee_finding_record,
		     record_add(&knee_finding_record, &result->knees, &result->knee_count), seed,
		     0);
		fill(&slow_core_finding_record,
		     record_add(&slow_core_finding_record, &result->slow_cores,
				&result->slow_core_count),
		     seed, 0);
		fill(&pair_finding_record,
		     record_add(&pair_finding_record, &result->comparison,
				&result->comparison_count),
		     seed, 0);
	}
}

static void what_is_written_is_read_back_equal(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct result result, back;
		const char *difference;
		char *text;

		fill_result(&result, &seed);
		text = written(&format_json, &result);
		assert_int_equal(json_read(&back, text, strlen(text), "back.json"), 0);
		difference = result_difference(&result, &back);
		if (difference)
			fail_msg("%s is not what was written, in result %d:\n%.2000s", difference,
				 i, text);
		free(text);
		result_free(&result);
		result_free(&back);
	}
}

/* The judge of the test above: what is equal is, and a change is seen. */
static void differences_are_seen(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 50; i++) {
		uint64_t again = seed;
		struct row row, copy;

		record_init(&row_record, &row);
		record_init(&row_record, &copy);
		fill(&row_record, &row, &seed, 0);
		fill(&row_record, &copy, &again, 0);
		assert_null(record_difference(&row_record, &row, &copy));
		assert_int_equal(record_set_text(&copy.strategy, "another"), 0);
		assert_string_equal(record_difference(&row_record, &row, &copy), "strategy");
		record_free(&row_record, &row);
		record_free(&row_record, &copy);
	}
}

/* Any bytes are a result, or refused with a reason. */
static void broken_files_are_refused(void **state)
{
	uint64_t seed = 3;
	struct result result;
	char *text;
	size_t length;

	(void)state;
	fill_result(&result, &seed);
	made_up_row(&result, "openmp", 2, 2, 1);
	text = written(&format_json, &result);
	length = strlen(text);
	for (int i = 0; i < 3000; i++) {
		char *broken = strdup(text);
		size_t cut = random_below(&seed, 3) ? length : random_below(&seed, length);
		struct result back;

		for (uint64_t n = random_below(&seed, 4); n; n--)
			broken[random_below(&seed, length)] = (char)random_next(&seed);
		assert_in_range(-json_read(&back, broken, cut, "broken.json"), 0, EINVAL);
		result_free(&back);
		free(broken);
	}
	free(text);
	result_free(&result);
}

static void other_documents_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"schema\": 2}",
		"{\"schema\": \"corescale-result/1\"}",
		"{\"schema\": \"corescale-result/2\"}",
		"{\"schema\": \"corescale-result/2\", \"program\": \"sumsq\", \"version\": \"1\", "
		"\"command\": \"run\", \"started\": \"\", \"argv\": [], \"warnings\": [], "
		"\"job\": {}, \"hosts\": [{\"cores\": -1}]}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct result back;

		assert_int_equal(json_read(&back, texts[i], strlen(texts[i]), "x.json"), -EINVAL);
		result_free(&back);
	}
}

static void medians_are_taken_of_metrics(void **state)
{
	struct result result;
	struct row *row;

	(void)state;
	made_up_begin(&result, "compare");
	row = made_up_row(&result, "async", 1, 3, 1);
	for (size_t i = 0; i < 3; i++) {
		struct metrics *metrics = &row->samples[i].metrics;

		metrics_set_text(metrics, "kernel", "avx2");
		metrics_set_number(metrics, "p50", CELL_SECONDS, i == 1 ? NAN : (double)i);
		metrics_set_list(metrics, "counts", (double[]){ (double)i, 7 }, 2);
		row->samples[i].startup_s = (double)i;
		row->samples[i].seconds = (double)(3 - i);
	}
	made_up_sum_up(&result);
	assert_string_equal(metrics_find(&row->metrics, "kernel")->text, "avx2");
	assert_true(metrics_number(&row->metrics, "p50") == 1);
	assert_true(metrics_find(&row->metrics, "counts")->list[0] == 1);
	assert_true(row->startup_s == 1 && row->median.value == 2 && row->rate == 5e8);
	/* The samples keep theirs. */
	assert_true(metrics_find(&row->samples[0].metrics, "counts")->list[0] == 0);
	result_free(&result);
}

static void merged_rows_have_all_samples(void **state)
{
	struct result one, other;

	(void)state;
	made_up_begin(&one, "scale");
	made_up_begin(&other, "scale");
	made_up_row(&one, "serial", 1, 6, 1);
	assert_int_equal(row_leave_out(made_up_row(&one, "openmp", 4, 1, 1), "no time"), 0);
	made_up_row(&other, "serial", 1, 4, 1.1);
	made_up_row(&other, "openmp", 4, 4, 0.3);
	assert_int_equal(record_set_text(&other.hosts[0].hostname, "node2"), 0);
	assert_int_equal(merge_results(&one, "one", &other, "other"), 0);
	assert_int_equal(one.row_count, 2);
	assert_int_equal(one.rows[0].sample_count, 10);
	assert_int_equal(one.rows[0].samples[6].round, 6);
	assert_int_equal(one.rows[1].sample_count, 4);
	assert_null(one.rows[1].missing);
	assert_int_equal(one.host_count, 2);
	result_free(&one);
}

static void other_machines_have_rows_of_their_own(void **state)
{
	struct result one, other;

	(void)state;
	made_up_begin(&one, "scale");
	made_up_begin(&other, "scale");
	made_up_row(&one, "serial", 1, 6, 1);
	made_up_row(&other, "serial", 1, 6, 2);
	assert_int_equal(record_set_text(&other.hosts[0].cpu_model, "another"), 0);
	assert_int_equal(merge_results(&one, "one", &other, "other"), 0);
	assert_int_equal(one.row_count, 2);
	result_free(&one);
}

static void what_does_not_belong_together_is_not_merged(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct result one, other;

		made_up_begin(&one, "scale");
		made_up_begin(&other, i == 0 ? "compare" : "scale");
		made_up_row(&one, "serial", 1, 2, 1);
		made_up_row(&other, "serial", 1, 2, i == 3 ? 1 : 2);
		if (i == 1)
			assert_int_equal(record_set_text(&other.program, "fetchall"), 0);
		if (i == 2)
			metrics_set_text(&other.job, "terms", "7");
		/* The fourth has the first one's samples: none counts twice. */
		assert_int_equal(merge_results(&one, "one", &other, "other"), -EINVAL);
		result_free(&one);
		result_free(&other);
	}
}

static void fill_findings(struct result *result, const char *series)
{
	struct law_finding *law =
		record_add(&law_finding_record, &result->laws, &result->law_count);
	struct knee_finding *knee;

	assert_int_equal(record_set_text(&law->series, series), 0);
	assert_int_equal(record_set_text(&law->law, "Gustafson"), 0);
	assert_int_equal(record_set_text(&law->parameter, "serial fraction"), 0);
	law->estimate = (struct estimate){ 0.000114, 5.49e-05, 0.000233 };
	law->misfit = 0.29;
	law->extrapolated = true;
	knee = record_add(&knee_finding_record, &result->knees, &result->knee_count);
	assert_int_equal(record_set_text(&knee->series, series), 0);
	assert_int_equal(record_set_text(&knee->rate_unit, "term/s"), 0);
	knee->knee = (struct estimate){ 64, 32, 64 };
	knee->best_at = 64;
	knee->best_rate = 1.23e12;
	knee->break_even = (struct estimate){ 123e6, 121e6, 143e6 };
}

/* How far a law can be trusted is said in one column; nothing is said of what has no end. */
static void laws_have_a_verdict(void **state)
{
	static const struct {
		bool fits, extrapolated;
		double value, misfit;
		const char *missing, *ought;
	} cases[] = {
		{ true, false, 0.1, 0.02, NULL, "fits" },
		{ true, true, 522, 0.02, NULL, "fits, extrapolated" },
		{ true, true, INFINITY, 0.02, NULL, "fits" },
		{ false, false, 0.1, 0.29, NULL, "off by 29 %" },
		{ false, true, 522, 0.29, NULL, "off by 29 %" },
		{ false, false, NAN, NAN, "needs 1 more point", "needs 1 more point" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct law_finding law;
		struct cell verdict = { 0 }, interval = { 0 };

		record_init(&law_finding_record, &law);
		law.fits = cases[i].fits;
		law.extrapolated = cases[i].extrapolated;
		law.misfit = cases[i].misfit;
		law.estimate = (struct estimate){ cases[i].value, cases[i].value, cases[i].value };
		law.missing = (char *)cases[i].missing;
		columns_law_verdict(&verdict, NULL, &law);
		assert_string_equal(verdict.text, cases[i].ought);
		columns_law_interval(&interval, NULL, &law);
		assert_int_equal(interval.kind == CELL_RANGE, isfinite(cases[i].value));
	}
}

static const struct column pipe_columns[] = { { "a", "a", CELL_TEXT },
					      { "b", NULL, CELL_TEXT },
					      { NULL, "c", CELL_SECONDS } };

static void pipe_row(const void *context, size_t row, struct cell *cells)
{
	(void)context;
	table_set_text(&cells[0], row ? "plain" : "a|b");
	table_set_text(&cells[1], row ? "say \"no, never\"" : "hidden");
	table_set_number(&cells[2], CELL_SECONDS, row ? NAN : 0.0599);
}

static void expect_written(const struct format *format, const struct result *result,
			   const char *ought)
{
	char *text = written(format, result);

	assert_string_equal(text, ought);
	free(text);
}

static void tables_are_shown_in_every_format(void **state)
{
	struct result result;

	(void)state;
	made_up_begin(&result, "list");
	assert_int_equal(result_add_table(&result, (struct table){ .key = "strategies",
								   COLUMNS(pipe_columns),
								   .row_count = 2,
								   .row = pipe_row }),
			 0);
	assert_int_equal(record_set_text(&result.advice, "Take two."), 0);
	expect_written(&format_markdown, &result,
		       "| a | c |\n"
		       "| :-- | --: |\n"
		       "| a\\|b | 59.9 ms |\n"
		       "| plain | - |\n"
		       "\nTake two.\n");
	expect_written(&format_csv, &result, "a,b\na|b,hidden\nplain,\"say \"\"no, never\"\"\"\n");
	expect_written(&format_text, &result,
		       "a            c\n"
		       "a|b    59.9 ms\n"
		       "plain        -\n"
		       "\nTake two.\n");
	result_free(&result);
}

static void disturbed_rows_are_marked(void **state)
{
	struct result result;
	struct row *row;
	char *text;

	(void)state;
	made_up_begin(&result, "compare");
	row = made_up_row(&result, "openmp", 2, 8, 1);
	for (size_t i = 0; i < 5; i++) {
		row->samples[i].disturbed = true;
		assert_int_equal(record_set_text(&row->samples[i].disturbance,
						 "other programs had 41 % of PU 1"),
				 0);
	}
	made_up_sum_up(&result);
	text = written(&format_text, &result);
	assert_non_null(strstr(
		text, "\n* openmp 2: 5 of 8 trials disturbed: other programs had 41 % of PU 1\n"));
	assert_non_null(strstr(text, "yes *\n"));
	free(text);
	result_free(&result);
}

/* The tables for people are as wide as a terminal, with all that they can have in them. */
static void tables_fit_a_terminal(void **state)
{
	struct result result;
	struct row *row;
	char *text;

	(void)state;
	made_up_begin(&result, "scale");
	made_up_noise(made_up_row(&result, "serial", 1, 8, 1), (double[]){ 1, 1.02 }, 2);
	row = made_up_row(&result, "mpi+openmp", 64, 8, 0.02);
	row->ranks = 16;
	row->speedup = (struct estimate){ 48.1, 47.2, 49 };
	row->efficiency = 0.752;
	row->factors = (struct row_factors){ 0.991, 0.992, 0.993, 0.994, 0.771 };
	row->karp_flatt = (struct estimate){ 0.005, 0.004, 0.006 };
	row->samples[3].disturbed = true;
	made_up_sum_up(&result);
	fill_findings(&result, row->strategy);
	assert_int_equal(
		record_set_text(&result.hosts[0].cpu_model,
				"A CPU with a name of many words, Version 2 @ 3.20GHz and more"),
		0);
	assert_int_equal(
		record_set_text(&result.advice,
				"A sentence that is longer than a terminal is wide goes on in "
				"another line, where its words end.\n"
				"  again: a command, to be typed as it is"),
		0);
	text = written(&format_text, &result);
	assert_non_null(strstr(text, "another line,\nwhere"));
	assert_non_null(strstr(text, "\n  again: a command"));
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > 80)
			fail_msg("more than 80 columns: %.*s", (int)strcspn(line, "\n"), line);
	free(text);
	result_free(&result);
}

/* Of the hosts that the row ran on: PUs, or a quota. */
static void cpus_are_those_of_the_row(void **state)
{
	struct result result;
	struct host *host;
	struct row *row;

	(void)state;
	made_up_begin(&result, "compare");
	row = made_up_row(&result, "mpi", 2, 1, 1);
	assert_true(result_cpus_of(&result, row) == 64);
	result.hosts[0].cpu_quota = 1.5;
	assert_true(result_cpus_of(&result, row) == 1.5);
	host = record_add(&host_record, &result.hosts, &result.host_count);
	assert_int_equal(record_set_text(&host->hostname, "node2"), 0);
	assert_int_equal(record_set_text(&host->allowed_pus, "0x5f00"), 0);
	assert_int_equal(record_set_text(&row->per_worker[0].host, "node2"), 0);
	assert_true(result_cpus_of(&result, row) == 6);
	assert_int_equal(record_set_text(&row->per_worker[1].host, "node1"), 0);
	assert_true(result_cpus_of(&result, row) == 7.5);
	assert_int_equal(record_set_text(&host->allowed_pus, NULL), 0);
	assert_true(isnan(result_cpus_of(&result, row)));
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back_equal),
		cmocka_unit_test(differences_are_seen),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(other_documents_are_refused),
		cmocka_unit_test(medians_are_taken_of_metrics),
		cmocka_unit_test(merged_rows_have_all_samples),
		cmocka_unit_test(other_machines_have_rows_of_their_own),
		cmocka_unit_test(what_does_not_belong_together_is_not_merged),
		cmocka_unit_test(laws_have_a_verdict),
		cmocka_unit_test(tables_are_shown_in_every_format),
		cmocka_unit_test(disturbed_rows_are_marked),
		cmocka_unit_test(tables_fit_a_terminal),
		cmocka_unit_test(cpus_are_those_of_the_row),
	};

	return RUN_TESTS(tests);
}
