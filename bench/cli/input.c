/* The job of a study, kept once. */
#define _GNU_SOURCE
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"

/* The length of the line that some bytes leave open, `open` long before; more than JOB_LINE_MAX if
 * one of them was. */
static size_t input_line(const char *bytes, size_t count, size_t open)
{
	const char *end;

	while (open <= JOB_LINE_MAX && (end = memchr(bytes, '\n', count))) {
		size_t part = (size_t)(end - bytes);

		open += part;
		if (open > JOB_LINE_MAX)
			break;
		open = 0;
		bytes += part + 1;
		count -= part + 1;
	}
	return open + count;
}

static int input_copy(int into, int from, const char *name)
{
	char bytes[65536];
	size_t open = 0;
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0) {
		open = input_line(bytes, (size_t)got, open);
		if (open > JOB_LINE_MAX)
			return say_fail(
				EINVAL,
				"%s has a line of more than %d bytes: it is no list of jobs", name,
				JOB_LINE_MAX);
		if (write(into, bytes, (size_t)got) != got)
			return say_fail(EIO, "%s cannot be kept: %s", name, strerror(errno));
	}
	return got < 0 ? say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno)) : 0;
}

static int input_keep(struct input *input, const char *path)
{
	bool standard = !strcmp(path, "-");
	const char *name = standard ? "standard input" : path;
	int from = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), ret;

	if (from < 0)
		return say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	ret = input_copy(input->feed, from, name);
	if (!standard)
		close(from);
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
	ret = program->embedded(program->config, list, items);
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
	const char *path = command->options.file;
	int ret = 0;

	*input = (struct input){ .feed = -1, .embedded = !path && !*command->operands };
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
