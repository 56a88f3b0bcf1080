/* Reading the job: operands, and lines of a list. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/rank_environment.h"
#include "command.h"
#include "job.h"

/* How long something that is piped in, and that nobody asked for, is waited for. */
enum { PIPE_PATIENCE_S = 60 };

/* Cuts the comment and the space around what is left. A # within a word is part of it. */
static char *job_trim(char *line)
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

/* Longer than any URL that is taken. */
enum { LINE_BYTES = 131072 };

/* The lines of a list, as it is read: in bounded memory, whatever the list. */
struct lines {
	FILE *file;
	const char *name; /* for messages */
	size_t number;    /* of the line that was read last, from 1 on */
	char *text;       /* that line, without its end */
};

/* Says what is wrong with the line that is being read. */
static int lines_refuse(const struct lines *lines, const char *why)
{
	return say_fail(EINVAL, "%.400s:%zu: %s", lines->name, lines->number, why);
}

/* Reads the next line. Returns 1, 0 at the end of the list, or -errno having said why. */
static int lines_next(struct lines *lines)
{
	size_t length = 0;
	int byte;

	lines->number++;
	while ((byte = getc_unlocked(lines->file)) != EOF && byte != '\n') {
		if (!byte)
			return lines_refuse(lines, "the line has a NUL byte: this is no text file");
		if (length == LINE_BYTES)
			return lines_refuse(lines, "the line has over 131072 bytes: no line of a "
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

static int lines_open(struct lines *lines, FILE *file, const char *name)
{
	_Static_assert(LINE_BYTES == 131072, "the message names it");

	*lines = (struct lines){ .file = file, .name = name, .text = malloc(LINE_BYTES + 1) };
	return lines->text ? 0 : -ENOMEM;
}

/* Takes in one operand, or a line that says more of the one before it, and keeps it where it is to
 * be taken in again. */
static int job_add_text(struct command *command, const char *text, bool more, const char *where,
			FILE *again)
{
	const struct program *program = command->program;

	if (again)
		fprintf(again, "%s%s\n", more ? " " : "", text);
	return more ? program->job_more(program->config, text, where)
		    : program->job_add(program->config, text, where);
}

static int job_read_lines(struct command *command, FILE *file, const char *name, FILE *again,
			  size_t *count)
{
	struct lines lines;
	int ret = lines_open(&lines, file, name), more;

	while (!ret && (more = lines_next(&lines))) {
		char where[512];
		char *text;

		if (more < 0) {
			ret = more;
			break;
		}
		text = job_trim(lines.text);
		if (!*text)
			continue;
		snprintf(where, sizeof(where), "%.400s:%zu: ", name, lines.number);
		more = command->program->job_more && text > lines.text;
		ret = job_add_text(command, text, more, where, again);
		++*count;
	}
	free(lines.text);
	return ret;
}

/* Says of a list that nothing is in it, and what to do. */
static int job_refuse_empty(const struct command *command, const char *name)
{
	return say_fail(EINVAL, "%s has no %s in it%s", name, command->program->operand,
			command->job.piped ? ": give some, or </dev/null for the embedded job"
					   : "");
}

static FILE *job_open_list(const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;

	if (!file)
		say_fail(EINVAL, "%s cannot be read: %s", path, strerror(errno));
	return file;
}

static void job_close_list(FILE *file)
{
	if (file != stdin)
		fclose(file);
	else
		clearerr(stdin); /* a study puts what it has kept in its place */
}

static int job_read_embedded(struct command *command, FILE *again);

static int job_read_file(struct command *command, const char *path, FILE *again)
{
	const char *known = command->job.file_name;
	const char *name = known ? known : strcmp(path, "-") ? path : "standard input";
	FILE *file = job_open_list(path);
	size_t count = 0;
	int ret;

	if (!file)
		return -EINVAL;
	ret = job_read_lines(command, file, name, again, &count);
	job_close_list(file);
	if (ret || count)
		return ret;
	/* A launcher gives its ranks a pipe, whether anything is piped in or not; and ranks of ours
	 * get an empty one where nothing was given. */
	if (rank_environment_present() && (command->job.piped || launch_has_request()))
		return job_read_embedded(command, again);
	return job_refuse_empty(command, name);
}

/* The embedded job, as if it were operands. */
static int job_read_embedded(struct command *command, FILE *again)
{
	char *text = NULL;
	size_t length = 0, count = 0;
	FILE *list = open_memstream(&text, &length);
	bool apart = rank_environment_ranks_here() < rank_environment_ranks();
	int ret = list ? command->program->embedded(command->program->config, list, 0, apart)
		       : -ENOMEM;

	if (list && (ferror(list) | fclose(list)) && !ret)
		ret = -ENOMEM;
	list = ret ? NULL : fmemopen(text, length, "r");
	if (list)
		ret = job_read_lines(command, list, "the embedded job", again, &count);
	else if (!ret)
		ret = -ENOMEM;
	if (list)
		fclose(list);
	free(text);
	return ret;
}

static int job_read_all(struct command *command, FILE *again)
{
	int ret = 0;

	if (!command->job.file && !*command->operands)
		return job_read_embedded(command, again);
	if (command->job.file)
		ret = job_read_file(command, command->job.file, again);
	for (char **operand = command->operands; !ret && *operand; operand++)
		ret = job_add_text(command, *operand, false, "", again);
	return ret;
}

/* The job, read once, since it may come from where it can be no more, and added so many times. */
static int job_read_repeatedly(struct command *command, unsigned int times, FILE *copy)
{
	char *text = NULL;
	size_t length = 0, count = 0;
	FILE *again = open_memstream(&text, &length);
	int ret = again ? job_read_all(command, again) : -ENOMEM;

	if (again && (ferror(again) | fclose(again)) && !ret)
		ret = -ENOMEM;
	for (unsigned int time = 1; !ret && length && time < times; time++) {
		FILE *list = fmemopen(text, length, "r");

		ret = list ? job_read_lines(command, list, "the repeated job", NULL, &count)
			   : -ENOMEM;
		if (list)
			fclose(list);
	}
	if (copy && text)
		fwrite(text, 1, length, copy);
	free(text);
	return ret;
}

int job_read_kept(struct command *command, int kept, struct work **work)
{
	const char *path = command->job.file;
	const char *name = !path ? "the embedded job" : strcmp(path, "-") ? path : "standard input";
	int copy = kept < 0 ? -1 : dup(kept), ret = 0;
	FILE *list = copy < 0 ? NULL : fdopen(copy, "r");
	size_t count = 0;

	if (kept >= 0 && !list)
		return -errno;
	if (list) {
		lseek(kept, 0, SEEK_SET);
		ret = job_read_lines(command, list, name, NULL, &count);
		fclose(list);
	}
	if (!ret && list && !count)
		ret = job_refuse_empty(command, name);
	for (char **operand = command->operands; !ret && *operand; operand++)
		ret = job_add_text(command, *operand, false, "", NULL);
	return ret ? ret : command->program->job_done(command->program->config, work);
}

int job_read_copy(struct command *command, struct work **work, FILE *copy)
{
	const struct program *program = command->program;
	unsigned int times = command->job.repeat;
	int ret =
		times > 1 ? job_read_repeatedly(command, times, copy) : job_read_all(command, copy);

	return ret ? ret : program->job_done(program->config, work);
}

int job_keep(const char *path, FILE *into)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	FILE *file = job_open_list(path);
	struct lines lines;
	int ret, more = 0;

	if (!file)
		return -EINVAL;
	ret = lines_open(&lines, file, name);
	while (!ret && (more = lines_next(&lines)) > 0)
		if (fprintf(into, "%s\n", lines.text) < 0)
			ret = -errno;
	if (!ret)
		ret = more;
	free(lines.text);
	job_close_list(file);
	return ret;
}

/* Whether the process that launched this one has a terminal for its input: it hands that on as a
 * pipe, into which nothing comes until somebody types. */
static bool job_launcher_on_terminal(void)
{
	char path[64];
	int input;
	bool terminal;

	snprintf(path, sizeof(path), "/proc/%d/fd/0", (int)getppid());
	input = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	terminal = input >= 0 && isatty(input);
	if (input >= 0)
		close(input);
	return terminal;
}

/* What standard input is, if a list may come from it; NULL for a terminal or another device. */
static const char *job_kind_of_input(void)
{
	struct stat status;

	if (fstat(STDIN_FILENO, &status) ||
	    (rank_environment_present() && job_launcher_on_terminal()))
		return NULL;
	return S_ISREG(status.st_mode)    ? "a file"
	       : S_ISFIFO(status.st_mode) ? "a pipe"
	       : S_ISSOCK(status.st_mode) ? "a socket"
					  : NULL;
}

int job_take_piped(struct command *command)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	const char *operand = command->program->operand;
	double patience = command->study.max_time;
	const char *kind;

	if (!(patience > 0) || patience > PIPE_PATIENCE_S)
		patience = PIPE_PATIENCE_S;
	if (command->job.file || *command->operands || rank_environment_rank())
		return 0;
	kind = job_kind_of_input();
	if (!kind)
		return 0;
	command->job.file = "-";
	command->job.piped = true;
	/* Where we started the ranks, we have said it. */
	if (!rank_environment_present() || !launch_is_ours())
		say_fact("reads %ss from standard input, which is %s", operand, kind);
	if (poll(&input, 1, (int)(patience * 1000)) != 0)
		return 0;
	return say_fail(ETIME,
			"nothing came through standard input, which is %s, for %g s: give %ss, "
			"</dev/null for the embedded job, or -f - to wait for as long as it takes",
			kind, patience, operand);
}

int job_read(struct command *command, struct work **work)
{
	return job_read_copy(command, work, NULL);
}
