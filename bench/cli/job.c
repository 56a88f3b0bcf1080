/* Reading the job: operands and lines. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/say.h"
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

static int read_lines(struct command *command, FILE *file, const char *name, size_t *count)
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
		ret = command->program->job_add(command->program->config, text, where);
		++*count;
	}
	if (!ret && ferror(file))
		ret = say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	free(line);
	return ret;
}

static int read_file(struct command *command, const char *path)
{
	bool standard = !strcmp(path, "-");
	const char *known = command->options.file_name;
	const char *name = known ? known : standard ? "standard input" : path;
	FILE *file = standard ? stdin : fopen(path, "re");
	size_t count = 0;
	int ret;

	if (!file)
		return say_fail(EINVAL, "%s cannot be read: %s", path, strerror(errno));
	ret = read_lines(command, file, name, &count);
	if (!ret && !count)
		ret = say_fail(EINVAL, "%s has no %s in it", name, command->program->operand);
	if (!standard)
		fclose(file);
	return ret;
}

int job_read(struct command *command, struct work **work)
{
	const struct program *program = command->program;
	int ret = 0;

	if (command->options.file)
		ret = read_file(command, command->options.file);
	for (char **operand = command->operands; !ret && *operand; operand++)
		ret = program->job_add(program->config, *operand, "");
	return ret ? ret : program->job_done(program->config, work);
}

int refuse_operands(const struct command *command)
{
	return say_fail(EINVAL, "%s takes no %s: '%s' is too much", command->verb->name,
			command->program->operand, *command->operands);
}
