/*
 * A probe: work whose every result is known by another way, done over and over by each PU to see
 * whether it computes right. It knows nothing of processes and PUs.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* A result that was wrong. Plain bytes: shared pages carry it. */
struct probe_fault {
	char way[16]; /* that gave it */
	char task
		[64]; /* the smallest part that was seen to be wrong again; the whole if none was */
	bool repeats; /* it was wrong again when it was done again */
	char expected[64], actual[64],
		difference[64]; /* of that part; the bits that differ, in hex */
	char replay[96];        /* what does it again, as words of this program */
};

struct probe {
	const char *rate_unit;
	/*
	 * One round: every way once, over operands of all sizes, which follow from the number
	 * alone. Every round takes as long as any other. spoil: for tests, some results are
	 * falsified. Returns the items that were done, with *wrong, and *fault if it is, of the
	 * first that was wrong, which ends the round.
	 */
	uint64_t (*round)(uint64_t number, bool spoil, bool *wrong, struct probe_fault *fault);
	/* Results that a round checks. */
	unsigned int (*passes)(void);
};

#endif
