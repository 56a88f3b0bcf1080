/* Starting this program again, and what those know that were started by it. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/capture.h"
#include "bench/base/environment.h"

/* To be called first in main(): takes the time that start-up counts from, and out of the
 * environment what the run that launched us left there. */
void launch_begin(void);

/* Last: gives back what was taken. */
void launch_end(void);

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

/* Tells those that get this environment when they were launched, and whether there is a
 * terminal. */
void launch_mark(struct words *environment, uint64_t ns, bool terminal);

/* True if this is a rank that a run of this program started: what is asked of it comes from
 * there. */
bool launch_has_request(void);

/* Tells ranks that get this environment of a folder of ours for the memory that they share: those
 * on other hosts make it there, and remove it. */
void launch_share(struct words *environment, const char *folder);

/* Tells ranks that get this environment what is asked of them: words as main() has them, options
 * only. Returns 0, -ENOMEM, or -EINVAL having said that they are too long. */
int launch_ask(struct words *environment, char *const *words, size_t count);

/* In such a rank: the words of the request in the place of main()'s, until launch_end(). Returns 0;
 * -ENOTSUP having said that a launcher started us that is none; or another -errno having said
 * why. */
int launch_take_request(int *argc, char ***argv);

/* Runs this program again with the arguments argv[1] ... (ended by NULL; argv[0] is ignored),
 * marked as launched now and by us; all else as capture_program() has it. */
int launch_self(char *const *argv, int feed, uint64_t until_ns, struct output *out,
		struct output *err);

#endif
