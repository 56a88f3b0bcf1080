/* Downloads as a work: what travels to other hosts, how results are taken in, and what verify says
 * of them. Transfers themselves are tested against servers, in fetch_*.bats. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "bench/claim.h"
#include "io/fetch_work.h"
#include "io/ranks.h"

static struct fetch_work *make(size_t count, const struct fetch_options *options)
{
	struct entry entry = { 0 };
	struct list list = { 0 };
	struct fetch_work *job;
	char text[64];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "http://ann:pw@h/%zu", i);
		entry_clear(&entry);
		assert_int_equal(entry_read(&entry, text, ""), 0);
		assert_int_equal(list_add(&list, &entry, "name"), 0);
	}
	entry_clear(&entry);
	assert_int_equal(list_end(&list), 0);
	assert_int_equal(fetch_work_new(&job, &list, options), 0);
	assert_int_equal(list.count, 0);
	return job;
}

static void drop(struct fetch_work *job)
{
	fetch_work_type.free(&job->work);
}

static void an_item_is_a_url(void **state)
{
	struct fetch_work *job = make(7, &fetch_defaults);

	(void)state;
	assert_int_equal(job->work.items, 7);
	for (uint64_t item = 0; item < 7; item++)
		assert_int_equal(fetch_work_type.slot(&job->work, item, item), item);
	drop(job);
}

static void the_options_are_a_copy(void **state)
{
	char name[] = "ca.pem";
	struct fetch_options options = fetch_defaults;
	struct fetch_work *job;

	(void)state;
	options.cacert = name;
	job = make(1, &options);
	memset(name, 'x', sizeof(name) - 1);
	assert_string_equal(job->options.cacert, "ca.pem");
	drop(job);
}

static void same(const struct fetch_work *one, const struct fetch_work *other)
{
	assert_int_equal(one->list.count, other->list.count);
	assert_int_equal(one->work.items, other->work.items);
	for (size_t i = 0; i < one->list.count; i++) {
		struct url is = fetch_work_url(one, i), ought = fetch_work_url(other, i);

		assert_string_equal(is.text, ought.text);
		assert_string_equal(is.user, ought.user);
		assert_string_equal(is.password, ought.password);
		assert_string_equal(is.name, ought.name);
	}
	assert_int_equal(one->options.http, other->options.http);
	assert_int_equal(one->options.insecure, other->options.insecure);
	assert_int_equal(one->options.max_filesize, other->options.max_filesize);
	assert_true(one->options.connect_timeout == other->options.connect_timeout);
	assert_true(one->options.stall_timeout == other->options.stall_timeout);
	assert_int_equal(!one->options.cacert, !other->options.cacert);
	if (one->options.cacert)
		assert_string_equal(one->options.cacert, other->options.cacert);
}

/* What travels behind the parcel. */
static void send_rest(const struct fetch_work *from, struct work *to)
{
	char piece[100];
	uint64_t at = 0;
	long got;

	do {
		got = fetch_work_type.read(&from->work, at, piece, sizeof(piece));
		assert_true(got >= 0);
		assert_int_equal(fetch_work_type.take(to, piece, (size_t)got), 0);
		at += (uint64_t)got;
	} while (got);
}

static void round_trips(void **state)
{
	const struct fetch_options options[] = {
		fetch_defaults,
		{ .http = FETCH_HTTP_TWO,
		  .cacert = "/some/ca.pem",
		  .insecure = true,
		  .max_filesize = 12345678901u,
		  .output = "out",
		  .headers = "A: b\n",
		  .connect_timeout = 1.5,
		  .stall_timeout = 0.25 },
	};
	static const size_t counts[] = { 0, 1, 1000 };

	(void)state;
	for (size_t i = 0; i < COUNT(options) * COUNT(counts); i++) {
		struct fetch_work *job =
			make(counts[i / COUNT(options)], &options[i % COUNT(options)]);
		struct work *copy;
		size_t length;
		void *bytes;

		assert_int_equal(fetch_work_type.pack(&job->work, &bytes, &length), 0);
		assert_int_equal(fetch_work_type.unpack(&copy, bytes, length), 0);
		free(bytes);
		send_rest(job, copy);
		same(job, (struct fetch_work *)copy);
		fetch_work_type.free(copy);
		drop(job);
	}
}

/* A parcel in a block of just its size, so that a sanitizer sees who reads beyond it. */
static int unpack_copy(const unsigned char *bytes, size_t length)
{
	unsigned char *copy = malloc(length ? length : 1);
	struct work *work;
	int ret;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	ret = fetch_work_type.unpack(&work, copy, length);
	if (!ret)
		fetch_work_type.free(work);
	free(copy);
	return ret;
}

static void damaged_parcels(void **state)
{
	struct fetch_options options = fetch_defaults;
	struct fetch_work *job;
	unsigned char *bytes;
	enum { LENGTHS = 4 * sizeof(uint64_t) };
	uint64_t seed = 50;
	size_t length;
	void *packed;

	(void)state;
	options.cacert = "ca.pem";
	options.output = "out";
	job = make(3, &options);
	assert_int_equal(fetch_work_type.pack(&job->work, &packed, &length), 0);
	bytes = packed;
	assert_int_equal(unpack_copy(bytes, length), 0);
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(unpack_copy(bytes, cut), -EPROTO);
	/* The lengths, which follow the options. */
	for (int i = 0; i < 10000; i++) {
		unsigned char kept[LENGTHS];

		memcpy(kept, bytes + sizeof(options), sizeof(kept));
		bytes[sizeof(options) + random_below(&seed, LENGTHS)] ^=
			(unsigned char)(1 + random_below(&seed, 255));
		assert_int_equal(unpack_copy(bytes, length), -EPROTO);
		memcpy(bytes + sizeof(options), kept, sizeof(kept));
	}
	bytes[length - 1] = 'x';
	assert_int_equal(unpack_copy(bytes, length), -EPROTO);
	free(packed);
	drop(job);
}

static void results_are_taken_in_and_forgotten(void **state)
{
	struct fetch_work *job = make(10, &fetch_defaults);
	struct outcome slots[3] = { { .bytes = 1 }, { .bytes = 2 }, { .bytes = 3 } };
	struct chunk chunk = { .begin = 4, .end = 7, .slots = slots };

	(void)state;
	fetch_work_type.collect(&job->work, &chunk);
	/* Doing it again does no harm. */
	fetch_work_type.collect(&job->work, &chunk);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(job->results.outcomes[i].bytes, i >= 4 && i < 7 ? i - 3 : 0);
	fetch_work_type.reset(&job->work);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(job->results.outcomes[i].bytes, 0);
	/* That run failed: those before it are the results. */
	fetch_work_type.collect(&job->work, &chunk);
	fetch_work_type.undo(&job->work);
	assert_int_equal(job->results.outcomes[6].bytes, 3);
	drop(job);
}

static void what_verify_says(void **state)
{
	struct fetch_work *job = make(5, &fetch_defaults);

	(void)state;
	/* Nothing was done. */
	assert_int_equal(fetch_work_type.verify(&job->work), -EBADMSG);
	for (size_t i = 0; i < 5; i++)
		job->results.outcomes[i].status = 200;
	assert_int_equal(fetch_work_type.verify(&job->work), 0);
	job->results.outcomes[1].flags = OUTCOME_CHECKED;
	assert_int_equal(fetch_work_type.verify(&job->work), 0);
	for (uint8_t error = FETCH_OK + 1; error < FETCH_ERRORS; error++) {
		job->results.outcomes[3].error = error;
		assert_int_equal(fetch_work_type.verify(&job->work),
				 error == FETCH_WRONG || error == FETCH_SUM ? -EILSEQ : -EIO);
	}
	/* A wrong body is worse than one that failed. */
	job->results.outcomes[4].error = FETCH_WRONG;
	assert_int_equal(fetch_work_type.verify(&job->work), -EILSEQ);
	/* One that was not done is worst, wherever it is. */
	job->results.outcomes[2].status = 0;
	assert_int_equal(fetch_work_type.verify(&job->work), -EBADMSG);
	job->results.outcomes[2].error = FETCH_UNCONNECTED;
	assert_int_equal(fetch_work_type.verify(&job->work), -EILSEQ);
	job->results.outcomes[2].error = FETCH_ERRORS;
	assert_int_equal(fetch_work_type.verify(&job->work), -EBADMSG);
	drop(job);
}

static void every_failure_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < FETCH_ERRORS; i++) {
		struct outcome outcome = { .error = (uint8_t)i, .status = 404, .code = 7 };
		char text[ERROR_REASON] = "";

		assert_non_null(error_names[i].name);
		assert_true(strspn(error_names[i].key, "abcdefghijklmnopqrstuvwxyz_45") ==
			    strlen(error_names[i].key));
		for (int other = 0; other < i; other++)
			assert_string_not_equal(error_names[i].key, error_names[other].key);
		assert_true(*error_reason(&outcome, text));
	}
}

static void schemes_that_are_not_followed(void **state)
{
	static const char *const followed[] = {
		"",          "/x",      "x/y:z",    "?a:b",  "#a:b",    "//h/ftp:x", ":x",
		"http://h/", "HTTPS:x", "httpfile", "1ftp:", "%66tp:x", "ftp",       "x y:",
	};
	struct outcome outcome = { .error = FETCH_SCHEME, .status = 302 };
	char text[ERROR_REASON];

	(void)state;
	for (size_t i = 0; i < COUNT(followed); i++)
		assert_int_equal(error_scheme(followed[i], strlen(followed[i])), ERROR_FOLLOWED);
	assert_int_equal(error_scheme("ftp:x", 3), ERROR_FOLLOWED);
	outcome.os_error = error_scheme("FTP:x", 5);
	assert_string_equal(error_reason(&outcome, text),
			    "redirected to ftp: only http and https are followed");
	outcome.os_error = error_scheme("httpx:", 6);
	assert_string_equal(error_reason(&outcome, text),
			    "redirected to another scheme: only http and https are followed");
	outcome.os_error = ERROR_DOWNGRADE;
	assert_string_equal(error_reason(&outcome, text),
			    "redirected from https to http: see --downgrade");
	outcome.os_error = UINT8_MAX;
	assert_non_null(strstr(error_reason(&outcome, text), "another scheme"));
}

static void ranks_share_all_that_is_in_flight(void **state)
{
	struct fetch_options options = fetch_defaults;

	(void)state;
	for (options.ranks = 1; options.ranks <= 9; options.ranks++) {
		for (unsigned int most = options.ranks; most < 40; most++) {
			unsigned int sum = 0, least = most, part;

			options.limits.per_host = most;
			for (unsigned int rank = 0; rank < options.ranks; rank++) {
				ranks_set_own(rank);
				part = ranks_limits(&options).per_host;
				assert_true(part <= least && part >= most / options.ranks);
				least = part;
				sum += part;
			}
			assert_int_equal(sum, most);
		}
	}
	ranks_set_own(0);
	options.ranks = 4;
	options.limits = (struct host_limits){ .rate = 8, .host_rate = 2, .bytes_rate = 100 };
	assert_true(ranks_limits(&options).rate == 2);
	assert_true(ranks_limits(&options).host_rate == 0.5);
	assert_true(ranks_limits(&options).bytes_rate == 25);
	assert_int_equal(ranks_limits(&options).per_host, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_is_a_url),
		cmocka_unit_test(the_options_are_a_copy),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(damaged_parcels),
		cmocka_unit_test(results_are_taken_in_and_forgotten),
		cmocka_unit_test(what_verify_says),
		cmocka_unit_test(every_failure_has_its_words),
		cmocka_unit_test(schemes_that_are_not_followed),
		cmocka_unit_test(ranks_share_all_that_is_in_flight),
	};

	return RUN_TESTS(tests);
}
