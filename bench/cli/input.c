/* The job of a study, kept once. */
#define _GNU_SOURCE
#include "input.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "job.h"

static int input_keep(struct input *input, const char *path)
{
	int copy = dup(input->feed), ret;
	FILE *list = copy < 0 ? NULL : fdopen(copy, "w");

	if (!list)
		return -errno;
	ret = job_keep(path, list);
	if (fclose(list) && !ret)
		ret = say_fail(EIO, "%s cannot be kept: %s", path, strerror(errno));
	return ret;
}

int input_embed(struct input *input, struct command *command, uint64_t items)
{
	const struct program *program = command->program;
	int copy = dup(input->feed), ret;
	FILE *list = copy < 0 ? NULL : fdopen(copy, "w");

	if (!list || ftruncate(input->feed, 0))
		return -errno;
	lseek(input->feed, 0, SEEK_SET);
	ret = program->embedded(program->config, list, items,
				command->study.nodes.count ||
					launcher_reaches_out(&command->launcher));
	if (fclose(list) && !ret)
		ret = -errno;
	return ret;
}

/* The job is read here too, so that what is wrong with it is said once. */
static int input_check(struct input *input, struct command *command)
{
	struct work *work;
	int ret = job_read_kept(command, input->feed, &work);

	if (!ret)
		work->type->free(work);
	return ret;
}

int input_open(struct input *input, struct command *command)
{
	const char *path = command->job.file;
	int ret = 0;

	*input = (struct input){ .feed = -1 };
	if (command->verb->no_operands)
		return 0;
	input->embedded = !path && !*command->operands;
	if (path || input->embedded) {
		input->feed = memfd_create("job", MFD_CLOEXEC);
		if (input->feed < 0)
			return -errno;
		ret = path ? input_keep(input, path) : input_embed(input, command, 0);
	}
	return ret ? ret : input_check(input, command);
}

void input_close(struct input *input)
{
	if (input->feed >= 0)
		close(input->feed);
	input->feed = -1;
}
