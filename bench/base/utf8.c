/* Text as UTF-8. */
#include "utf8.h"

size_t utf8_character(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = bytes[0] < 0x80                       ? 1
			: bytes[0] >= 0xc2 && bytes[0] < 0xe0 ? 2
			: bytes[0] >= 0xe0 && bytes[0] < 0xf0 ? 3
			: bytes[0] >= 0xf0 && bytes[0] < 0xf5 ? 4
							      : 0;

	if (length == 1 &&
	    ((bytes[0] < ' ' && bytes[0] != '\n' && bytes[0] != '\t') || bytes[0] == 0x7f))
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than it needs to be, half of a pair, or beyond the last one. */
	if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] >= 0xa0) ||
	    (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] >= 0x90) ||
	    (bytes[0] == 0xc2 && bytes[1] < 0xa0))
		return 0;
	return length;
}
