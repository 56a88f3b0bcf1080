/* The places that a document is written to. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/replace.h"
#include "bench/base/say.h"
#include "bench/base/version.h"
#include "command.h"
#include "outputs.h"
#include "team_result.h"

const struct format *const output_formats[OUTPUTS] = {
	[OUTPUT_JSON] = &format_json,         [OUTPUT_CSV] = &format_csv,
	[OUTPUT_MARKDOWN] = &format_markdown, [OUTPUT_EXTRAP] = &format_extrap,
	[OUTPUT_SVG] = &format_svg,           [OUTPUT_PNG] = &format_png,
	[OUTPUT_HTML] = &format_html,
};

/* The folder that a file is in, or would be. */
static bool output_find_folder(const char *path, const char **name, struct stat *status)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	*name = slash ? slash + 1 : path;
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	return stat(folder, status) == 0;
}

bool outputs_same(const char *one, const char *other)
{
	char a_path[PATH_MAX], b_path[PATH_MAX];
	struct stat a, b;
	const char *a_name, *b_name;
	bool a_there = stat(one, &a) == 0, b_there = stat(other, &b) == 0, as_it_is;

	if (a_there != b_there)
		return false;
	if (a_there)
		return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	if (replace_target(one, a_path, &as_it_is) || replace_target(other, b_path, &as_it_is))
		return false;
	return output_find_folder(a_path, &a_name, &a) && output_find_folder(b_path, &b_name, &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino && !strcmp(a_name, b_name);
}

bool outputs_is_stdout(const char *path)
{
	struct stat a, b;

	return stat(path, &a) == 0 && fstat(STDOUT_FILENO, &b) == 0 && S_ISREG(a.st_mode) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whether a file can be written, or made where there is none. */
static int output_check_file(const char *path)
{
	char folder[PATH_MAX], target[PATH_MAX];
	struct stat status;
	bool as_it_is;
	char *slash;
	int file, ret;

	/* Opening a pipe waits for its reader, and closing it tells the reader that all is read. */
	if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		return access(path, W_OK) ? -errno : 0;
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file >= 0) {
		close(file);
		return 0;
	}
	if (errno != ENOENT)
		return -errno;
	/* There is none: it will be made where the links lead. */
	ret = replace_target(path, target, &as_it_is);
	if (ret)
		return ret;
	snprintf(folder, sizeof(folder), "%s", target);
	slash = strrchr(folder, '/');
	if (slash && !slash[1])
		return -EISDIR;
	if (slash == folder)
		slash++;
	if (slash)
		*slash = '\0';
	return access(slash ? folder : ".", W_OK | X_OK) ? -errno : 0;
}

int outputs_check(const struct command *command)
{
	for (int i = 0; i < OUTPUTS; i++) {
		const char *path = command->outputs[i].path;
		int ret = path ? output_check_file(path) : 0;

		if (ret)
			return say_fail(EINVAL, "%s cannot be written: %s", path, strerror(-ret));
	}
	return 0;
}

static int output_check_input(const struct command *command, const char *input)
{
	for (int i = 0; i < OUTPUTS; i++) {
		const char *path = command->outputs[i].path;

		if (path && outputs_same(path, input))
			return say_fail(EINVAL, "%s is read: the results need another file", path);
	}
	return 0;
}

static struct look outputs_look(const struct command *command)
{
	return (struct look){ .metrics = command->program->shown,
			      .cpu_bound = command->program->cpu_bound,
			      .row_of_run = command->verb->bit == VERB_REPORT };
}

static int output_write_file(const char *path, const struct format *format,
			     const struct result *result, const struct look *look)
{
	struct replace replace;
	int ret = replace_open(&replace, path), failed;

	if (ret)
		return say_fail(-ret, "%s cannot be written: %s", path, strerror(-ret));
	failed = format->write(replace.file, result, look);
	ret = replace_close(&replace, failed);
	/* What the format could not do, it has said. */
	return !ret || failed ? ret
			      : say_fail(EIO, "%s cannot be written: %s", path, strerror(-ret));
}

int outputs_check_operands(const struct command *command)
{
	int ret = outputs_check(command);

	for (char **operand = command->operands; !ret && *operand; operand++)
		ret = output_check_input(command, *operand);
	return ret;
}

int outputs_begin(struct result *result, const struct command *command,
		  const struct placement *placement)
{
	int ret = result_begin(result, command->program->name, VERSION, command->verb->name,
			       command->argv);

	return ret || !placement ? ret : team_result_host(result, placement);
}

/* The warnings that were said become the result's. Returns 0 or -ENOMEM. */
static int outputs_keep_warnings(struct result *result)
{
	char *const *texts;
	size_t count = say_warnings(&texts);

	if (result->warnings)
		return 0;
	result->warnings = calloc(count + 1, sizeof(*result->warnings));
	for (size_t i = 0; result->warnings && i < count; i++)
		if (record_set_text(&result->warnings[i], texts[i]))
			return -ENOMEM;
	return result->warnings ? 0 : -ENOMEM;
}

const struct format *outputs_bare(const struct command *command)
{
	for (int i = OUTPUTS - 1; i >= 0; i--)
		if (command->outputs[i].wanted && !command->outputs[i].path)
			return output_formats[i];
	return NULL;
}

int outputs_write(struct command *command, struct result *result,
		  int (*print)(FILE *file, const struct result *result, void *context),
		  void *context)
{
	const struct look look = outputs_look(command);
	const struct format *bare = outputs_bare(command);
	int ret = outputs_keep_warnings(result), printed;

	for (int i = 0; i < OUTPUTS; i++) {
		const struct output_to *to = &command->outputs[i];
		int wrote = 0;

		if (to->wanted && to->path)
			wrote = output_write_file(to->path, output_formats[i], result, &look);
		ret = ret ? ret : wrote;
	}
	if (!bare && !print)
		bare = &format_text;
	printed = bare ? bare->write(stdout, result, &look) : print(stdout, result, context);
	return ret ? ret : printed;
}
