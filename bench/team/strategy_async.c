/* async: one worker, an event loop: -k items in flight, taken in turn. The loop itself belongs to
 * the work. */
#include "strategy.h"

const struct strategy strategy_async = {
	.name = "async",
	.about = "one worker with -k items in flight, taken in turn",
	.one_worker = true,
	.in_ranks = true,
	.open = alone_open,
	.run = alone_run,
	.close = alone_close,
};
