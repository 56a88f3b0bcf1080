/* Starting this program again, and what those know that were started by it. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/capture.h"
#include "bench/base/environment.h"

/* To be called first in main(): takes the time that start-up counts from. */
void launch_begin(void);

/*
 * When this run was launched, on the clock of clock.h: by the process that started it to measure
 * it, if there is one, otherwise launch_begin().
 */
uint64_t launch_began_ns(void);

/* True if this program started the mpirun that it runs under, or is measured by another run of it.
 */
bool launch_is_ours(void);

/* True if the stderr of the whole launch is a terminal, though a launcher may stand in between. */
bool launch_on_terminal(void);

/* Tells those that get this environment when they were launched, and whether there is a terminal. */
void launch_mark(struct environment *environment, uint64_t ns, bool terminal);

/*
 * Runs this program again with the arguments argv[1] ... (ended by NULL; argv[0] is ignored) under
 * "mpirun -n ranks", and relays its output. feed_stdin: rank 0 reads our standard input, otherwise
 * nobody does. Returns the exit code that ours should be, having said what it means if the ranks
 * did not; a signal that ended it is raised again here, so then it does not return. -ENOTSUP where
 * there is no mpirun.
 */
int launch_mpirun(unsigned int ranks, char *const *argv, bool feed_stdin);

/* Runs this program again with the arguments argv[1] ... (ended by NULL; argv[0] is ignored), marked
 * as launched now and by us; all else as capture_program() has it. */
int launch_self(char *const *argv, int feed, uint64_t until_ns, struct output *out,
		struct output *err);

#endif
