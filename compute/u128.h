/* 128-bit sums as decimal text: C has neither a printf conversion nor a strtoul for them. */
#ifndef U128_H
#define U128_H

#include <errno.h>

__extension__ typedef unsigned __int128 u128;

#define U128_MAX  (~(u128)0)
#define U128_TEXT 40 /* 39 digits and the NUL */

/* Writes the digits at the end of text and returns where they begin. */
static inline char *u128_format(u128 value, char text[U128_TEXT])
{
	char *at = text + U128_TEXT - 1;

	*at = '\0';
	do
		*--at = (char)('0' + (int)(value % 10));
	while (value /= 10);
	return at;
}

/* Reads all of text as decimal digits. Returns 0, -EINVAL for anything else, -ERANGE beyond 128
 * bits; *value only on 0. */
static inline int u128_parse(u128 *value, const char *text)
{
	u128 sum = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned int digit = (unsigned int)(*text - '0');

		if (digit > 9)
			return -EINVAL;
		if (sum > (U128_MAX - digit) / 10)
			return -ERANGE;
		sum = 10 * sum + digit;
	}
	*value = sum;
	return 0;
}

#endif
