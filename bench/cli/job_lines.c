/* Lines of text, and what is none. */
#include "job_lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"

/* Longer than any URL that is taken. */
enum { LINE_BYTES = 131072 };

/* Says what is wrong with the line that is being read. */
static int job_lines_refuse(const struct job_lines *lines, const char *why)
{
	return say_fail(EINVAL, "%.400s:%zu: %s", lines->name, lines->number, why);
}

int job_lines_next(struct job_lines *lines)
{
	size_t length = 0;
	int byte;

	lines->number++;
	while ((byte = getc_unlocked(lines->file)) != EOF && byte != '\n') {
		if (!byte)
			return job_lines_refuse(lines,
						"the line has a NUL byte: this is no text file");
		if (length == LINE_BYTES)
			return job_lines_refuse(lines,
						"the line has over 131072 bytes: no line of a "
						"list is as long");
		lines->text[length++] = (char)byte;
	}
	if (ferror(lines->file))
		return say_fail(EINVAL, "%s cannot be read: %s", lines->name, strerror(errno));
	lines->text[length] = '\0';
	/* What some editors put before a text, to say that it is UTF-8. */
	if (lines->number == 1 && !strncmp(lines->text, "\xef\xbb\xbf", 3))
		memmove(lines->text, lines->text + 3, length - 2);
	return byte != EOF || length;
}

int job_lines_open(struct job_lines *lines, FILE *file, const char *name)
{
	_Static_assert(LINE_BYTES == 131072, "the message names it");

	*lines = (struct job_lines){ .file = file, .name = name, .text = malloc(LINE_BYTES + 1) };
	return lines->text ? 0 : -ENOMEM;
}

void job_lines_close(struct job_lines *lines)
{
	free(lines->text);
}

char *job_lines_trim(char *line)
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
