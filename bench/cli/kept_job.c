/* The job of a study, kept once. */
#define _GNU_SOURCE
#include "kept_job.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "job.h"

/* To write the job anew. Returns NULL with errno. */
static FILE *kept_job_rewrite(const struct kept_job *kept)
{
	bool empty = !ftruncate(kept->feed, 0) && !lseek(kept->feed, 0, SEEK_SET);
	int copy = empty ? dup(kept->feed) : -1;
	FILE *list = copy < 0 ? NULL : fdopen(copy, "w");

	if (copy >= 0 && !list)
		close(copy);
	return list;
}

static int kept_job_take(struct kept_job *kept, const char *path)
{
	FILE *list = kept_job_rewrite(kept);
	int ret;

	if (!list)
		return -errno;
	ret = job_keep(path, list);
	if (fclose(list) && !ret)
		ret = say_fail(EIO, "%s cannot be kept: %s", path, strerror(errno));
	return ret;
}

int kept_job_embed(struct kept_job *kept, struct command *command, uint64_t items)
{
	const struct program *program = command->program;
	FILE *list = kept_job_rewrite(kept);
	int ret;

	if (!list)
		return -errno;
	ret = program->embedded(program->config, list, items,
				command->study.nodes.count ||
					launcher_reaches_out(&command->launcher));
	if (fclose(list) && !ret)
		ret = -errno;
	return ret;
}

/* The job is read here too, so that what is wrong with it is said once. */
static int kept_job_check(struct kept_job *kept, struct command *command)
{
	struct work *work;
	int ret = job_read_kept(command, kept->feed, &work);

	if (!ret)
		work->type->free(work);
	return ret;
}

int kept_job_open(struct kept_job *kept, struct command *command)
{
	const char *path = command->job.file;
	int ret = 0;

	*kept = (struct kept_job){ .feed = -1 };
	if (command->verb->no_operands)
		return 0;
	kept->embedded = !path && !*command->operands;
	if (path || kept->embedded) {
		kept->feed = memfd_create("job", MFD_CLOEXEC);
		if (kept->feed < 0)
			return -errno;
		ret = path ? kept_job_take(kept, path) : kept_job_embed(kept, command, 0);
	}
	return ret ? ret : kept_job_check(kept, command);
}

void kept_job_close(struct kept_job *kept)
{
	if (kept->feed >= 0)
		close(kept->feed);
	kept->feed = -1;
}
