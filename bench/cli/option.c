/* The value of one option, by its kind. */
#include "option.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"

/* "-w" or "--weights": what messages call it. */
static void option_label(const struct option_row *row, char label[64])
{
	if (row->letter)
		snprintf(label, 64, "-%c", row->letter);
	else
		snprintf(label, 64, "--%s", row->name);
}

/* Says which numbers it takes. what: "a whole number"; example: "" or ", as in 90". */
static int option_refuse(const struct option_row *row, const char *what, const char *example,
			 const char *value)
{
	char label[64];

	option_label(row, label);
	return say_fail(EINVAL, "%s takes %s from %.10g to %.10g%s: not '%.*s%s'", label, what,
			row->low, row->high, example, SAY_WORD, value,
			strlen(value) > SAY_WORD ? "..." : "");
}

static int option_take_count(const struct option_row *row, unsigned int *into, const char *value)
{
	uint64_t number;

	if (number_whole(&number, value, (uint64_t)row->low, (uint64_t)row->high))
		return option_refuse(row, "a whole number", "", value);
	*into = (unsigned int)number;
	return 0;
}

static int option_take_bytes(const struct option_row *row, uint64_t *into, const char *value)
{
	if (number_bytes(into, value, (uint64_t)row->low, (uint64_t)row->high))
		return option_refuse(row, "bytes", ", as in 1000000 or 1.5M", value);
	return 0;
}

static int option_take_seconds(const struct option_row *row, double *into, const char *value)
{
	if (number_seconds(into, value, row->low, row->high))
		return option_refuse(row, "seconds", ", as in 90 or 500ms", value);
	return 0;
}

static int option_take_percent(const struct option_row *row, double *into, const char *value)
{
	double percent;

	if (number_real(&percent, value, row->low, row->high))
		return option_refuse(row, "per cent", ", as in 3", value);
	*into = percent / 100;
	return 0;
}

static int option_take_word(const struct option_row *row, unsigned int *into, const char *value)
{
	char what[64];

	for (unsigned int n = 0; row->nth(n); n++)
		if (!strcmp(row->nth(n), value)) {
			*into = n;
			return 0;
		}
	snprintf(what, sizeof(what), "value of --%s", row->name);
	return say_no_such(what, value, -1, row->nth);
}

int option_take_output(const struct option_row *row, struct output_to *into, const char *value)
{
	const char *path = value && strcmp(value, "-") ? value : NULL;

	if (value && !*value)
		return say_fail(EINVAL,
				"--%s= needs the name of a FILE: an empty one cannot be written",
				row->name);
	/* The first one would be lost. */
	if (into->wanted && (!path != !into->path || (path && strcmp(path, into->path))))
		return say_fail(EINVAL, "--%s was given twice: one FILE can be had of it",
				row->name);
	*into = (struct output_to){ .wanted = true, .path = path };
	return 0;
}

int option_take(const struct option_row *row, void *into, const char *value)
{
	void *at = (char *)into + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
	case OPTION_UNFLAG:
		*(bool *)at = row->kind == OPTION_FLAG;
		return 0;
	case OPTION_COUNT:
		return option_take_count(row, at, value);
	case OPTION_BYTES:
		return option_take_bytes(row, at, value);
	case OPTION_SECONDS:
		return option_take_seconds(row, at, value);
	case OPTION_PERCENT:
		return option_take_percent(row, at, value);
	case OPTION_TEXT:
		*(const char **)at = value;
		return 0;
	case OPTION_WORD:
		return option_take_word(row, at, value);
	case OPTION_OUTPUT:
		return option_take_output(row, at, value);
	case OPTION_OWN:
		return row->take(into, value);
	}
	return -EINVAL;
}
