/* Where the efficiency of a parallel run went, as factors whose product it is. */
#ifndef FACTORS_H
#define FACTORS_H

#include <stddef.h>

/*
 * What one run of the job was like. A worker's useful seconds are those that it computed, less what
 * it spent to claim its ranges.
 */
struct round {
	double seconds;     /* from go to the merged result */
	double items;       /* of the job; the same in all rounds of a set */
	double useful_mean; /* useful seconds, the mean of all workers */
	double useful_max;  /* and the most of one worker */
	/* CPU time over useful time, of all workers together; 0 or NAN if unknown, or if the work
	 * is not bound by the CPU. Not looked at below FACTORS_RUNNING_LEAST_S. */
	double running;
	double clock; /* Hz, the workers' mean weighted by useful seconds; 0 or NAN if unknown */
	unsigned int workers; /* the same in all rounds of a set, at least 1 */
};

/*
 * The two times of a worker are read one after the other: its CPU time is 1 to 6 us too long (Linux
 * 6.18, a virtual machine). That is half a per cent of this, of a mean worker's useful seconds; of
 * fewer it would pass for a share of a CPU above 1.
 */
#define FACTORS_RUNNING_LEAST_S 1e-3

/*
 * Multiplicative factors in the manner of the POP project (POP Standard Metrics for Parallel
 * Performance Analysis, https://pop-coe.eu), whose names for them are frequency scaling, load
 * balance, communication efficiency, and, for the rest, instruction and IPC scaling. Each is 1
 * where nothing is lost, less where something is, and above 1 where the base was worse. A round in
 * which a figure is 0 or unknown does not count for the factors made of it; NAN if none counts.
 */
struct factors {
	/*
	 * Rate per worker over the base's rate per worker: with one worker in the base, the
	 * speed-up over the number of workers. It is the product of the other four.
	 */
	double efficiency;
	/*
	 * Clock over the base's clock: cores slow down when many are busy. NAN where a clock is
	 * unknown, and the loss is then in the rest. It says nothing of why a clock is low.
	 */
	double clock;
	/*
	 * Mean over most of the workers' useful seconds: the loss to workers that had less to do,
	 * or were quicker with it. It does not tell unequal shares from unequal cores; of the
	 * latter it holds the others' waiting alone, and the slow core's own longer work is in the
	 * clock or the rest.
	 */
	double balance;
	/*
	 * CPU time over useful time, over the same of the base: the loss to whatever else had the
	 * workers' PUs while they were ready: other programs, another virtual machine, a quota, or
	 * workers that share a PU. Nothing that workers share in the hardware is in it. NAN where
	 * it is unknown, and the loss is then in the rest.
	 */
	double running;
	/*
	 * The share of the time that the busiest worker was useful, over the base's share: the loss
	 * to claims, to the start and the merge, and to whatever is done while no worker computes.
	 * What a claim costs a single worker, too, is in the base and no loss here.
	 */
	double overhead;
	/*
	 * What is left: the clocks that an item takes, in the base over here. Below 1, cores share
	 * what one had for itself (memory, a cache, the pipes of an SMT core), or some are of a
	 * slower kind. It is not measured but inferred: it also holds the errors of the others.
	 */
	double rest;
};

/*
 * The factors of one set of rounds against the base, which commonly is one worker; each figure is
 * the median of its rounds. The product of the five, but for those unknown, is the efficiency to
 * rounding. Both counts are at least 1; NAN also without memory.
 */
struct factors factors_of(const struct round *rounds, size_t count, const struct round *base,
			  size_t base_count);

#endif
