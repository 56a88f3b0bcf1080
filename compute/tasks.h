/* Tasks: the ranges whose squares are to be summed, laid end to end into one run of terms. */
#ifndef TASKS_H
#define TASKS_H

#include <stddef.h>
#include <stdint.h>

struct task {
	uint64_t begin, end; /* the terms i*i for begin <= i < end */
};

/* A list that grows as it is read: 24 bytes a task. */
struct tasks {
	struct task *list;
	uint64_t *before; /* terms of all earlier tasks */
	size_t count, room, before_room;
	uint64_t terms;
};

#define TASK_TEXT 48

/*
 * Reads "N" (0 <= i < N) or "A:B" (A <= i < B); numbers are those of number.h, and whole. Refuses B
 * over 2^52 and sums over 128 bits. Returns 0, or -EINVAL having said why, after `where`.
 */
int tasks_parse(struct task *task, const char *text, const char *where);
/* Writes the task as tasks_parse() takes it: "10", "5:10". */
void tasks_format(const struct task *task, char text[TASK_TEXT]);

/* Returns 0, -ENOMEM, or -EINVAL having said that the terms are too many to count. */
int tasks_add(struct tasks *tasks, struct task task);
void tasks_free(struct tasks *tasks);
/* The task that the term of that number belongs to. */
size_t tasks_find(const struct tasks *tasks, uint64_t term);

#endif
