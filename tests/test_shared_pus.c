/*
 * What is said of workers that share PUs under the user's own mpirun, on hosts that are made up:
 * the lines on stderr, read back.
 */
#define _GNU_SOURCE
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
#include "bench/cli/shared_pus.h"

enum { WORKERS_MAX = 64 };

#define PREFIX "test_shared_pus: warning: "

/* "HOST:PID:MASK ..." as rows. Returns how many. */
static unsigned int read_rows(const char *text, struct worker rows[WORKERS_MAX])
{
	char *words = strdup(text), *rest = words, *word;
	unsigned int count = 0;

	memset(rows, 0, WORKERS_MAX * sizeof(*rows));
	while ((word = strsep(&rest, " "))) {
		snprintf(rows[count].host, sizeof(rows[count].host), "%s", strsep(&word, ":"));
		rows[count].pid = atoi(strsep(&word, ":"));
		snprintf(rows[count].planned, sizeof(rows[count].planned), "%s", word);
		count++;
	}
	free(words);
	return count;
}

static void listen_to(const char *text, unsigned int cores, char *said, size_t size)
{
	static struct worker rows[WORKERS_MAX];
	unsigned int count = read_rows(text, rows);
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);

	/* What was said once is not said again. */
	say_forget();
	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	assert_int_equal(shared_pus_warn(rows, count, cores), 0);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	said[fread(said, 1, size - 1, file)] = '\0';
	fclose(file);
}

/* cores are those of the first host. lines: what each one must begin with. */
static const struct {
	const char *rows;
	unsigned int cores;
	const char *lines[4];
} cases[] = {
	{ "a:1:0x1 a:2:0x2 b:1:0x1 b:2:0x2", 2, { NULL } },
	/* Unbound workers share nothing that is known. */
	{ "a:1: a:2: a:2:", 2, { NULL } },
	{ "a:1:0x1", 1, { NULL } },
	/* The leader's rank is well, another of its host is not. */
	{ "a:1:0x1 a:1:0x2 a:2:0x4 a:2:0x4",
	  8,
	  { "rank 1 on a may use 1 PU, for 2 workers: workers 2 and 3 share PU 2; give each rank 2 "
	    "cores (mpirun --map-by slot:PE=2, srun -c 2)" } },
	{ "a:1:0x1 a:1:0x2 a:1:0x1", 8, { "rank 0 on a may use 2 PUs, for 3 workers: " } },
	/* The first host is well, and others are not; the same pids are other ranks there. */
	{ "a:1:0x1 a:2:0x2 b:1:0x1 b:2:0x1 c:1:0x8 c:1:0x8",
	  2,
	  { "the masks of ranks 2 and 3 on b overlap, without room for all: workers 2 and 3 share "
	    "PU 0; if ",
	    "rank 4 on c may use 1 PU, for 2 workers: workers 4 and 5 share PU 3; " } },
	/* Hosts in turns, as mpirun --map-by node has them. */
	{ "a:1:0x1 b:1:0x1 a:2:0x2 b:2:0x1", 2, { "the masks of ranks 1 and 3 on b overlap" } },
	{ "a:1:0x1 b:1:0x1 a:2:0x1 b:2:0x2 a:3:0x2",
	  2,
	  { "3 ranks on the 2 cores of a, oversubscribed: workers 0 and 2 share PU 0; start 2 or "
	    "fewer there" } },
	{ "a:1:0x1 a:1:0x2 a:2:0x1 a:2:0x2",
	  2,
	  { "4 workers on the 2 cores of a, oversubscribed: workers 0 and 2 share PU 0; change to "
	    "-w 1, and no binding of ranks (mpirun --bind-to none, srun --cpu-bind=none)" } },
	/* Of another host the cores are not known: that it has too few is not said. */
	{ "a:1:0x1 b:1:0x1 b:2:0x2 b:3:0x1", 1, { "the masks of ranks 1 and 3 on b overlap" } },
};

static void test_lines(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char said[4096], *rest = said;
		bool right = true;

		listen_to(cases[i].rows, cases[i].cores, said, sizeof(said));
		for (size_t j = 0; cases[i].lines[j]; j++) {
			const char *line = rest ? strsep(&rest, "\n") : "";

			right = right && !strncmp(line, PREFIX, strlen(PREFIX)) &&
				!strncmp(line + strlen(PREFIX), cases[i].lines[j],
					 strlen(cases[i].lines[j]));
		}
		if (right && rest && !*rest)
			continue;
		listen_to(cases[i].rows, cases[i].cores, said, sizeof(said));
		print_message("# %s: %s\n", cases[i].rows, said);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* A cluster where all hosts are wrong does not fill the screen. */
static void test_many_hosts(void **state)
{
	char rows[WORKERS_MAX * 16] = "", said[8192];
	unsigned int lines = 0;

	(void)state;
	for (unsigned int i = 0; i < 20; i++)
		snprintf(rows + strlen(rows), sizeof(rows) - strlen(rows), "%sn%u:1:0x1 n%u:1:0x1",
			 i ? " " : "", i, i);
	listen_to(rows, 4, said, sizeof(said));
	for (const char *at = said; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 9);
	assert_non_null(strstr(said, "rank 7 on n7 "));
	assert_non_null(strstr(said, "workers share PUs on 12 more hosts"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_many_hosts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	say_setup("test_shared_pus", SAY_NORMAL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
