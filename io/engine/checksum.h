/* SHA-256 of a body, by libcrypto. */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a sum, and its room as text, in small hexadecimal digits. */
enum { CHECKSUM_BYTES = 32, CHECKSUM_TEXT = 2 * CHECKSUM_BYTES + 1 };

struct checksum;

/* Returns NULL if there is no memory. */
struct checksum *checksum_open(void);
void checksum_close(struct checksum *checksum);

/* Forgets what it took; takes bytes; writes the sum of all that it took since. */
void checksum_begin(struct checksum *checksum);
void checksum_take(struct checksum *checksum, const void *bytes, size_t length);
void checksum_end(struct checksum *checksum, char text[CHECKSUM_TEXT]);

/* Writes the sum that a text of `length` bytes is, in small digits. Returns whether it is one. */
bool checksum_read(char text[CHECKSUM_TEXT], const char *from, size_t length);

#endif
