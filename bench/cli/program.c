/* The main function of every program, and the table of verbs. */
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/launcher/rank_environment.h"
#include "bench/base/limits.h"
#include "bench/base/version.h"
#include "bench/base/companion.h"
#include "bench/base/process.h"
#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "bench/place/openmp_env.h"
#include "bench/launcher/launcher.h"
#include "bench/launcher/stage.h"
#include "bench/team/strategy.h"
#include "command.h"

const struct verb shared_verbs[] = {
	{ "run", "do the job once, with one strategy",
	  "The results go to standard output, and one line of how it went to standard error: the "
	  "strategy and its workers, the time from go until the merged result is there (the median, "
	  "of several rounds), the rate, and start-up, which is the time before go. It is said to be "
	  "verified when every result was checked and has been written.",
	  VERB_RUN, true, false, verb_run },
	{ "compare", "do the same job with every strategy, side by side",
	  "Each measurement is a fresh process; the order of each round is shuffled. workers are "
	  "those of each row, or ranks or workers x what each of them has. median is the time from go "
	  "to the merged result, and the interval the 95 % one of the median, which takes six rounds. "
	  "speedup is over the first row. start-up is the time before go. verified says whether every "
	  "result was checked and right; * marks rows of which some trials were disturbed: something "
	  "else had a worker's CPU, and such a trial does not count.\n\n"
	  "With two results as operands, OLD.json NEW.json, it tells instead which rows became slower "
	  "(exit 1), faster or the same within --tolerance, and of which the samples cannot tell (exit "
	  "5). Of equal results at most one comparison in twenty has any row slower or faster, "
	  "however many rows there are.",
	  VERB_COMPARE, true, false, verb_compare },
	{ "scale", "do it with 1, 2, 4 ... workers: how far it scales, what limits it",
	  "Against one worker, serial, each row's efficiency, speedup over concurrency, is taken "
	  "apart: it is clock (slower cores under load) x balance (workers that had less to do) x "
	  "running (the CPU time that workers had: others, or a quota, had the rest) x overhead "
	  "(claims, start and merge) x rest (what workers share: memory, caches, pipes). serial is "
	  "Karp and Flatt's fraction, the serial share that such a speedup would have by Amdahl's "
	  "law. Laws are fitted to the points that have a core for each worker; how far says whether "
	  "a law fits them, or by how much it is off. The knee is the fewest workers "
	  "within 5 % of the best rate; break-even the size of a job above which starting them pays. "
	  "Without operands the job is sized so that one worker needs about half a second.",
	  VERB_SCALE, false, false, verb_scale },
	{ "report", "show saved results again, of one job or of several",
	  "The operands are files that --json=FILE wrote: of one command, or of several jobs of the "
	  "same study, of 1, 2 and 4 nodes say. Their samples are put together, and what follows "
	  "from them is concluded anew, in any format. No sample counts twice.",
	  VERB_REPORT, false, false, verb_report },
	{ "place", "show where the workers would go, on this machine or any other",
	  "A row is a worker, and what its planned mask of PUs lies in: package, NUMA node, L3, core, "
	  "kind of core, PU; - where it spans several. bound is the mask read back from the system "
	  "once the workers stand, and state says whether it is as planned. On another machine, with "
	  "--topology, nobody is bound. The drawing below has each core's PUs with the workers on "
	  "them.",
	  VERB_PLACE, true, true, verb_place },
	{ "list", "name the strategies and what else there is, and why one is missing",
	  "here says whether it can be had on this machine, as this program was built; otherwise "
	  "the last column says why not.",
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

static int print_help(const struct command *command)
{
	if (command->options.talk.form == HELP_MAN)
		manual_print(stdout, command->program);
	else if (command->options.talk.form == HELP_BASH)
		completion_print(stdout, command->program);
	else
		help_print(stdout, command->program, command->verb);
	return 0;
}

static int dispatch(struct command *command)
{
	const struct options *options = &command->options;
	int ret;

	if (rank_environment_rank() &&
	    (options->talk.version || options->talk.help || !command->verb->in_ranks))
		return 0;
	if (options->talk.version) {
		printf("%s %s\n", command->program->name, VERSION);
		return 0;
	}
	if (options->talk.help)
		return print_help(command);
	if (command->verb->no_operands && *command->operands)
		return say_fail(EINVAL, "%s takes no %s: '%s' is too much", command->verb->name,
				command->program->operand, *command->operands);
	ret = command->verb->no_operands || command->verb->bit == VERB_REPORT ||
			      (rank_environment_present() &&
			       (command->verb->bit & (VERB_COMPARE | VERB_SCALE)))
		      ? 0
		      : job_take_piped(command);
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
		return say_exit_code(ret);
	launch_begin();
	/* A measurement is started as /proc/self/exe: ps and top are to show what it is. */
	prctl(PR_SET_NAME, program->name);
	keep_standard_descriptors();
	process_set_prepare(openmp_env_undo);
	/* Whoever started us may have ignored it; then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	ret = rank_environment_check();
	if (!ret)
		ret = launch_take_request(&argc, &argv);
	if (ret)
		return say_exit_code(ret);
	if (!rank_environment_present())
		strategy_set_ranks_missing(launcher_missing());
	say_setup(program->name, rank_environment_rank() ? SAY_LATER : SAY_NORMAL);
	ret = command_parse(&command, program, argc, argv);
	if (!ret)
		ret = dispatch(&command);
	/* The errors of ranks were said by them; what nobody meant to come up here was not. */
	if (say_exit_code(ret) == 1 && ret != -EIO && !say_has_failed())
		say_fail(-ret, "it failed: %s", strerror(-ret));
	say_progress(NULL);
	say_what_was_kept(rank_environment_rank());
	companion_end();
	flushed = close_stdout(ret && say_has_failed());
	ret = ret ? ret : flushed;
	stage_tell(STAGE_OVER, say_exit_code(ret));
	command_free(&command);
	say_forget();
	launch_end();
	return say_exit_code(ret);
}
