/* serial: one worker, one item at a time, in the calling thread. The baseline. */
#include "team_inside.h"

const struct strategy strategy_serial = {
	.name = "serial",
	.about = "one worker, one item after the other: the baseline",
	.one_worker = true,
	.one_in_flight = true,
	.in_ranks = true,
	.open = worker_alone_open,
	.run = worker_alone_run,
	.close = worker_alone_close,
};
