/* Keeps all that a child prints. */
#include "capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "array.h"
#include "attend.h"
#include "process.h"

/* More than a launcher of ranks gets from a child of ours that has one itself. */
#define GRACE_NS 8000000000ull

struct outputs_kept {
	struct output *out, *err;
};

static int capture_append(struct output *output, const char *bytes, size_t length)
{
	if (array_reserve(&output->text, &output->room, output->length + length + 1))
		return -ENOMEM;
	memcpy(output->text + output->length, bytes, length);
	output->length += length;
	output->text[output->length] = '\0';
	return 0;
}

static int capture_out(struct attend *attend, const char *bytes, size_t length)
{
	return capture_append(((struct outputs_kept *)attend->context)->out, bytes, length);
}

static int capture_err(struct attend *attend, const char *bytes, size_t length)
{
	return capture_append(((struct outputs_kept *)attend->context)->err, bytes, length);
}

int capture_program(char *const *argv, char *const *environment, int feed, uint64_t until_ns,
		    struct output *out, struct output *err)
{
	struct outputs_kept kept = { out, err };
	struct attend how = {
		.out = capture_out,
		.err = capture_err,
		.context = &kept,
		.until_ns = until_ns,
		.grace_ns = GRACE_NS,
	};
	struct process child;
	int ret;

	*out = *err = (struct output){ 0 };
	attend_watch();
	ret = process_start(&child, argv, environment, feed);
	if (!ret)
		attend(&how, &child);
	if (attend_unwatch())
		return -EINTR;
	if (ret)
		return ret;
	if (how.late || how.error)
		return how.late ? -ETIME : how.error;
	return WIFSIGNALED(how.status) ? 128 + WTERMSIG(how.status) : WEXITSTATUS(how.status);
}
