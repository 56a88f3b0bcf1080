/* Reading heads, which anybody may have written. */
#include "head.h"

#include <string.h>
#include <strings.h>

void head_begin(struct head *head)
{
	*head = (struct head){ .length = -1 };
}

/* The value of a line with that name: where it begins, and its length without the space around it;
 * NULL if the line has another name. */
static const char *head_value(const char *line, size_t *length, const char *name)
{
	size_t name_length = strlen(name);
	const char *end = line + *length;

	if (*length <= name_length || strncasecmp(line, name, name_length))
		return NULL;
	line += name_length;
	/* Some take a name with space behind it for that name. */
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	if (line == end || *line++ != ':')
		return NULL;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	while (line < end && strchr(" \t\r\n", end[-1]))
		end--;
	*length = (size_t)(end - line);
	return line;
}

/* Digits and nothing else, up to `most`. Returns false if it is anything else. */
static bool head_number(uint64_t *number, const char *text, size_t length, uint64_t most)
{
	*number = 0;
	for (size_t i = 0; i < length; i++) {
		unsigned int digit = (unsigned int)(unsigned char)text[i] - '0';

		if (digit > 9 || *number > (most - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return length > 0;
}

/* "HTTP/1.1 200 OK" */
static void head_take_status(struct head *head, const char *line, size_t length)
{
	const char *space = memchr(line, ' ', length);
	uint64_t status = 0;

	head->http2 = length > 6 && line[5] == '2';
	head->length = -1;
	head->seeded = head->chunked = false;
	if (space && line + length - space > 3)
		head_number(&status, space + 1, 3, 999);
	head->status = (unsigned int)status;
	head->open = true;
}

enum fetch_error head_take(struct head *head, const char *line, size_t length)
{
	size_t size = length;
	const char *value;
	uint64_t number;
	bool folded = length > 0 && (*line == ' ' || *line == '\t'), in_length = head->in_length;

	head->bytes += length;
	if (head->bytes > HEAD_BYTES_MAX)
		return FETCH_HEAD;
	head->in_length = false;
	if (length > 5 && !memcmp(line, "HTTP/", 5)) {
		head_take_status(head, line, length);
	} else if (length > 0 && (*line == '\r' || *line == '\n')) {
		head->open = false;
	} else if ((value = head_value(line, &size, "content-length"))) {
		if (!head_number(&number, value, size, INT64_MAX) ||
		    (head->length >= 0 && (uint64_t)head->length != number))
			return FETCH_LENGTH;
		head->length = (int64_t)number;
		head->in_length = true;
	} else if (folded && in_length) {
		/* The number goes on. */
		return FETCH_LENGTH;
	} else if (head_value(line, &size, "transfer-encoding")) {
		head->chunked = true;
	} else if ((value = head_value(line, &size, "corescale-seed"))) {
		head->seeded =
			head->status == 200 && head_number(&head->seed, value, size, UINT64_MAX);
	}
	return FETCH_OK;
}
