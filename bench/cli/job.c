/* Reading the job: operands, and lines of a list. */
#define _GNU_SOURCE
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/rank_environment.h"
#include "job_lines.h"

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
	struct job_lines lines;
	int ret = job_lines_open(&lines, file, name), more;

	while (!ret && (more = job_lines_next(&lines))) {
		char where[512];
		char *text;

		if (more < 0) {
			ret = more;
			break;
		}
		text = job_lines_trim(lines.text);
		if (!*text)
			continue;
		snprintf(where, sizeof(where), "%.400s:%zu: ", name, lines.number);
		more = command->program->job_more && text > lines.text;
		ret = job_add_text(command, text, more, where, again);
		++*count;
	}
	job_lines_close(&lines);
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
	struct job_lines lines;
	int ret, more = 0;

	if (!file)
		return -EINVAL;
	ret = job_lines_open(&lines, file, name);
	while (!ret && (more = job_lines_next(&lines)) > 0)
		if (fprintf(into, "%s\n", lines.text) < 0)
			ret = -errno;
	if (!ret)
		ret = more;
	job_lines_close(&lines);
	job_close_list(file);
	return ret;
}

int job_read(struct command *command, struct work **work)
{
	return job_read_copy(command, work, NULL);
}
