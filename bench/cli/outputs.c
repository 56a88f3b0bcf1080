/* The places that a document is written to. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/say.h"
#include "command.h"

const struct format *const output_formats[OUTPUTS] = { &format_json,     &format_csv,
						       &format_markdown, &format_extrap,
						       &format_svg,      &format_png,
						       &format_html };

/* Whether a file can be written, or made where there is none. */
static int check_file(const char *path)
{
	char folder[PATH_MAX];
	struct stat status;
	char *slash;

	/* Not opened: the reader of a FIFO would take the close for the end. */
	if (!stat(path, &status))
		return S_ISDIR(status.st_mode) ? -EISDIR : access(path, W_OK) ? -errno : 0;
	if (errno != ENOENT)
		return -errno;
	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == folder)
		slash++;
	if (slash)
		*slash = '\0';
	return access(slash ? folder : ".", W_OK | X_OK) ? -errno : 0;
}

int outputs_check(const struct command *command)
{
	for (int i = 0; i < OUTPUTS; i++) {
		const char *path = command->options.outputs[i].path;
		int ret = path ? check_file(path) : 0;

		if (ret)
			return say_fail(EINVAL, "%s cannot be written: %s", path, strerror(-ret));
	}
	return 0;
}

/* A file that could not be written whole does not stay, unless it was there before. */
static int write_file(const char *path, const struct format *format,
		      const struct document *document)
{
	bool before = access(path, F_OK) == 0;
	FILE *file = fopen(path, "we");
	int ret, failed;

	if (!file)
		return say_fail(errno, "%s cannot be written: %s", path, strerror(errno));
	ret = format->write(file, document);
	failed = ferror(file);
	if ((fclose(file) || failed) && !ret)
		ret = say_fail(EIO, "%s cannot be written: %s", path, strerror(errno));
	if (ret && !before)
		unlink(path);
	return ret;
}

int outputs_write(struct command *command, const struct document *document,
		  int (*text)(FILE *, const struct document *))
{
	int ret = 0, printed;

	for (int i = 0; i < OUTPUTS; i++) {
		const struct output_to *to = &command->options.outputs[i];
		int wrote = 0;

		if (to->wanted && to->path)
			wrote = write_file(to->path, output_formats[i], document);
		else if (to->wanted)
			text = output_formats[i]->write;
		ret = ret ? ret : wrote;
	}
	printed = text(stdout, document);
	return ret ? ret : printed;
}
