/* What a person reads on stderr: one line a message, the program's name before it. */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stddef.h>

enum say_level { SAY_QUIET, SAY_NORMAL, SAY_VERBOSE, SAY_LATER };

/*
 * The program's name, kept by reference, and how much it says. SAY_LATER is for ranks that another
 * rank speaks for: their first error is kept, and nothing else is said.
 */
void say_setup(const char *program, enum say_level level);
enum say_level say_level(void);

/* Says an error, at any level, and returns -err: `return say_fail(EINVAL, ...)`. */
__attribute__((format(printf, 2, 3))) int say_fail(int err, const char *format, ...);

/* Whether say_fail() was called at all. */
bool say_has_failed(void);

/*
 * Says the error that was kept, after giving rank 0 the time to say the same: then mpirun has ended
 * us by now. For what only this rank knows to be wrong.
 */
void say_what_was_kept(unsigned int rank);

/* So many bytes of a word that somebody typed are enough for a message. */
enum { SAY_WORD = 80 };

/*
 * Says that there is no such thing, which there are, and which of them was probably meant: "no
 * kernel 'avx': it is one of avx2, scalar; did you mean avx2?". length: of the name, or -1: it ends
 * with a NUL. nth returns the name of a choice, NULL after the last. Returns -EINVAL.
 */
int say_no_such(const char *what, const char *name, int length, const char *(*nth)(size_t n));

/* Says a warning unless quiet, once however often it is called for, and keeps it for the report. */
__attribute__((format(printf, 1, 2))) void say_warn(const char *format, ...);

/* Lets what this process launches keep the warnings that were said here, and not say them anew. */
void say_hand_on(void);

/* Says something that is no warning, unless quiet. */
__attribute__((format(printf, 1, 2))) void say_fact(const char *format, ...);

/* Says a detail, only when verbose. */
__attribute__((format(printf, 1, 2))) void say_note(const char *format, ...);

/* Overwrites the progress line of a terminal, with as much as fits; the next message, or a NULL
 * format, clears it. */
__attribute__((format(printf, 1, 2))) void say_progress(const char *format, ...);

/* Lines of results, on stdout. On a terminal they come above the progress line. */
void say_results(const char *lines, size_t length);

/* The warnings said so far; the array and its texts stay the module's until say_forget(). */
size_t say_warnings(char *const **texts);
void say_forget(void);

#endif
