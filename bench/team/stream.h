/*
 * Results that are printed as they end. At the leader one thread looks now and then which chunks
 * are committed, so that no worker waits for whoever reads, under any strategy.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdio.h>

#include "ledger_watch.h"

struct stream;

/* Writes what is to be printed of a chunk, in lines. Called in that thread, while others work. */
typedef void stream_print(FILE *file, const struct work *work, const struct chunk *chunk);

/* Puts lines where they are read. */
typedef void stream_put(const char *lines, size_t length);

/* Returns 0 or -ENOMEM. */
int stream_open(struct stream **stream, stream_print *print, stream_put *put);
void stream_close(struct stream *stream);

/* Begins to print what is committed in a ledger; without a thread, in the end. NULL:
 * nothing. Returns 0 or -ENOMEM. */
int stream_begin(struct stream *stream, const struct ledger *ledger);
/* All that is committed by now is printed. */
void stream_end(struct stream *stream);

/* CPU seconds that printing took: they are ours, and no worker's. 0 of NULL. */
double stream_cpu_s(const struct stream *stream);

#endif
