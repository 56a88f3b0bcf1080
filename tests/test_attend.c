/* Children that do not end by themselves, and what they leave behind. */
#include "testing.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/base/attend.h"
#include "bench/base/capture.h"
#include "bench/base/clock.h"
#include "bench/base/process.h"

#define MS 1000000ull

/* A shell script, run for so many milliseconds; 0: to its end. Returns as capture_program()
 * does. */
static int capture_shell(const char *script, unsigned int ms, struct output *out)
{
	char *const words[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };
	struct output err;
	int ret = capture_program(words, NULL, -1, ms ? clock_ns() + ms * MS : 0, out, &err);

	free(err.text);
	return ret;
}

/* Fails if one of the processes whose numbers were printed is still there. */
static void none_lives(struct output *out)
{
	int numbers = 0;

	for (char *word = strtok(out->text, " \n"); word; word = strtok(NULL, " \n")) {
		numbers++;
		if (kill((pid_t)atoi(word), 0) == 0)
			fail_msg("process %s outlived it", word);
	}
	assert_in_range(numbers, 1, 100);
	free(out->text);
}

static void output_and_code_are_kept(void **state)
{
	struct output out;

	(void)state;
	assert_int_equal(capture_shell("echo one; exit 3", 0, &out), 3);
	assert_string_equal(out.text, "one\n");
	free(out.text);
	assert_int_equal(capture_shell("kill -9 $$", 0, &out), 128 + SIGKILL);
	free(out.text);
	assert_int_equal(capture_program((char *const[]){ (char *)"no-such-program", NULL }, NULL,
					 -1, 0, &out, &out),
			 -ENOENT);
}

static void a_child_is_asked_when_its_time_is_over(void **state)
{
	struct output out;

	(void)state;
	assert_int_equal(capture_shell("trap 'echo asked; exit' TERM; while :; do sleep 0.01; done",
				       300, &out),
			 -ETIME);
	assert_string_equal(out.text, "asked\n");
	free(out.text);
}

/* Those in other groups and sessions too; with a shorter grace than capture_program()'s. */
static int keep(struct attend *attend, const char *bytes, size_t length)
{
	struct output *out = attend->context;

	out->text = realloc(out->text, out->length + length + 1);
	memcpy(out->text + out->length, bytes, length);
	out->length += length;
	out->text[out->length] = '\0';
	return 0;
}

static struct attend attend_shell(const char *script, struct output *out)
{
	char *const words[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };
	struct attend how = { .out = keep,
			      .err = keep,
			      .context = out,
			      .until_ns = clock_ns() + 500 * MS,
			      .grace_ns = 200 * MS };
	struct process child;

	assert_int_equal(process_start(&child, words, NULL, -1), 0);
	attend_watch();
	attend(&how, &child);
	assert_int_equal(attend_unwatch(), 0);
	return how;
}

static void a_family_that_does_not_listen_is_killed(void **state)
{
	struct output out = { 0 };
	struct attend how =
		attend_shell("trap '' TERM INT HUP; echo $$;"
			     "setsid sh -c 'trap \"\" TERM; echo $$; sleep 600 & echo $!; wait' &"
			     "(setsid sleep 600 & echo $!);"
			     "while :; do sleep 600; done",
			     &out);

	(void)state;
	assert_true(how.late && how.killed);
	none_lives(&out);
}

/* It has ended by itself, and its output is held open by what it has left. */
static void orphans_end_with_their_parent(void **state)
{
	struct output out = { 0 };
	struct attend how = attend_shell("setsid sleep 600 & echo $!; exit 4", &out);

	(void)state;
	assert_int_equal(WEXITSTATUS(how.status), 4);
	none_lives(&out);
}

static void other_children_are_left_alone(void **state)
{
	char *const words[] = { (char *)"sleep", (char *)"600", NULL };
	struct output out = { 0 };
	struct process other;

	(void)state;
	assert_int_equal(process_start(&other, words, NULL, -1), 0);
	attend_shell("setsid sleep 600 & echo $!", &out);
	none_lives(&out);
	assert_false(process_has_ended(&other));
	process_end(&other, false);
	process_wait(&other);
	process_close(&other);
}

static volatile sig_atomic_t signals_counted;

static void count_signal(int number)
{
	(void)number;
	signals_counted++;
}

/* A second signal does not wait for the grace to be over. */
static void a_second_signal_kills(void **state)
{
	char *const words[] = {
		(char *)"/bin/sh", (char *)"-c",
		(char *)"trap '' TERM; echo $$; echo $PPID >&2;"
			"(sleep 0.3; kill -TERM $PPID; sleep 0.7; kill -TERM $PPID) &"
			"while :; do sleep 600; done",
		NULL
	};
	struct output out = { 0 };
	struct attend how = { .out = keep, .err = keep, .context = &out, .grace_ns = 200000 * MS };
	struct process child;

	(void)state;
	assert_int_equal(process_start(&child, words, NULL, -1), 0);
	signal(SIGTERM, count_signal);
	attend_watch();
	attend(&how, &child);
	assert_int_equal(signals_counted, 0);
	assert_int_equal(attend_unwatch(), -EINTR);
	assert_int_equal(signals_counted, 1);
	assert_int_equal(how.signal, SIGTERM);
	assert_true(how.killed);
	free(out.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_and_code_are_kept),
		cmocka_unit_test(a_child_is_asked_when_its_time_is_over),
		cmocka_unit_test(a_family_that_does_not_listen_is_killed),
		cmocka_unit_test(orphans_end_with_their_parent),
		cmocka_unit_test(other_children_are_left_alone),
		cmocka_unit_test(a_second_signal_kills),
	};

	return RUN_TESTS(tests);
}
