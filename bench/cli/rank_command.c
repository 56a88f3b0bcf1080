/* A command for ranks: its options as words, what was typed and its job through standard input. */
#define _GNU_SOURCE
#include "rank_command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/exit_code.h"
#include "bench/base/say.h"
#include "bench/base/words.h"
#include "bench/launcher/feed.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/launch_ranks.h"
#include "bench/launcher/rank_environment.h"
#include "bench/launcher/wire.h"
#include "bench/team/strategy.h"
#include "job.h"
#include "outputs.h"
#include "team_session.h"

/* What was typed, as the first line of what rank 0 reads. */
static int rank_command_put_words(FILE *file, char *const *argv)
{
	char *text = wire_write(argv, words_count(argv));

	if (!text)
		return -ENOMEM;
	fprintf(file, "%s\n", text);
	free(text);
	return 0;
}

/* Reads the job, and writes it where rank 0 reads it: in memory. *feed is open at its begin. The
 * embedded job is made by rank 0, which knows on how many hosts the ranks are. */
static int rank_command_fill(struct command *command, int *feed)
{
	int memory = memfd_create("job", MFD_CLOEXEC), copy = memory < 0 ? -1 : dup(memory);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "w");
	struct work *work = NULL;
	int ret = file ? feed_begin(memory) : -errno;

	if (!ret)
		ret = rank_command_put_words(file, command->argv);
	if (!ret && !command->verb->no_operands && (command->job.file || *command->operands))
		ret = job_read_copy(command, &work, file);
	if (work)
		work->type->free(work);
	if (!file && copy >= 0)
		close(copy);
	if (!file)
		say_fail(-ret, "the job cannot be kept for the ranks: %s", strerror(-ret));
	if (file && (ferror(file) | fclose(file)) && !ret)
		ret = say_fail(ENOMEM, "not enough memory to hand the job to the ranks");
	if (!ret)
		ret = feed_end(memory);
	*feed = memory;
	return ret;
}

int rank_command_start(struct command *command, unsigned int ranks)
{
	struct launch_ranks relay = {
		.program = command->program->name,
		.launcher = launcher_find(command->launcher.name, strategy_mpi_version()),
		.request = &command->launcher,
		.ranks = ranks,
		.words = command->words,
		.word_count = (size_t)(command->operands - command->words),
		.start_s = command->launcher.start_timeout,
	};
	int ret = outputs_check(command);

	relay.feed = -1;
	if (!ret)
		ret = rank_command_fill(command, &relay.feed);
	if (!relay.start_s)
		relay.start_s = 60 + ranks;
	/* Rank 0 would warn of the same. */
	say_hand_on();
	if (!ret)
		ret = launch_ranks(&relay);
	if (relay.feed >= 0)
		close(relay.feed);
	return ret <= 0 ? ret : -exit_code_errno(ret);
}

int rank_command_take(struct command *command)
{
	char **typed, *line = NULL;
	size_t room = 0, count;
	ssize_t length;
	int ret = 0;

	if (!launch_has_request() || rank_environment_rank())
		return 0;
	ret = feed_take(STDIN_FILENO);
	if (ret == -EBADMSG)
		return say_fail(
			EIO,
			"the job did not come through standard input as it was sent, as happens to "
			"more than 64 KiB with Open MPI 5: start the ranks with mpirun, and give "
			"the job with -f FILE");
	if (ret)
		return say_fail(EIO, "the job did not come through standard input: %s",
				strerror(-ret));
	length = getline(&line, &room, stdin);
	if (length > 0 && line[length - 1] == '\n')
		line[length - 1] = '\0';
	ret = length > 0 ? wire_read(line, &typed, &count) : -EPROTO;
	free(line);
	if (ret)
		return say_fail(EIO, "the job did not come through standard input");
	free(command->argv);
	command->argv = typed;
	if (!command->verb->no_operands) {
		command->job.file = "-";
		command->job.file_name = "the job";
	}
	return 0;
}
