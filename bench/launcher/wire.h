/*
 * What the user typed, as one text that no launcher and no shell takes for anything else.
 *
 * mpirun parses all its words: an operand ":" would begin another program, and what follows be
 * run. So ranks are started without words. Each finds the options in one environment variable,
 * which the launcher carries to other hosts too; operands and lists, which may be of megabytes and
 * have passwords in them, go through standard input to rank 0, which alone needs them, and are seen
 * in no process title and on no disk.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>

/* Linux takes 128 KiB for one text of the environment. */
enum { REQUEST_BYTES = 131072 - 64 };

/*
 * The words as one text: letters, digits, - _ . as they are, all other bytes as %XX, a + between
 * words. malloc'd; NULL if there is no memory.
 */
char *wire_write(char *const *words, size_t count);

/* And back: one malloc'd block, a list of *count words, ended by NULL, and their texts. Returns 0,
 * -ENOMEM, or -EINVAL if wire_write() did not make it. */
int wire_read(const char *text, char ***words, size_t *count);

#endif
