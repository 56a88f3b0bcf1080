/* What is tried again and when, what a server may ask for, and how much is asked of a host at
 * once. */
#include "tests/testing.h"

#include <string.h>

#include "io/engine/host_cap.h"
#include "io/engine/retry.h"

#define SECOND 1000000000u

static void what_is_worth_a_try(void **state)
{
	(void)state;
	assert_true(retry_is_worth(FETCH_UNCONNECTED, 0));
	assert_true(retry_is_worth(FETCH_TIMEOUT, 0));
	assert_true(retry_is_worth(FETCH_SHORT, 200));
	assert_true(retry_is_worth(FETCH_SUM, 200));
	assert_true(retry_is_worth(FETCH_HTTP_5XX, 500));
	assert_true(retry_is_worth(FETCH_HTTP_4XX, 408));
	assert_true(retry_is_worth(FETCH_HTTP_4XX, 429));
	assert_false(retry_is_worth(FETCH_HTTP_4XX, 404));
	assert_false(retry_is_worth(FETCH_OK, 200));
	assert_false(retry_is_worth(FETCH_UNSAVED, 200));
	assert_false(retry_is_worth(FETCH_UNTRUSTED, 0));
}

static void plans(void **state)
{
	struct retry_plan plan;

	(void)state;
	/* 404 of the first of two mirrors: the second one, at once. */
	plan = retry_plan(FETCH_HTTP_4XX, 404, -1, 1, 5, 2, 7);
	assert_true(plan.again && !plan.wait_ns && !plan.pause_ns);
	assert_false(retry_plan(FETCH_HTTP_4XX, 404, -1, 2, 5, 2, 7).again);
	/* 429: the host is left alone, for as long as it says, or for a while. */
	plan = retry_plan(FETCH_HTTP_4XX, 429, 3, 1, 5, 1, 7);
	assert_true(plan.again && plan.wait_ns == 3ull * SECOND && plan.pause_ns == plan.wait_ns);
	plan = retry_plan(FETCH_HTTP_4XX, 429, -1, 1, 5, 1, 7);
	assert_true(plan.again && plan.wait_ns && plan.pause_ns == plan.wait_ns);
	/* 503 without a word is one of many; with one, it speaks for the host. */
	assert_false(retry_plan(FETCH_HTTP_5XX, 503, -1, 1, 5, 1, 7).pause_ns);
	assert_true(retry_plan(FETCH_HTTP_5XX, 503, 2, 1, 5, 1, 7).pause_ns == 2ull * SECOND);
	/* Enough. */
	assert_true(retry_plan(FETCH_TIMEOUT, 0, -1, 5, 5, 1, 7).again);
	assert_false(retry_plan(FETCH_TIMEOUT, 0, -1, 6, 5, 1, 7).again);
	assert_false(retry_plan(FETCH_OK, 200, -1, 1, 5, 3, 7).again);
}

static void backoff_grows_to_a_bound(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (unsigned int tries = 1; tries < 40; tries++) {
		uint64_t most = tries > 7 ? 30ull * SECOND : (uint64_t)SECOND / 4 << (tries - 1);

		for (int i = 0; i < 100; i++) {
			uint64_t wait = retry_backoff_ns(tries, random_next(&seed));

			assert_true(wait >= most / 2 && wait <= most);
		}
	}
}

static void what_a_server_asks_for(void **state)
{
	static const struct {
		const char *text;
		int seconds;
	} known[] = {
		{ "0", 0 },
		{ "120", 120 },
		{ "300", 300 },
		{ "301", RETRY_AFTER_MAX },
		{ "99999999999999999999999999", RETRY_AFTER_MAX },
		{ "-1", -1 },
		{ "1.5", -1 },
		{ "12x", -1 },
		{ "", -1 },
		{ "soon", -1 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 37 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 37 },
		{ "Sun Nov  6 08:49:37 1994", 37 },
		{ "Sun, 06 Nov 1994 08:48:00 GMT", 0 },
		{ "Mon, 07 Nov 1994 08:49:37 GMT", RETRY_AFTER_MAX },
		{ "Sun, 06 Nov 1994 08:49:37 GMT+1", -1 },
	};
	const char *now = "Sun, 06 Nov 1994 08:49:00 GMT";
	time_t server = retry_date(now, strlen(now));

	(void)state;
	assert_int_equal(server, 784111740);
	for (size_t i = 0; i < COUNT(known); i++)
		if (retry_after(known[i].text, strlen(known[i].text), server) != known[i].seconds)
			fail_msg("%s", known[i].text);
}

static void a_host_has_its_share(void **state)
{
	const struct host_limits limits = { .per_host = 2 };
	struct host_cap *cap;
	unsigned int one, other;
	bool crowded;

	(void)state;
	assert_int_equal(host_cap_open(&cap, &limits), 0);
	one = host_cap_find(cap, "http://a/1");
	other = host_cap_find(cap, "http://a:81/1");
	assert_int_equal(one, host_cap_find(cap, "http://a/2?x"));
	assert_int_not_equal(one, other);
	assert_int_equal(host_cap_enter(cap, one, 100, &crowded), 0);
	assert_int_equal(host_cap_enter(cap, one, 100, &crowded), 0);
	assert_true(host_cap_enter(cap, one, 100, &crowded) > 0 && crowded);
	assert_int_equal(host_cap_enter(cap, other, 100, &crowded), 0);
	host_cap_leave(cap, one);
	assert_int_equal(host_cap_enter(cap, one, 100, &crowded), 0);
	/* A pause holds for all of it, and a shorter one does not end it. */
	host_cap_pause(cap, other, 500);
	host_cap_pause(cap, other, 300);
	assert_int_equal(host_cap_enter(cap, other, 200, &crowded), 300);
	assert_false(crowded);
	assert_int_equal(host_cap_enter(cap, other, 500, &crowded), 0);
	host_cap_close(cap);
}

/* What another rank has to hear of: each pause once, and not what came from there. */
static void pauses_are_told(void **state)
{
	const struct host_limits limits = { .per_host = 2 };
	struct host_cap *cap, *elsewhere;
	struct host_pause pause;
	unsigned int hosts[3];
	bool crowded;

	(void)state;
	assert_int_equal(host_cap_open(&cap, &limits), 0);
	assert_int_equal(host_cap_open(&elsewhere, &limits), 0);
	assert_false(host_cap_next_pause(cap, &pause, 100));
	for (int i = 0; i < 3; i++) {
		char url[32];

		snprintf(url, sizeof(url), "http://h%d/", i);
		hosts[i] = host_cap_find(cap, url);
		host_cap_pause(cap, hosts[i], 400);
		host_cap_pause(cap, hosts[i], 500);
	}
	/* While one is told, another is set again. */
	for (int i = 0; i < 4; i++) {
		assert_true(host_cap_next_pause(cap, &pause, 200));
		assert_true(pause.left_ns == 300);
		host_cap_take_pause(elsewhere, &pause, 10000);
		if (!i)
			host_cap_pause(cap, hosts[2], 500);
	}
	assert_false(host_cap_next_pause(cap, &pause, 200));
	for (int i = 0; i < 3; i++)
		assert_int_equal(host_cap_enter(elsewhere, hosts[i], 10100, &crowded), 200);
	assert_false(host_cap_next_pause(elsewhere, &pause, 10100));
	/* What is over is not told; what comes after it is. */
	host_cap_pause(cap, hosts[1], 600);
	assert_false(host_cap_next_pause(cap, &pause, 700));
	host_cap_pause(cap, hosts[1], 900);
	assert_true(host_cap_next_pause(cap, &pause, 800) && pause.left_ns == 100);
	host_cap_close(elsewhere);
	host_cap_close(cap);
}

static void rates_are_kept(void **state)
{
	const struct host_limits limits = { .rate = 10, .host_rate = 4, .bytes_rate = 1000 };
	struct host_cap *cap;
	unsigned int hosts[5], count = 0, of_one = 0;
	bool crowded;

	(void)state;
	assert_int_equal(host_cap_open(&cap, &limits), 0);
	for (int i = 0; i < 5; i++) {
		char url[32];

		snprintf(url, sizeof(url), "http://h%d/", i);
		hosts[i] = host_cap_find(cap, url);
	}
	/* Ten seconds, in which everybody asks all the time. */
	for (uint64_t now = SECOND; now < 11ull * SECOND; now += 1000000)
		for (int i = 0; i < 5; i++)
			if (!host_cap_enter(cap, hosts[i], now, &crowded)) {
				count++;
				of_one += !i;
			}
	assert_true(count >= 98 && count <= 101);
	assert_true(of_one <= 41);
	assert_int_equal(host_cap_came(cap, 500, 20ull * SECOND), SECOND / 2);
	assert_int_equal(host_cap_came(cap, 500, 20ull * SECOND), SECOND);
	host_cap_close(cap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_worth_a_try),
		cmocka_unit_test(plans),
		cmocka_unit_test(backoff_grows_to_a_bound),
		cmocka_unit_test(what_a_server_asks_for),
		cmocka_unit_test(a_host_has_its_share),
		cmocka_unit_test(pauses_are_told),
		cmocka_unit_test(rates_are_kept),
	};

	return RUN_TESTS(tests);
}
