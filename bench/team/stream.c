/* The thread that looks into the ledger. */
#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "bench/base/clock.h"

/* How long a result may wait: seldom enough for the clock. */
#define STREAM_LOOK_NS 20000000

struct stream {
	stream_print *print;
	stream_put *put;
	struct ledger_watch commits;
	bool begun, threaded;
	pthread_t thread;
	_Atomic bool over; /* relaxed: the join orders what the thread did before what follows */
	uint64_t cpu_ns;   /* the thread's, once it has ended */
};

int stream_open(struct stream **stream, stream_print *print, stream_put *put)
{
	*stream = calloc(1, sizeof(**stream));
	if (!*stream)
		return -ENOMEM;
	(*stream)->print = print;
	(*stream)->put = put;
	return 0;
}

void stream_close(struct stream *stream)
{
	free(stream);
}

/* Prints what was committed since, all at once. */
static void stream_look(struct stream *stream)
{
	const struct work *work = stream->commits.ledger->work;
	char *text = NULL;
	size_t length = 0;
	FILE *file = NULL;
	struct chunk chunk;

	while (ledger_watch_next(&stream->commits, &chunk)) {
		if (!file)
			file = open_memstream(&text, &length);
		if (!file)
			break;
		stream->print(file, work, &chunk);
	}
	if (file && !fclose(file))
		stream->put(text, length);
	free(text);
}

static void *stream_work(void *context)
{
	struct stream *stream = context;

	while (!atomic_load_explicit(&stream->over, memory_order_relaxed)) {
		stream_look(stream);
		nanosleep(&(struct timespec){ .tv_nsec = STREAM_LOOK_NS }, NULL);
	}
	stream->cpu_ns += clock_cpu_ns();
	return NULL;
}

int stream_begin(struct stream *stream, const struct ledger *ledger)
{
	int ret = stream ? ledger_watch_open(&stream->commits, ledger) : 0;

	if (!stream || ret)
		return ret;
	atomic_store_explicit(&stream->over, false, memory_order_relaxed);
	stream->threaded = !pthread_create(&stream->thread, NULL, stream_work, stream);
	stream->begun = true;
	return 0;
}

void stream_end(struct stream *stream)
{
	if (!stream || !stream->begun)
		return;
	atomic_store_explicit(&stream->over, true, memory_order_relaxed);
	if (stream->threaded)
		pthread_join(stream->thread, NULL);
	stream_look(stream);
	ledger_watch_close(&stream->commits);
	stream->begun = false;
}

double stream_cpu_s(const struct stream *stream)
{
	return stream ? (double)stream->cpu_ns * 1e-9 : 0;
}
