/* Whether ranks are of one program. */
#define _GNU_SOURCE
#include "hello.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/base/version.h"
#include "batch.h"
#include "worker.h"

/* Raise it when messages change, but for what the sizes tell. */
#define HELLO_MESSAGES 2

_Static_assert(sizeof(struct hello) <= HELLO_BYTES, "all versions have room for it");

void hello_begin(struct hello *hello, const char *work)
{
	*hello = (struct hello){ 0 };
	snprintf(hello->version, sizeof(hello->version), VERSION " (messages %d.%zu.%zu.%zu.%zu)",
		 HELLO_MESSAGES, sizeof(struct batch), sizeof(struct worker),
		 sizeof(struct worker_figures), sizeof(struct worker_look));
	snprintf(hello->work, sizeof(hello->work), "%s", work);
	gethostname(hello->host, sizeof(hello->host) - 1);
}

int hello_check(const struct hello *leader, const struct hello *other, unsigned int rank)
{
	if (strncmp(leader->version, other->version, sizeof(leader->version)))
		return say_fail(ENOTSUP,
				"rank %u on %.63s runs version %.63s, and rank 0 on %.63s %.63s: "
				"install the same on all hosts",
				rank, other->host, other->version, leader->host, leader->version);
	if (strncmp(leader->work, other->work, sizeof(leader->work)))
		return say_fail(
			ENOTSUP,
			"rank %u on %.63s is for %.63s, and rank 0 on %.63s for %.63s: start "
			"one program, with one command",
			rank, other->host, other->work, leader->host, leader->work);
	return 0;
}

/* NAN, which is no quota, is equal to itself. */
static bool hello_quota_is_alike(double one, double other)
{
	return one == other || (isnan(one) && isnan(other));
}

bool hello_is_alike(const struct hello *one, const struct hello *other)
{
	return !strcmp(one->cpu_model, other->cpu_model) && one->cores == other->cores &&
	       hello_quota_is_alike(one->cpu_quota, other->cpu_quota);
}
