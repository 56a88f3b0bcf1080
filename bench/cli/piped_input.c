/* What standard input is, and whether anything comes through it. */
#define _GNU_SOURCE
#include "piped_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/rank_environment.h"

/* How long something that is piped in, and that nobody asked for, is waited for. */
enum { PIPE_PATIENCE_S = 60 };

/* Whether the process that launched this one has a terminal for its input: it hands that on as a
 * pipe, into which nothing comes until somebody types. */
static bool piped_input_has_terminal(void)
{
	char path[64];
	int input;
	bool terminal;

	snprintf(path, sizeof(path), "/proc/%d/fd/0", (int)getppid());
	input = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	terminal = input >= 0 && isatty(input);
	if (input >= 0)
		close(input);
	return terminal;
}

/* What standard input is, if a list may come from it; NULL for a terminal or another device. */
static const char *piped_input_kind(void)
{
	struct stat status;

	if (fstat(STDIN_FILENO, &status) ||
	    (rank_environment_present() && piped_input_has_terminal()))
		return NULL;
	return S_ISREG(status.st_mode)    ? "a file"
	       : S_ISFIFO(status.st_mode) ? "a pipe"
	       : S_ISSOCK(status.st_mode) ? "a socket"
					  : NULL;
}

int piped_input_take(struct command *command)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	const char *operand = command->program->operand;
	double patience = command->study.max_time;
	const char *kind;

	if (!(patience > 0) || patience > PIPE_PATIENCE_S)
		patience = PIPE_PATIENCE_S;
	if (command->job.file || *command->operands || rank_environment_rank())
		return 0;
	kind = piped_input_kind();
	if (!kind)
		return 0;
	command->job.file = "-";
	command->job.piped = true;
	/* Where we started the ranks, we have said it. */
	if (!rank_environment_present() || !launch_is_ours())
		say_fact("reads %ss from standard input, which is %s", operand, kind);
	if (poll(&input, 1, (int)(patience * 1000)) != 0)
		return 0;
	return say_fail(ETIME,
			"nothing came through standard input, which is %s, for %g s: give %ss, "
			"</dev/null for the embedded job, or -f - to wait for as long as it takes",
			kind, patience, operand);
}
