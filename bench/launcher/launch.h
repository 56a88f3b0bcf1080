/* Starting programs: this one under mpirun, or a fresh copy of it for each measurement. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* For what is launched from here on: when that was, and whether there is a terminal. */
void launch_mark(uint64_t ns, bool terminal);

/* Words before the NULL. */
size_t words_count(char *const *argv);

/*
 * Runs this program again with the arguments argv[1] ... (ended by NULL; argv[0] is ignored) under
 * "mpirun -n ranks", and relays its output. feed_stdin: rank 0 reads our standard input, otherwise
 * nobody does. Returns the exit code that ours should be, having said what it means if the ranks
 * did not; a signal that ended it is raised again here, so then it does not return. -ENOTSUP where
 * there is no mpirun.
 */
int launch_mpirun(unsigned int ranks, char *const *argv, bool feed_stdin);

/* What a child printed: malloc'd, ended by NUL. */
struct output {
	char *text;
	size_t length;
};

/*
 * Runs a program, looked for in PATH, as launch_self() does. -ENOENT where there is none.
 */
int launch_program(char *const *argv, int feed, struct output *out, struct output *err);

/*
 * Runs this program again with those arguments, standard input from the descriptor feed, or from
 * nowhere if -1. At until_ns, on the clock of clock.h, it is asked to end; 0: never. Returns its
 * exit code, 128 + signal if one killed it, -ETIME if it was asked to end, or -errno; *out and *err
 * are to be freed in any case.
 */
int launch_self(char *const *argv, int feed, uint64_t until_ns, struct output *out,
		struct output *err);

/*
 * Starts this program with those arguments (ended by NULL; argv[0] is ignored) to run beside us, a
 * server say, and waits for the first line that it prints, which goes to `line` without its end.
 * It ends with us, however we end, or at launch_end_beside(). Returns 0, or -errno having said why.
 */
int launch_beside(char *const *argv, char *line, size_t size);

/* Asks what was started last beside us to end, and waits until it has. */
void launch_end_beside(void);

#endif
