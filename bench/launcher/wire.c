/* Words to one text and back. */
#include "wire.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In any locale. */
static bool wire_is_plain(unsigned char byte)
{
	return byte < 128 && (isalnum(byte) || byte == '-' || byte == '_' || byte == '.');
}

char *wire_write(char *const *words, size_t count)
{
	size_t length = 1;
	char *text, *at;

	for (size_t i = 0; i < count; i++)
		length += 3 * strlen(words[i]) + 1;
	text = at = malloc(length);
	if (!text)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (i)
			*at++ = '+';
		for (const char *byte = words[i]; *byte; byte++) {
			if (wire_is_plain((unsigned char)*byte))
				*at++ = *byte;
			else
				at += sprintf(at, "%%%02X", (unsigned char)*byte);
		}
	}
	*at = '\0';
	return text;
}

static int wire_digit(char digit)
{
	return isdigit((unsigned char)digit)  ? digit - '0'
	       : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
					      : -1;
}

/* One word, up to a + or the end. Returns where it ends in the text, NULL if it is none. */
static const char *wire_word(const char *text, char **into)
{
	for (; *text && *text != '+'; text++) {
		int high, low;

		if (wire_is_plain((unsigned char)*text)) {
			*(*into)++ = *text;
			continue;
		}
		high = *text == '%' ? wire_digit(text[1]) : -1;
		low = high < 0 ? -1 : wire_digit(text[2]);
		if (low < 0 || high + low == 0)
			return NULL;
		*(*into)++ = (char)(16 * high + low);
		text += 2;
	}
	*(*into)++ = '\0';
	return text;
}

int wire_read(const char *text, char ***words, size_t *count)
{
	size_t most = 1;
	char **list, *into;

	for (const char *at = text; *at; at++)
		most += *at == '+';
	list = malloc((most + 1) * sizeof(*list) + strlen(text) + 1);
	if (!list)
		return -ENOMEM;
	into = (char *)(list + most + 1);
	for (size_t i = 0; i < most; i++) {
		list[i] = into;
		text = wire_word(text, &into);
		if (!text) {
			free(list);
			return -EINVAL;
		}
		text++;
	}
	list[most] = NULL;
	*words = list;
	*count = most;
	return 0;
}
