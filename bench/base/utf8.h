/* Text as UTF-8 (RFC 3629). */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/*
 * The length in bytes of the character that a text begins with: 0 if it is no UTF-8, if it is a
 * control character other than a tab or the end of a line, or if the text is at its end.
 */
size_t utf8_character(const char *text);

#endif
