/* Reading and keeping tasks. */
#include "tasks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/number.h"
#include "bench/base/say.h"
#include "closed_form.h"

/* "N" or "A:B", and nothing behind it. */
static enum number_fault task_read(struct task *task, const char *text)
{
	enum number_fault fault = number_take_whole(&text, &task->end);

	task->begin = 0;
	if (!fault && *text == ':') {
		task->begin = task->end;
		text++;
		fault = number_take_whole(&text, &task->end);
	}
	if (!fault && *text)
		fault = NUMBER_NONE;
	return !fault && (task->begin > END_MAX || task->end > END_MAX) ? NUMBER_LARGE : fault;
}

static int task_refuse(enum number_fault why, const char *text, const char *where)
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

int tasks_parse(struct task *task, const char *text, const char *where)
{
	enum number_fault why = task_read(task, text);
	u128 sum;

	if (why)
		return task_refuse(why, text, where);
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

void tasks_format(const struct task *task, char text[TASK_TEXT])
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
	if (array_reserve(&tasks->list, &tasks->room, tasks->count + 1) ||
	    array_reserve(&tasks->before, &tasks->before_room, tasks->count + 1))
		return -ENOMEM;
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
