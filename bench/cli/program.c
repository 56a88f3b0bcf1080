/* The main function of every program. */
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "bench/base/companion.h"
#include "bench/base/exit_code.h"
#include "bench/base/limits.h"
#include "bench/base/process.h"
#include "bench/base/say.h"
#include "bench/base/version.h"
#include "bench/launcher/argv_secrets.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/launcher.h"
#include "bench/launcher/rank_environment.h"
#include "bench/launcher/stage.h"
#include "bench/place/openmp_env.h"
#include "bench/team/strategy.h"
#include "command.h"
#include "completion.h"
#include "help.h"
#include "manual.h"
#include "piped_input.h"

/*
 * A descriptor from 0 to 2 that was closed would go to the next file opened. It is given to a null
 * device, opened the wrong way round, so that using it is still an error.
 */
static void program_keep_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* A result that did not reach its reader is a failure. */
static int program_close_stdout(bool said)
{
	if (fflush(stdout) || ferror(stdout))
		return said ? -EIO
			    : say_fail(EIO, "standard output cannot be written: %s",
				       strerror(errno ? errno : EIO));
	return 0;
}

static int program_print_help(const struct command *command)
{
	if (command->talk.form == HELP_MAN)
		manual_print(stdout, command->program);
	else if (command->talk.form == HELP_BASH)
		completion_print(stdout, command->program);
	else
		help_print(stdout, command->program, command->verb);
	return 0;
}

static int program_dispatch(struct command *command)
{
	int ret;

	if (rank_environment_rank() &&
	    (command->talk.version || command->talk.help || !command->verb->in_ranks))
		return 0;
	if (command->talk.version) {
		printf("%s %s\n", command->program->name, VERSION);
		return 0;
	}
	if (command->talk.help)
		return program_print_help(command);
	if (command->verb->no_operands && *command->operands)
		return say_fail(EINVAL, "%s takes no %s: '%s' is too much", command->verb->name,
				command->program->operand, *command->operands);
	ret = command->verb->no_operands || command->verb->bit == VERB_REPORT ||
			      (rank_environment_present() &&
			       (command->verb->bit & (VERB_COMPARE | VERB_SCALE)))
		      ? 0
		      : piped_input_take(command);
	return ret ? ret : command->verb->run(command);
}

int program_main(const struct program *program, int argc, char **argv)
{
	struct command command;
	int ret, flushed;

	/* First of all, while next to nothing of the stack is in use. */
	say_setup(program->name, SAY_NORMAL);
	ret = limits_check_stack();
	if (ret)
		return exit_code(ret);
	launch_begin();
	ret = argv_secrets_take(&argc, &argv);
	if (ret)
		return exit_code(ret);
	/* A measurement is started as /proc/self/exe: ps and top are to show what it is. */
	prctl(PR_SET_NAME, program->name);
	program_keep_standard_descriptors();
	process_set_prepare(openmp_env_undo);
	/* Whoever started us may have ignored it; then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	ret = rank_environment_check(strategy_mpi_version());
	if (!ret)
		ret = launch_take_request(&argc, &argv);
	if (ret)
		return exit_code(ret);
	say_setup(program->name, rank_environment_rank() ? SAY_LATER : SAY_NORMAL);
	ret = command_parse(&command, program, argc, argv);
	if (!ret && !rank_environment_present())
		strategy_set_ranks_missing(launcher_missing(
			launcher_find(command.launcher.name, strategy_mpi_version())));
	if (!ret)
		ret = program_dispatch(&command);
	/* The errors of ranks were said by them; what nobody meant to come up here was not. */
	if (exit_code(ret) == 1 && ret != -EIO && !say_has_failed())
		say_fail(-ret, "it failed: %s", strerror(-ret));
	say_progress(NULL);
	say_what_was_kept(rank_environment_rank());
	companion_end();
	flushed = program_close_stdout(ret && say_has_failed());
	ret = ret ? ret : flushed;
	stage_tell(STAGE_OVER, exit_code(ret));
	command_free(&command);
	say_forget();
	argv_secrets_forget();
	launch_end();
	return exit_code(ret);
}
