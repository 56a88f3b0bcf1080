/* The main function of every program, and the table of verbs. */
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/launcher/launched.h"
#include "bench/base/version.h"
#include "bench/base/companion.h"
#include "bench/base/process.h"
#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/launcher.h"
#include "bench/launcher/stage.h"
#include "command.h"

const struct verb shared_verbs[] = {
	{ "run", "do the job once, with one strategy", NULL, VERB_RUN, true, false, verb_run },
	{ "compare", "do the same job with every strategy, side by side",
	  "Each measurement is a fresh process; the order of each round is shuffled. The\n"
	  "median is from go to the merged result, the interval the 95 % one of the median,\n"
	  "start-up what it took before. With two results as operands, OLD.json NEW.json,\n"
	  "it tells instead which rows became slower (exit 1) or faster by more than\n"
	  "--tolerance, unless it can be chance (Mann-Whitney, p < 0.05).",
	  VERB_COMPARE, true, false, verb_compare },
	{ "scale", "do it with 1, 2, 4 ... workers: how far it scales, and what limits it",
	  "Against one worker, serial, each row's efficiency is taken apart: it is clock\n"
	  "(slower cores under load) x balance (workers that had less to do) x overhead\n"
	  "(claims, start and merge) x rest (what workers share: memory, caches, pipes).\n"
	  "Laws are fitted to the points that have a core for each worker. The knee is the\n"
	  "fewest workers within 5 % of the best rate; break-even the size of a job above\n"
	  "which starting them pays. Without operands the job is sized so that one worker\n"
	  "needs about a second.",
	  VERB_SCALE, false, false, verb_scale },
	{ "place", "show where the workers would go, on this machine or any other", NULL,
	  VERB_PLACE, true, true, verb_place },
	{ "list", "name the strategies and what else there is, and why one is missing", NULL,
	  VERB_LIST, false, true, verb_list },
	{ 0 },
};

/*
 * A descriptor from 0 to 2 that was closed would go to the next file opened. It is given to a null
 * device, opened the wrong way round, so that using it is still an error.
 */
static void keep_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* A result that did not reach its reader is a failure. */
static int close_stdout(bool said)
{
	if (fflush(stdout) || ferror(stdout))
		return said ? -EIO
			    : say_fail(EIO, "standard output cannot be written: %s",
				       strerror(errno ? errno : EIO));
	return 0;
}

static int dispatch(struct command *command)
{
	const struct options *options = &command->options;

	if (launched_rank() && (options->version || options->help || !command->verb->in_ranks))
		return 0;
	if (options->version) {
		printf("%s %s\n", command->program->name, VERSION);
		return 0;
	}
	if (options->help && options->help_form)
		return manual_print(stdout, command->program, options->help_form);
	if (options->help) {
		help_print(stdout, command->program, command->verb);
		return 0;
	}
	if (command->verb->no_operands && *command->operands)
		return say_fail(EINVAL, "%s takes no %s: '%s' is too much", command->verb->name,
				command->program->operand, *command->operands);
	return command->verb->run(command);
}

int program_main(const struct program *program, int argc, char **argv)
{
	struct command command;
	int ret, flushed;

	launch_begin();
	/* A measurement is started as /proc/self/exe: ps and top are to show what it is. */
	prctl(PR_SET_NAME, program->name);
	keep_standard_descriptors();
	process_set_prepare(place_undo_openmp);
	/* Whoever started us may have ignored it; then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	say_setup(program->name, SAY_NORMAL);
	ret = launched_check();
	if (!ret)
		ret = launch_take_request(&argc, &argv);
	if (ret)
		return say_exit_code(ret);
	if (!launched())
		strategy_set_ranks_missing(launcher_missing());
	say_setup(program->name, launched_rank() ? SAY_LATER : SAY_NORMAL);
	ret = command_parse(&command, program, argc, argv);
	if (!ret)
		ret = dispatch(&command);
	/* The errors of ranks were said by them; what nobody meant to come up here was not. */
	if (say_exit_code(ret) == 1 && ret != -EIO && !say_has_failed())
		say_fail(-ret, "it failed: %s", strerror(-ret));
	say_progress(NULL);
	say_what_was_kept(launched_rank());
	companion_end();
	flushed = close_stdout(ret && say_has_failed());
	ret = ret ? ret : flushed;
	stage_tell(STAGE_OVER, say_exit_code(ret));
	command_free(&command);
	say_forget();
	launch_end();
	return say_exit_code(ret);
}
