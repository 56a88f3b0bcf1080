/* A checkpoint as text: lines with a check each. */
#include "checkpoint_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Hex digits of a check, and the space before it. */
enum { CHECKPOINT_CHECK = 17 };

int checkpoint_text_job(const struct work *work, uint64_t *job)
{
	void *bytes;
	size_t length;
	int ret = work->type->pack(work, &bytes, &length);

	if (ret)
		return ret;
	*job = XXH3_64bits(bytes, length);
	free(bytes);
	return 0;
}

/* Ends a line with its check. */
static void text_put_check(FILE *out, uint64_t job, const char *line, size_t length)
{
	fprintf(out, "%.*s %016" PRIx64 "\n", (int)length, line,
		(uint64_t)XXH3_64bits_withSeed(line, length, job));
}

char *checkpoint_text_header(const struct work *work, uint64_t job)
{
	char text[128], *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);
	int length = snprintf(text, sizeof(text),
			      "corescale-checkpoint 1 %s %016" PRIx64 " %" PRIu64 " %zu",
			      work->type->name, job, work->items, work->type->slot_size);

	if (!out)
		return NULL;
	text_put_check(out, job, text, (size_t)length);
	if (!fclose(out))
		return line;
	free(line);
	return NULL;
}

/* Text of 2 digits a byte of the slot, and two numbers. */
static size_t text_line_size(const struct work *work)
{
	return 2 * work->type->slot_size + 64;
}

static void text_put_part(FILE *out, const struct work *work, uint64_t job,
			  const struct finished_part *part, char *line)
{
	size_t at = (size_t)sprintf(line, "%" PRIu64 " %" PRIu64 " ", part->range.begin,
				    part->range.end);

	for (size_t i = 0; i < work->type->slot_size; i++)
		at += (size_t)sprintf(line + at, "%02x", part->slot[i]);
	text_put_check(out, job, line, at);
}

char *checkpoint_text_parts(const struct parts *parts, const struct parts_list *list, uint64_t job,
			    size_t *size)
{
	char *text = NULL, *line = malloc(text_line_size(parts->work));
	FILE *out = line ? open_memstream(&text, size) : NULL;

	for (size_t i = 0; out && i < list->count; i++)
		text_put_part(out, parts->work, job, parts_at(parts, list, i), line);
	free(line);
	if (out && !fclose(out))
		return text;
	free(text);
	return NULL;
}

/* A number in digits, without sign, space or leading zeros; it ends at `end`. */
static bool text_take_number(const char **at, char end, uint64_t *number)
{
	const char *from = *at;

	*number = 0;
	for (; **at >= '0' && **at <= '9'; ++*at)
		if (__builtin_mul_overflow(*number, 10, number) ||
		    __builtin_add_overflow(*number, (uint64_t)(**at - '0'), number))
			return false;
	if (*at == from || (*from == '0' && *at - from > 1) || **at != end)
		return false;
	++*at;
	return true;
}

static int text_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One line without its end, whose check is right. */
static int text_take_part(const char *line, size_t length, struct parts *parts, unsigned char *slot)
{
	size_t slot_size = parts->work->type->slot_size;
	const char *at = line;
	struct work_range range;

	if (!text_take_number(&at, ' ', &range.begin) || !text_take_number(&at, ' ', &range.end) ||
	    (size_t)(line + length - at) != 2 * slot_size)
		return -EINVAL;
	for (size_t i = 0; i < slot_size; i++) {
		int high = text_digit(at[2 * i]), low = text_digit(at[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		slot[i] = (unsigned char)(high << 4 | low);
	}
	return parts_add(parts, range, slot);
}

/* Whether a line, without its end, has the check that it should. */
static bool text_is_whole(const char *line, size_t length, uint64_t job)
{
	char check[CHECKPOINT_CHECK + 1];

	if (length <= CHECKPOINT_CHECK)
		return false;
	length -= CHECKPOINT_CHECK;
	snprintf(check, sizeof(check), " %016" PRIx64,
		 (uint64_t)XXH3_64bits_withSeed(line, length, job));
	return !memcmp(check, line + length, CHECKPOINT_CHECK);
}

/* Parts, line after line, until one is not whole. */
static int text_parse_lines(const char *text, size_t size, uint64_t job, struct parts *parts,
			    size_t *length, size_t *records)
{
	unsigned char *slot = malloc(parts->work->type->slot_size);
	int ret = slot ? 0 : -ENOMEM;

	*records = 0;
	while (!ret && *length < size) {
		const char *line = text + *length, *end = memchr(line, '\n', size - *length);

		if (!end || !text_is_whole(line, (size_t)(end - line), job))
			break;
		ret = text_take_part(line, (size_t)(end - line) - CHECKPOINT_CHECK, parts, slot);
		if (!ret) {
			*length = (size_t)(end + 1 - text);
			++*records;
		}
	}
	free(slot);
	return ret == -EINVAL ? 0 : ret;
}

int checkpoint_text_parse(const char *text, size_t size, uint64_t job, struct parts *parts,
			  size_t *length, size_t *records)
{
	static const char magic[] = "corescale-checkpoint ";
	char *header = checkpoint_text_header(parts->work, job);
	int ret = header ? 0 : -ENOMEM;

	*length = *records = 0;
	if (!ret && size < strlen(header))
		/* The run that made it was killed before it had written this line. */
		ret = memcmp(text, header, size) ? -EINVAL : 0;
	else if (!ret && memcmp(text, header, strlen(header)))
		ret = memcmp(text, magic, strlen(magic)) ? -EINVAL : -EILSEQ;
	else if (!ret)
		*length = strlen(header);
	free(header);
	return ret || !*length ? ret : text_parse_lines(text, size, job, parts, length, records);
}
