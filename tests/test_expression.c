/*
 * What --places and --bind take, over machines that are not here: hwloc expressions, and each form
 * that is refused, in one line. Nothing is bound.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/say.h"
#include "bench/place/placement.h"
#include "tests/place_machines.h"

/* What is said on stderr while a request is opened. Returns what placement_open() returned. */
static int open_listening(const struct place_request *request, char *said, size_t size,
			  char allowed[MASK_TEXT])
{
	struct placement *placement = NULL;
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO), ret;

	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	ret = placement_open(&placement, request);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	said[fread(said, 1, size - 1, file)] = '\0';
	fclose(file);
	if (!ret) {
		snprintf(allowed, MASK_TEXT, "%s", placement_machine(placement)->allowed);
		placement_close(placement);
	}
	return ret;
}

/* hwloc(7) has the grammar, and tests/place.bats compares some with hwloc-calc. */
static const struct {
	const char *machine, *expression, *mask;
} expressions[] = {
	{ "pack:2 core:4 pu:2", "all", "0xffff" },
	{ "pack:2 core:4 pu:2", "core:0", "0x3" },
	{ "pack:2 core:4 pu:2", "core:7", "0xc000" },
	{ "pack:2 core:4 pu:2", "core:0-3", "0xff" },
	{ "pack:2 core:4 pu:2", "core:2-", "0xfff0" },
	{ "pack:2 core:4 pu:2", "core:0:2", "0xf" },
	{ "pack:2 core:4 pu:2", "core:odd", "0xcccc" },
	{ "pack:2 core:4 pu:2", "core:even", "0x3333" },
	{ "pack:2 core:4 pu:2", "core:all", "0xffff" },
	{ "pack:2 core:4 pu:2", "core:0,2,5-6", "0x3c33" },
	{ "pack:2 core:4 pu:2", "core:0-3.pu:0", "0x55" },
	{ "pack:2 core:4 pu:2", "core:all.pu:1", "0xaaaa" },
	{ "pack:2 core:4 pu:2", "package:all.core:0", "0x303" },
	{ "pack:2 core:4 pu:2", "package:1.core:all", "0xff00" },
	{ "pack:2 core:4 pu:2", "package:1.core:1-2.pu:1", "0x2800" },
	{ "pack:2 core:4 pu:2", "socket:1.core:0", "0x300" },
	{ "pack:2 core:4 pu:2", "core:0 core:7", "0xc003" },
	{ "pack:2 core:4 pu:2", " core:0  core:0 ", "0x3" },
	{ "pack:2 core:4 pu:2", "0xff", "0xff" },
	{ "pack:2 core:4 pu:2", "0xff core:7", "0xc0ff" },
	{ "pack:2 core:4 pu:2", "0xfff0", "0xfff0" },
	{ "pack:2 core:4 pu:2", "core:6-7", "0xf000" },
	{ "pack:2 core:4 pu:2", "core:odd,even", "0xffff" },
	/* Inside several objects it is enough that one has it. */
	{ "P cores with SMT and E cores", "core:all.pu:1", "0x2020202" },
	{ "P cores with SMT and E cores", "core:3-5.pu:1", "0x2000000" },
	{ "pack:2 [numa] l3:2 core:2 pu:1", "numa:1", "0xf0" },
	{ "pack:2 [numa] l3:2 core:2 pu:1", "numa:1.l3:0", "0x30" },
	{ "pack:2 [numa] l3:2 core:2 pu:1", "l3:odd.core:1", "0x88" },
	{ "pack:2 [numa] l3:2 core:2 pu:1", "pu:3-4", "0x18" },
	{ "slow cores first", "cpukind:0", "0xf" },
	{ "slow cores first", "cpukind:1", "0xf0" },
	{ "slow cores first", "cpukind:1.core:0", "0x10" },
	{ "slow cores first", "l2:all.cpukind:1", "0xf0" },
	{ "two kinds in every L3", "l3:0.cpukind:0", "0xc" },
};

static const char *source_of(const char *machine)
{
	return machine_source(machine) ? machine_source(machine) : machine;
}

static void test_expressions(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
		struct place_request request = { expressions[i].expression, "close",
						 source_of(expressions[i].machine) };
		char said[4096], allowed[MASK_TEXT] = "";
		int ret = open_listening(&request, said, sizeof(said), allowed);

		if (!ret && !strcmp(allowed, expressions[i].mask))
			continue;
		print_message("# '%s' of %s: %s, not %s%s\n", expressions[i].expression,
			      expressions[i].machine, allowed, expressions[i].mask, said);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* Each is refused in one line, which has that word. */
static const struct {
	const char *places, *word;
} refused[] = {
	{ "", "nothing" },
	{ "   ", "nothing" },
	{ "junk", "junk" },
	{ "core", "index" },
	{ "core:", "index" },
	{ "core:x", "index" },
	{ "core:-1", "index" },
	{ "core:1,", "index" },
	{ "core:,1", "index" },
	{ "core:1..pu:0", "" },
	{ "core:1.", "" },
	{ "core:1;2", "index" },
	{ "core:allpu", "index" },
	{ "core:1.junk:0", "junk" },
	{ "core:0 junk", "junk" },
	{ ":", "" },
	{ ".", "" },
	{ "~core:0", "~" },
	{ "^core:0", "^" },
	{ "xcore:0", "x" },
	{ "pci:0", "pci" },
	{ "os:0", "os" },
	{ "bridge:all", "bridge" },
	{ "misc:0", "misc" },
	{ "eth0", "eth0" },
	{ "core:99", "nothing" },
	{ "core:3-1", "backwards" },
	{ "core:0,3-1", "'core:3-1' runs backwards" },
	/* Parts that match nothing, and ranges that are not all there. */
	{ "core:0 core:99", "'core:99' matches nothing" },
	{ "core:99 core:0", "'core:99' matches nothing" },
	{ "core:0,99", "'core:99' matches nothing" },
	{ "core:99,0", "'core:99' matches nothing" },
	{ "core:0,7,8", "'core:8' matches nothing" },
	{ "core:6-99", "'core:6-99' matches only in part: they are numbered 0 to 7" },
	{ "core:6:3", "'core:6:3' matches only in part" },
	{ "core:7-8", "only in part" },
	{ "core:8-", "numbered 0 to 7" },
	{ "core:0-4294967295", "only in part" },
	{ "core:1:4294967295", "only in part" },
	{ "core:2:1073741823", "only in part" },
	{ "package:0.core:5", "'core:5' matches nothing: they are numbered 0 to 3" },
	{ "package:all.core:0,4", "'core:4' matches nothing" },
	{ "package:0,2.core:0", "'package:2' matches nothing" },
	{ "core:0.pu:0 core:0.pu:2", "'pu:2' matches nothing" },
	{ "core:0.pu:0-2", "'pu:0-2' matches only in part" },
	{ "0x3 0x10000", "'0x10000' matches nothing: PU 16 " },
	{ "0x10003", "'0x10003' matches only in part: PU 16 " },
	{ "0xfffff0", "'0xfffff0' matches only in part: PU 16-23 " },
	{ "core:0 0x0", "'0x0' matches nothing" },
	{ "core:0 l3:0", "'l3:0' matches nothing" },
	{ "core:0 cpukind:1", "'cpukind:1' matches nothing" },
	{ "core:0:0", "nothing" },
	{ "core:4294967296", "nothing" },
	{ "core:99999999999999999999", "nothing" },
	{ "core:0.package:1", "nothing" },
	{ "l3:0", "nothing" },
	{ "cpukind:0", "nothing" },
	{ "cpukind", "index" },
	{ "cpukind:fast", "index" },
	{ "0x", "hex" },
	{ "0xg", "hex" },
	{ "0x1,0x2", "hex" },
	{ "0xff0000", "0xff0000" },
	{ "0x0", "nothing" },
	{ "core:0\ncore:1", "" },
	{ "junk\nsumsq: all is well", "" },
	{ "Cores", "" },
};

static void test_refused(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct place_request request = { refused[i].places, "close", "pack:2 core:4 pu:2" };
		char said[4096], allowed[MASK_TEXT] = "";
		int ret = open_listening(&request, said, sizeof(said), allowed);
		const char *end = strchr(said, '\n');

		if (ret == -EINVAL && end && !end[1] && strstr(said, refused[i].word) &&
		    !strncmp(said, "test_expression: ", 17))
			continue;
		print_message("# '%s' gives %d, %s and: '%s'\n", refused[i].places, ret, allowed,
			      said);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* An object that is there and leads to no PU is named, not what is found beside it. */
static void test_leads_nowhere(void **state)
{
	struct place_request request = { "core:0,8.pu:1", "close",
					 machine_source("P cores with SMT and E cores") };
	char said[4096], allowed[MASK_TEXT] = "";

	(void)state;
	assert_int_equal(open_listening(&request, said, sizeof(said), allowed), -EINVAL);
	assert_non_null(strstr(said, "'core:8' matches nothing"));
}

static void test_policy_refused(void **state)
{
	struct place_request request = { "cores", "scatter", "core:4 pu:1" };
	char said[4096], allowed[MASK_TEXT];

	(void)state;
	assert_int_equal(open_listening(&request, said, sizeof(said), allowed), -EINVAL);
	assert_non_null(strstr(said, "scatter"));
	assert_non_null(strstr(said, "close, spread, none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_leads_nowhere),
		cmocka_unit_test(test_policy_refused),
	};
	int failed;

	unsetenv("OMP_PLACES");
	unsetenv("OMP_PROC_BIND");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	say_setup("test_expression", SAY_NORMAL);
	if (!machines_make()) {
		puts("Bail out! no temporary directory");
		return 1;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	machines_remove();
	return failed != 0;
}
