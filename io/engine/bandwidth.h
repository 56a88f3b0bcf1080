/* Keeping the bytes of all bodies together to a rate: a transfer that brought more than its time
 * let through is not read from for a while. */
#ifndef BANDWIDTH_H
#define BANDWIDTH_H

#include <stddef.h>
#include <stdint.h>

struct transfer;

/* So many bytes came for a transfer, in its callback. */
void bandwidth_came(struct transfer *transfer, size_t bytes);

/* Reads again from those of so many transfers whose time has come. Returns for how long to wait for
 * the next, in ms, up to wait_ms (-1: without end). */
int bandwidth_release(struct transfer *transfers, unsigned int count, int wait_ms);

#endif
