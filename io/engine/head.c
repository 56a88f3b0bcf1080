/* Reading heads, which anybody may have written. */
#include "head.h"

#include <string.h>
#include <strings.h>

#include "retry.h"

void head_begin(struct head *head)
{
	*head = (struct head){
		.length = -1, .range_from = -1, .range_total = -1, .retry_after = -1
	};
}

/* The value of a line with that name: where it begins, and its length without the space around it;
 * NULL if the line has another name. */
static const char *head_value(const char *line, size_t *length, const char *name)
{
	size_t name_length = strlen(name);
	const char *end = line + *length;

	/* Most lines have another first letter, and lines are read for each request. */
	if (*length <= name_length || (line[0] | 0x20) != name[0] ||
	    strncasecmp(line, name, name_length))
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

/* "HTTP/1.1 200 OK": libcurl reads others as well, and what they say to it is not known here. */
static enum fetch_error head_take_status(struct head *head, const char *line, size_t length)
{
	const char *space = memchr(line, ' ', length), *end = line + length;
	uint64_t status = 0, bytes = head->bytes;

	head_begin(head);
	head->bytes = bytes;
	head->http2 = length > 6 && line[5] == '2';
	head->open = true;
	if (!space || end - space < 4 || !head_number(&status, space + 1, 3, 999) ||
	    (end - space > 4 && !strchr(" \r\n", space[4])))
		return FETCH_NOT_HTTP;
	head->status = (unsigned int)status;
	return FETCH_OK;
}

/* "bytes 100-199/200"; a star stands for either of the two if it is not known. */
static void head_take_range(struct head *head, const char *value, size_t length)
{
	const char *end = value + length, *slash = memchr(value, '/', length), *dash;
	uint64_t number;

	if (length < 7 || strncasecmp(value, "bytes ", 6) || !slash)
		return;
	if (head_number(&number, slash + 1, (size_t)(end - slash - 1), INT64_MAX))
		head->range_total = (int64_t)number;
	value += 6;
	dash = memchr(value, '-', (size_t)(slash - value));
	if (dash && head_number(&number, value, (size_t)(dash - value), INT64_MAX))
		head->range_from = (int64_t)number;
}

/* Keeps a value, if there is room for it, and if it can be sent back as it came. */
static void head_keep(char *text, size_t room, const char *value, size_t length)
{
	if (!length || length >= room)
		return;
	for (size_t i = 0; i < length; i++)
		if (value[i] < ' ' || value[i] > '~')
			return;
	memcpy(text, value, length);
	text[length] = '\0';
}

static time_t head_date(const struct head *head)
{
	return retry_date(head->date, strlen(head->date));
}

/* The lines of which a version, a range and a time to wait are made. */
static void head_take_version(struct head *head, const char *line, size_t length)
{
	size_t size = length;
	const char *value;

	if ((value = head_value(line, &size, "etag"))) {
		/* A weak one is of more than one version. */
		if (size > 1 && value[0] == '"')
			head_keep(head->version, HEAD_VERSION, value, size);
	} else if ((value = head_value(line, &size, "last-modified"))) {
		if (!head->version[0])
			head_keep(head->version, HEAD_VERSION, value, size);
	} else if ((value = head_value(line, &size, "content-range"))) {
		head_take_range(head, value, size);
	} else if ((value = head_value(line, &size, "date"))) {
		head_keep(head->date, HEAD_DATE, value, size);
	} else if ((value = head_value(line, &size, "retry-after"))) {
		head->retry_after = retry_after(value, size, head_date(head));
	}
}

void head_end(struct head *head)
{
	time_t changed, date;

	if (!head->version[0] || head->version[0] == '"')
		return;
	changed = retry_date(head->version, strlen(head->version));
	date = head_date(head);
	/* It may have been changed twice in that second (RFC 9110, 8.8.2.2). */
	if (changed < 0 || date < 0 || changed + 1 > date)
		head->version[0] = '\0';
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
		return head_take_status(head, line, length);
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
	} else if ((value = head_value(line, &size, "transfer-encoding"))) {
		head->chunked = true;
		head->coded = size != 7 || strncasecmp(value, "chunked", 7) != 0;
	} else if ((value = head_value(line, &size, "corescale-seed"))) {
		head->seeded = head->status / 100 == 2 &&
			       head_number(&head->seed, value, size, UINT64_MAX);
	} else {
		head_take_version(head, line, length);
	}
	return head->coded ? FETCH_CODED : FETCH_OK;
}
