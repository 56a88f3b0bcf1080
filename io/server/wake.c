/* Waking: a heap of what waits, and a thread that resumes each when it is due. */
#include "wake.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include <microhttpd.h>

#include "bench/base/array.h"
#include "bench/base/clock.h"

#define SECOND_NS 1000000000u

struct wake {
	pthread_t waker;
	pthread_mutex_t lock;     /* of all below */
	pthread_cond_t earlier;   /* the first due time is another */
	struct sleeper **waiting; /* a heap: none is due before its parent */
	size_t count, room;
	bool stopping;
};

static void wake_sift_up(struct sleeper **heap, size_t at, struct sleeper *sleeper)
{
	while (at > 0 && heap[(at - 1) / 2]->due_ns > sleeper->due_ns) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = sleeper;
}

static struct sleeper *wake_pop(struct wake *wake)
{
	struct sleeper **heap = wake->waiting, *first = heap[0], *last = heap[--wake->count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < wake->count) {
		if (child + 1 < wake->count && heap[child + 1]->due_ns < heap[child]->due_ns)
			child++;
		if (heap[child]->due_ns >= last->due_ns)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return first;
}

static bool wake_make_room(struct wake *wake)
{
	return !array_reserve(&wake->waiting, &wake->room, wake->count + 1);
}

bool wake_at(struct wake *wake, struct sleeper *sleeper, uint64_t due_ns)
{
	bool ok;

	pthread_mutex_lock(&wake->lock);
	ok = !wake->stopping && wake_make_room(wake);
	if (ok) {
		sleeper->due_ns = due_ns;
		wake_sift_up(wake->waiting, wake->count++, sleeper);
		MHD_suspend_connection(sleeper->connection);
		if (wake->waiting[0] == sleeper)
			pthread_cond_signal(&wake->earlier);
	}
	pthread_mutex_unlock(&wake->lock);
	return ok;
}

/* The waker's thread: resumes each when it is due, and all at the end. */
static void *wake_run(void *from)
{
	struct wake *wake = from;

	/* Linux may otherwise be 50 us late, to spare the battery. */
	prctl(PR_SET_TIMERSLACK, 1);
	pthread_mutex_lock(&wake->lock);
	while (!wake->stopping || wake->count) {
		uint64_t now = clock_ns(), due;
		struct timespec until;

		if (!wake->count) {
			pthread_cond_wait(&wake->earlier, &wake->lock);
			continue;
		}
		due = wake->waiting[0]->due_ns;
		if (wake->stopping || due <= now) {
			MHD_resume_connection(wake_pop(wake)->connection);
			continue;
		}
		until.tv_sec = (time_t)(due / SECOND_NS);
		until.tv_nsec = (long)(due % SECOND_NS);
		pthread_cond_timedwait(&wake->earlier, &wake->lock, &until);
	}
	pthread_mutex_unlock(&wake->lock);
	return NULL;
}

int wake_open(struct wake **out)
{
	struct wake *wake = calloc(1, sizeof(*wake));
	pthread_condattr_t monotonic;
	int ret;

	if (!wake)
		return -ENOMEM;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&wake->earlier, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&wake->lock, NULL);
	ret = -pthread_create(&wake->waker, NULL, wake_run, wake);
	if (ret)
		wake_close(wake);
	else
		*out = wake;
	return ret;
}

void wake_stop(struct wake *wake)
{
	pthread_mutex_lock(&wake->lock);
	wake->stopping = true;
	pthread_cond_signal(&wake->earlier);
	pthread_mutex_unlock(&wake->lock);
	pthread_join(wake->waker, NULL);
}

void wake_close(struct wake *wake)
{
	pthread_cond_destroy(&wake->earlier);
	pthread_mutex_destroy(&wake->lock);
	free(wake->waiting);
	free(wake);
}
