/* The time of a command within the job of a batch system. */
#include "max_time.h"

#include <math.h>

#include "bench/base/say.h"
#include "bench/launcher/allocation.h"

/* Seconds for what is concluded and written after the measuring. */
#define MAX_TIME_REST_S 10

void max_time_cut(struct command *command)
{
	double left = allocation_left_s() - MAX_TIME_REST_S, *limit = &command->study.max_time;

	if (!(command->verb->bit & (VERB_RUN | VERB_COMPARE | VERB_SCALE)) ||
	    (*limit > 0 && *limit <= left) || isinf(left))
		return;
	if (*limit > 0)
		say_fact(
			"--max-time %g s would be over after the end of the job of Slurm: it is %.0f s",
			*limit, fmax(left, 1));
	*limit = fmax(left, 1);
}
