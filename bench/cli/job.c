/* Reading the job: operands and lines. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "command.h"

/* Cuts the comment and the space around what is left. A # within a word is part of it. */
static char *trim(char *line)
{
	char *end;

	while (isspace((unsigned char)*line))
		line++;
	for (end = line; *end; end++)
		if (*end == '#' && (end == line || isspace((unsigned char)end[-1])))
			break;
	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return line;
}

/* Takes in one operand, and keeps it where it is to be taken in again. */
static int add(struct command *command, const char *text, const char *where, FILE *again)
{
	if (again)
		fprintf(again, "%s\n", text);
	return command->program->job_add(command->program->config, text, where);
}

static int read_lines(struct command *command, FILE *file, const char *name, FILE *again,
		      size_t *count)
{
	size_t room = 0, number = 0;
	char *line = NULL;
	ssize_t length;
	int ret = 0;

	while (!ret && (length = getline(&line, &room, file)) >= 0) {
		char where[512];
		char *text;

		number++;
		snprintf(where, sizeof(where), "%.400s:%zu: ", name, number);
		if (strlen(line) != (size_t)length) {
			ret = say_fail(EINVAL, "%sthe line has a NUL byte: this is no text file",
				       where);
			break;
		}
		text = trim(line);
		if (!*text)
			continue;
		ret = add(command, text, where, again);
		++*count;
	}
	if (!ret && ferror(file))
		ret = say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	free(line);
	return ret;
}

static int read_file(struct command *command, const char *path, FILE *again)
{
	bool standard = !strcmp(path, "-");
	const char *known = command->options.file_name;
	const char *name = known ? known : standard ? "standard input" : path;
	FILE *file = standard ? stdin : fopen(path, "re");
	size_t count = 0;
	int ret;

	if (!file)
		return say_fail(EINVAL, "%s cannot be read: %s", path, strerror(errno));
	ret = read_lines(command, file, name, again, &count);
	if (!ret && !count)
		ret = say_fail(EINVAL, "%s has no %s in it", name, command->program->operand);
	if (!standard)
		fclose(file);
	return ret;
}

/* The embedded job, as if it were operands. */
static int read_embedded(struct command *command, FILE *again)
{
	char *text = NULL;
	size_t length = 0, count = 0;
	FILE *list = open_memstream(&text, &length);
	int ret = list ? command->program->embedded(command->program->config, list, 0) : -ENOMEM;

	if (list && fclose(list) && !ret)
		ret = -ENOMEM;
	list = ret ? NULL : fmemopen(text, length, "r");
	if (list)
		ret = read_lines(command, list, "the embedded job", again, &count);
	else if (!ret)
		ret = -ENOMEM;
	if (list)
		fclose(list);
	free(text);
	return ret;
}

static int read_all(struct command *command, FILE *again)
{
	int ret = 0;

	if (!command->options.file && !*command->operands)
		return read_embedded(command, again);
	if (command->options.file)
		ret = read_file(command, command->options.file, again);
	for (char **operand = command->operands; !ret && *operand; operand++)
		ret = add(command, *operand, "", again);
	return ret;
}

/* The job once, and as often again as was asked for: it may come from where it can be read but
 * once. */
static int read_repeatedly(struct command *command, unsigned int times, FILE *copy)
{
	char *text = NULL;
	size_t length = 0, count = 0;
	FILE *again = open_memstream(&text, &length);
	int ret = again ? read_all(command, again) : -ENOMEM;

	if (again && fclose(again) && !ret)
		ret = -ENOMEM;
	for (unsigned int time = 1; !ret && length && time < times; time++) {
		FILE *list = fmemopen(text, length, "r");

		ret = list ? read_lines(command, list, "the repeated job", NULL, &count) : -ENOMEM;
		if (list)
			fclose(list);
	}
	if (copy && text)
		fwrite(text, 1, length, copy);
	free(text);
	return ret;
}

int job_read_copy(struct command *command, struct work **work, FILE *copy)
{
	const struct program *program = command->program;
	unsigned int times = command->options.repeat;
	int ret = times > 1 ? read_repeatedly(command, times, copy) : read_all(command, copy);

	return ret ? ret : program->job_done(program->config, work);
}

int job_read(struct command *command, struct work **work)
{
	return job_read_copy(command, work, NULL);
}
