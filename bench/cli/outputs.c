/* The places that a document is written to. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench/say.h"
#include "command.h"

const struct format *const output_formats[OUTPUTS] = { &format_json, &format_csv,
						       &format_markdown };

int outputs_open(struct command *command)
{
	for (int i = 0; i < OUTPUTS; i++) {
		struct output_to *to = &command->options.outputs[i];

		if (!to->path)
			continue;
		to->file = open(to->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		to->created = to->file >= 0;
		if (to->file < 0)
			to->file = open(to->path, O_WRONLY | O_CLOEXEC);
		if (to->file < 0)
			return say_fail(EINVAL, "%s cannot be written: %s", to->path,
					strerror(errno));
	}
	return 0;
}

static int write_file(struct output_to *to, const struct format *format,
		      const struct document *document)
{
	FILE *file;
	int ret;

	/* A device has no length to cut. */
	if (ftruncate(to->file, 0) < 0 && errno != EINVAL)
		return say_fail(errno, "%s cannot be written: %s", to->path, strerror(errno));
	file = fdopen(to->file, "w");
	if (!file)
		return -ENOMEM;
	to->file = -1;
	ret = format->write(file, document);
	if (fclose(file) && !ret)
		ret = say_fail(EIO, "%s cannot be written: %s", to->path, strerror(errno));
	return ret;
}

int outputs_write(struct command *command, const struct document *document,
		  int (*text)(FILE *, const struct document *))
{
	int ret = 0;

	for (int i = 0; !ret && i < OUTPUTS; i++) {
		struct output_to *to = &command->options.outputs[i];

		if (to->wanted && to->path)
			ret = write_file(to, output_formats[i], document);
		else if (to->wanted)
			text = output_formats[i]->write;
	}
	return ret ? ret : text(stdout, document);
}

void outputs_close(struct command *command, bool failed)
{
	for (int i = 0; i < OUTPUTS; i++) {
		struct output_to *to = &command->options.outputs[i];

		if (to->file >= 0)
			close(to->file);
		to->file = -1;
		if (failed && to->created)
			unlink(to->path);
	}
}
