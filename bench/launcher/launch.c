/* This program, or another, as a child whose output is captured; and what a launch leaves known to
 * those that it launched. */
#include "launch.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/base/process.h"

/* "<clock_ns at the launch> <1 if stderr is a terminal>", from the process that launched the whole
 */
#define LAUNCHED "CORESCALE_LAUNCHED"

static uint64_t began_ns;

void launch_begin(void)
{
	began_ns = clock_ns();
}

uint64_t launch_began_ns(void)
{
	const char *launched = getenv(LAUNCHED);
	uint64_t ns = launched ? strtoull(launched, NULL, 10) : 0;

	return ns && ns <= began_ns ? ns : began_ns;
}

bool launch_is_ours(void)
{
	return getenv(LAUNCHED) != NULL;
}

bool launch_on_terminal(void)
{
	const char *launched = getenv(LAUNCHED);
	const char *terminal = launched ? strchr(launched, ' ') : NULL;

	return terminal ? terminal[1] == '1' : isatty(STDERR_FILENO);
}

void launch_mark(uint64_t ns, bool terminal)
{
	char text[40];

	snprintf(text, sizeof(text), "%" PRIu64 " %d", ns, terminal);
	setenv(LAUNCHED, text, 1);
}

size_t words_count(char *const *argv)
{
	size_t count = 0;

	while (argv[count])
		count++;
	return count;
}

static int append(struct output *output, const char *bytes, size_t length)
{
	char *grown = realloc(output->text, output->length + length + 1);

	if (!grown)
		return -ENOMEM;
	memcpy(grown + output->length, bytes, length);
	output->text = grown;
	output->length += length;
	grown[output->length] = '\0';
	return 0;
}

/* Milliseconds to wait for output until something is due; -1 if nothing is. */
static int patience(uint64_t due_ns)
{
	uint64_t now = clock_ns();

	if (!due_ns)
		return -1;
	return due_ns <= now ? 0 : (int)fmin((double)(due_ns - now) * 1e-6 + 1, 1e6);
}

/* Until the child has closed its output, which it is asked to do when its time is over. */
static int collect(struct process *child, uint64_t until_ns, struct output *out, struct output *err)
{
	char bytes[65536];
	bool over = false;
	int ret = 0;

	while (child->out >= 0 || child->err >= 0) {
		struct pollfd ready[] = { { .fd = child->out, .events = POLLIN },
					  { .fd = child->err, .events = POLLIN } };

		if (poll(ready, 2, over ? -1 : patience(until_ns)) < 0)
			continue;
		if (!over && until_ns && clock_ns() >= until_ns) {
			over = true;
			kill(child->pid, SIGTERM);
		}
		if (ready[0].revents)
			ret = append(out, bytes, process_read(&child->out, bytes, sizeof(bytes)))
				      ?: ret;
		if (ready[1].revents)
			ret = append(err, bytes, process_read(&child->err, bytes, sizeof(bytes)))
				      ?: ret;
	}
	return over ? -ETIME : ret;
}

static int launch_until(char *const *argv, int feed, uint64_t until_ns, struct output *out,
			struct output *err)
{
	struct process child;
	int ret, status;

	*out = *err = (struct output){ 0 };
	ret = process_start(&child, argv, feed, false);
	if (ret)
		return ret;
	ret = collect(&child, until_ns, out, err);
	status = process_wait(&child);
	if (ret)
		return ret;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int launch_program(char *const *argv, int feed, struct output *out, struct output *err)
{
	return launch_until(argv, feed, 0, out, err);
}

/* The words that start this program again. malloc'd, its words are argv's. */
static char **own_words(char *const *argv)
{
	size_t count = words_count(argv);
	char **words = calloc(count + 1, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, argv, count * sizeof(*words));
	words[0] = (char *)"/proc/self/exe";
	return words;
}

int launch_self(char *const *argv, int feed, uint64_t until_ns, struct output *out,
		struct output *err)
{
	char **words = own_words(argv);
	int ret;

	if (!words)
		return -ENOMEM;
	launch_mark(clock_ns(), false);
	ret = launch_until(words, feed, until_ns, out, err);
	unsetenv(LAUNCHED);
	free(words);
	return ret;
}

static struct process beside = { .pid = -1, .out = -1, .err = -1 };

/* The first line, without its end. Returns whether it came. */
static bool first_line(int from, char *line, size_t size)
{
	size_t at = 0;

	while (at + 1 < size && read(from, line + at, 1) == 1 && line[at] != '\n')
		at++;
	line[at] = '\0';
	return at > 0;
}

int launch_beside(char *const *argv, char *line, size_t size)
{
	char **words = own_words(argv);
	int ret = words ? process_start(&beside, words, -1, true) : -ENOMEM;
	char why[512];

	free(words);
	if (ret) {
		beside.pid = -1;
		return say_fail(-ret, "%s cannot be started beside this: %s", argv[1],
				strerror(-ret));
	}
	if (first_line(beside.out, line, size))
		return 0;
	ret = say_fail(EIO, "%s did not start beside this: %s", argv[1],
		       first_line(beside.err, why, sizeof(why)) ? why : "it said nothing");
	launch_end_beside();
	return ret;
}

void launch_end_beside(void)
{
	if (beside.pid < 0)
		return;
	kill(beside.pid, SIGTERM);
	process_wait(&beside);
	process_close(&beside);
	beside.pid = -1;
}
