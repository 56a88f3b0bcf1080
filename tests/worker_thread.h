/* A worker that is a thread of the test: it does the work of one source until nothing is left. */
#ifndef WORKER_THREAD_H
#define WORKER_THREAD_H

#include <pthread.h>

#include "bench/team/source.h"
#include "bench/work.h"
#include "tests/testing.h"

struct worker_thread {
	struct source *source;
	struct work *work;
	unsigned int worker, inflight;
	pthread_t thread;
	int error;
};

static inline void *worker_thread_main(void *context)
{
	struct worker_thread *own = context;
	void *state;

	own->error = own->work->type->open(&state, own->work, own->inflight);
	if (own->error)
		return NULL;
	own->error = own->work->type->run(state, own->source->claim(own->source, own->worker));
	own->work->type->close(state);
	return NULL;
}

/* All of them, until the last has ended. None may fail. */
static inline void worker_threads_run(struct worker_thread *threads, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(pthread_create(&threads[i].thread, NULL, worker_thread_main,
						&threads[i]),
				 0);
	for (unsigned int i = 0; i < count; i++) {
		assert_int_equal(pthread_join(threads[i].thread, NULL), 0);
		assert_int_equal(threads[i].error, 0);
	}
}

#endif
