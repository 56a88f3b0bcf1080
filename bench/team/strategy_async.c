/* async: one worker, an event loop: -k items in flight, taken in turn. The loop itself belongs to
 * the work. */
#include "team_inside.h"

const struct strategy strategy_async = {
	.name = "async",
	.about = "one worker with -k items in flight, taken in turn",
	.one_worker = true,
	.in_ranks = true,
	.open = worker_alone_open,
	.run = worker_alone_run,
	.close = worker_alone_close,
};
