/* Reading and keeping tasks. */
#include "tasks.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "closed_form.h"

enum number { NUMBER_OK, NUMBER_NONE, NUMBER_NEGATIVE, NUMBER_BROKEN, NUMBER_LARGE };

/* Digits with single underscores between them. Counts those after *text in *digits; a value that
 * does not fit is ULLONG_MAX. */
static enum number read_digits(const char **text, uint64_t *value, long *digits)
{
	const char *at = *text;

	while (isdigit((unsigned char)*at) ||
	       (*at == '_' && at > *text && isdigit((unsigned char)at[1]))) {
		if (*at != '_') {
			uint64_t digit = (uint64_t)(*at - '0');

			*value = *value > (UINT64_MAX - digit) / 10 ? UINT64_MAX
								    : 10 * *value + digit;
			++*digits;
		}
		at++;
	}
	if (at == *text)
		return NUMBER_NONE;
	*text = at;
	return NUMBER_OK;
}

/* A whole number from 0 to END_MAX, in any of its spellings, that ends at the end of text. */
static enum number read_number(const char *text, const char *end, uint64_t *value)
{
	long digits = 0, fraction = 0, exponent = 0;

	*value = 0;
	if (*text == '-')
		return NUMBER_NEGATIVE;
	if (read_digits(&text, value, &digits))
		return NUMBER_NONE;
	if (*text == '.' && text < end && text++ && read_digits(&text, value, &fraction))
		return NUMBER_NONE;
	if ((*text == 'e' || *text == 'E') && text < end) {
		uint64_t power = 0;

		text++;
		text += *text == '+';
		if (read_digits(&text, &power, &digits))
			return NUMBER_NONE;
		exponent = power > 1000 ? 1000 : (long)power;
	}
	if (text != end)
		return NUMBER_NONE;
	if (*value == UINT64_MAX)
		return NUMBER_LARGE;
	for (exponent -= fraction; exponent < 0; exponent++) {
		if (*value % 10)
			return NUMBER_BROKEN;
		*value /= 10;
	}
	for (; exponent > 0 && *value && *value <= END_MAX; exponent--)
		*value *= 10;
	return *value > END_MAX ? NUMBER_LARGE : NUMBER_OK;
}

static int refuse(enum number why, const char *text, const char *where)
{
	static const char *const reasons[] = {
		[NUMBER_NONE] = "is no task: give N, or A:B, as in 10, 1e7 or 10_000:20_000",
		[NUMBER_NEGATIVE] = "is negative: a task begins at 0 or above",
		[NUMBER_BROKEN] = "is not a whole number",
		[NUMBER_LARGE] = "is over the largest number, 2^52 = 4503599627370496",
	};

	return say_fail(EINVAL, "%s'%.60s%s' %s", where, text, strlen(text) > 60 ? "..." : "",
			reasons[why]);
}

int task_parse(struct task *task, const char *text, const char *where)
{
	const char *end = text + strlen(text), *colon = strchr(text, ':');
	enum number why = NUMBER_OK;
	u128 sum;

	task->begin = 0;
	if (colon)
		why = read_number(text, colon, &task->begin);
	if (!why)
		why = read_number(colon ? colon + 1 : text, end, &task->end);
	if (why)
		return refuse(why, text, where);
	if (task->begin > task->end)
		return say_fail(EINVAL, "%s'%s' ends before it begins: A:B needs A <= B", where,
				text);
	if (!closed_form(&sum, task->begin, task->end))
		return 0;
	if (task->begin)
		return say_fail(EINVAL,
				"%s'%s' has a sum over 128 bits: the largest range from %" PRIu64
				" is %" PRIu64 ":%" PRIu64,
				where, text, task->begin, task->begin,
				closed_form_end(task->begin));
	return say_fail(EINVAL, "%s'%s' has a sum over 128 bits: the largest N is %" PRIu64, where,
			text, closed_form_end(0));
}

void task_format(const struct task *task, char text[TASK_TEXT])
{
	if (task->begin)
		snprintf(text, TASK_TEXT, "%" PRIu64 ":%" PRIu64, task->begin, task->end);
	else
		snprintf(text, TASK_TEXT, "%" PRIu64, task->end);
}

int tasks_add(struct tasks *tasks, struct task task)
{
	if (task.end - task.begin > INT64_MAX - tasks->terms)
		return say_fail(EINVAL,
				"all tasks together have over 2^63 terms: give fewer of them");
	if (tasks->count == tasks->room) {
		size_t room = tasks->room ? 2 * tasks->room : 64;
		struct task *list = realloc(tasks->list, room * sizeof(*list));
		uint64_t *before;

		if (!list)
			return -ENOMEM;
		tasks->list = list;
		before = realloc(tasks->before, room * sizeof(*before));
		if (!before)
			return -ENOMEM;
		tasks->before = before;
		tasks->room = room;
	}
	tasks->list[tasks->count] = task;
	tasks->before[tasks->count++] = tasks->terms;
	tasks->terms += task.end - task.begin;
	return 0;
}

void tasks_free(struct tasks *tasks)
{
	free(tasks->list);
	free(tasks->before);
	*tasks = (struct tasks){ 0 };
}

size_t tasks_find(const struct tasks *tasks, uint64_t term)
{
	size_t low = 0, high = tasks->count;

	/* The last task that begins at or before the term: the one that has it, since empty tasks
	 * begin where the next does. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (tasks->before[middle] <= term)
			low = middle;
		else
			high = middle;
	}
	return low;
}
