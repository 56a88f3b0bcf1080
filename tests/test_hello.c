/* What ranks say of themselves: who is refused, and which hosts are of one kind. */
#include "tests/testing.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/team/hello.h"

static struct hello hello_of(const char *host)
{
	struct hello hello;

	hello_begin(&hello, "sumsq");
	snprintf(hello.host, sizeof(hello.host), "%s", host);
	snprintf(hello.cpu_model, sizeof(hello.cpu_model), "CPU");
	hello.cores = 8;
	hello.cpu_quota = NAN;
	return hello;
}

static void another_version_or_program_is_refused(void **state)
{
	struct hello leader = hello_of("one"), other = hello_of("two");

	(void)state;
	assert_int_equal(hello_check(&leader, &other, 1), 0);
	other.version[0] = '9';
	assert_int_equal(hello_check(&leader, &other, 1), -ENOTSUP);
	other = hello_of("two");
	snprintf(other.work, sizeof(other.work), "fetch");
	assert_int_equal(hello_check(&leader, &other, 1), -ENOTSUP);
	/* Any bytes may come. */
	memset(&other, 'x', sizeof(other));
	assert_int_equal(hello_check(&leader, &other, 1), -ENOTSUP);
}

static void hosts_of_one_kind_are_alike(void **state)
{
	struct hello one = hello_of("one"), other = hello_of("two");

	(void)state;
	assert_true(hello_is_alike(&one, &other));
	other.cpu_quota = 0.5;
	assert_false(hello_is_alike(&one, &other));
	one.cpu_quota = 0.5;
	assert_true(hello_is_alike(&one, &other));
	other.cores = 4;
	assert_false(hello_is_alike(&one, &other));
	other = one;
	snprintf(other.cpu_model, sizeof(other.cpu_model), "another");
	assert_false(hello_is_alike(&one, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_version_or_program_is_refused),
		cmocka_unit_test(hosts_of_one_kind_are_alike),
	};

	return RUN_TESTS(tests);
}
