/*
 * One thread that keeps many transfers in flight.
 *
 * A loop belongs to the thread that opened it. It has a slot for each transfer in flight, whose
 * handle and buffers serve one transfer after the other.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "fetch.h"
#include "sink.h"

struct loop;
struct url;

/* Once, before workers are forked or started that will make loops. */
void loop_prepare(void);

/*
 * Makes a loop of so many slots, that saves in a folder (fd -1: nowhere), and
 * keeps to the rate of bytes of `hosts`. Raises the soft limit on descriptors to what all loops of
 * this process need together. Returns 0, -ENOMEM, -EIO, or -EINVAL having said how many
 * descriptors it takes and how many may be had.
 */
int loop_open(struct loop **loop, const struct fetch_options *options, const struct folder *folder,
	      struct host_cap *hosts, unsigned int slots);
void loop_close(struct loop *loop);

/* The thread's CPU time counts from here on. What is under way at until_ns, by clock_ns(), is given
 * up; 0: never. */
void loop_begin(struct loop *loop, uint64_t until_ns);

/*
 * Starts a transfer in a slot that has none. Returns 0; 1 if it has ended already, since its file
 * is there or cannot be: see loop_end(); -ENOMEM or -EIO.
 */
int loop_start(struct loop *loop, unsigned int slot, const struct url *url);

/* False while so many names are being resolved that another start had better wait for a turn. */
bool loop_may_start(const struct loop *loop);

/*
 * Moves all transfers on, after waiting for up to wait_ms (-1: without end) until one of them can
 * move. Returns 0 or -EIO.
 */
int loop_turn(struct loop *loop, int wait_ms);

/*
 * One transfer that has ended, and its slot, which has none now; NULL if there is no other until
 * the next turn. The outcome is valid until the slot is started again.
 */
const struct outcome *loop_ended(struct loop *loop, unsigned int *slot);

/* What there is to know of the transfer that has ended in a slot, until the slot is started
 * again. */
struct loop_end {
	const struct outcome *outcome;
	/* The whole file, to be settled by whoever copies it, and sets fd here to -1; otherwise the
	 * next start takes it away. fd is -1 if there is none. */
	struct sink *file;
	const char *sum; /* its SHA-256, as text; "" if it was not wanted */
	int retry_after; /* seconds that its server wants to be waited for; -1: it did not say */
};

struct loop_end loop_end(struct loop *loop, unsigned int slot);

#endif
