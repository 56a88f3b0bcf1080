/* A go: what all workers of a team start at once, and when it ends before its work is done. */
#ifndef GO_H
#define GO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/base/clock.h"

enum go_kind {
	GO_JOB,     /* the whole job, on the clock */
	GO_WEIGHTS, /* the job for a moment, by any schedule as if it were dynamic; its results are
		       forgotten */
	GO_REST,    /* what nobody has committed of the job, after a worker has died */
	GO_LOOK,    /* off the clock: each worker reads its mask back and times its core's clock */
};

/* One for all workers of a process, on pages that forked workers share. */
struct go {
	enum go_kind kind; /* set by the leader before the go, which publishes it */
	/* When nothing more is handed out, by clock_ns(); 0: never. Relaxed: it guards no data. */
	_Atomic uint64_t until_ns;
	/* The run is lost, and nothing more is handed out. Relaxed: it guards no data. */
	_Atomic bool stop;
};

/* Before each go, by the leader: no worker may be at work. */
static inline void go_begin(struct go *go, enum go_kind kind, uint64_t until_ns)
{
	go->kind = kind;
	atomic_store_explicit(&go->until_ns, until_ns, memory_order_relaxed);
	atomic_store_explicit(&go->stop, false, memory_order_relaxed);
}

static inline void go_stop(struct go *go)
{
	atomic_store_explicit(&go->stop, true, memory_order_relaxed);
}

/* True if nothing more is handed out, though there may be more. go may be NULL: never. */
static inline bool go_over(const struct go *go)
{
	uint64_t until;

	if (!go)
		return false;
	until = atomic_load_explicit(&go->until_ns, memory_order_relaxed);
	return atomic_load_explicit(&go->stop, memory_order_relaxed) ||
	       (until && clock_ns() >= until);
}

#endif
