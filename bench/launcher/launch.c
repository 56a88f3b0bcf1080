/* What a launch leaves known to those that it launched. */
#include "launch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
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

void launch_mark(struct environment *environment, uint64_t ns, bool terminal)
{
	char text[40];

	snprintf(text, sizeof(text), "%" PRIu64 " %d", ns, terminal);
	environment_set(environment, LAUNCHED, text);
}

int launch_self(char *const *argv, int feed, uint64_t until_ns, struct output *out,
		struct output *err)
{
	struct environment environment;
	char **words = process_own_words(argv);
	int ret;

	*out = *err = (struct output){ 0 };
	environment_copy(&environment, NULL);
	launch_mark(&environment, clock_ns(), false);
	ret = words && !environment.incomplete
		      ? capture_program(words, environment.list, feed, until_ns, out, err)
		      : -ENOMEM;
	environment_free(&environment);
	free(words);
	return ret;
}
