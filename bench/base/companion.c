/* The program that runs beside us. */
#define _GNU_SOURCE
#include "companion.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "say.h"

#define SECOND_NS      1000000000ull
#define START_SECONDS  10
#define FINISH_SECONDS 2

static struct process companion = { .pid = -1, .out = -1, .err = -1 };

/* The first line, without its end. Returns whether it came in time. */
static bool companion_read_line(int from, char *line, size_t size)
{
	uint64_t until = clock_ns() + START_SECONDS * SECOND_NS;
	struct pollfd ready = { .fd = from, .events = POLLIN };
	size_t at = 0;

	while (at + 1 < size && clock_ns() < until) {
		int found = poll(&ready, 1, 100);

		if (found <= 0)
			continue;
		if (read(from, line + at, 1) != 1 || line[at] == '\n')
			break;
		at++;
	}
	line[at] = '\0';
	return at > 0;
}

int companion_start(char *const *argv, char *line, size_t size)
{
	char **words = process_own_words(argv);
	int ret = words ? process_start(&companion, words, NULL, -1) : -ENOMEM;
	char why[512];

	free(words);
	if (ret) {
		companion.pid = -1;
		return say_fail(-ret, "%s cannot be started beside this: %s", argv[1],
				strerror(-ret));
	}
	if (companion_read_line(companion.out, line, size))
		return 0;
	ret = say_fail(EIO, "%s did not start beside this: %s", argv[1],
		       companion_read_line(companion.err, why, sizeof(why)) ? why
									    : "it said nothing");
	companion_end();
	return ret;
}

void companion_end(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	uint64_t until = clock_ns() + FINISH_SECONDS * SECOND_NS;

	if (companion.pid < 0)
		return;
	kill(companion.pid, SIGTERM);
	while (!process_has_ended(&companion) && clock_ns() < until)
		nanosleep(&moment, NULL);
	process_end(&companion, false);
	process_wait(&companion);
	process_close(&companion);
	companion.pid = -1;
}
