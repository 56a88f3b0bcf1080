/* The table of strategies, and their names on the command line. */
#include "strategy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/say.h"

static const char *ranks_missing;

const struct strategy *const strategies[] = {
	&strategy_serial,    &strategy_async, &strategy_openmp,
	&strategy_processes, &strategy_mpi,   NULL,
};

static const struct strategy *strategy_find_one(const char *name, size_t length)
{
	for (size_t i = 0; strategies[i]; i++)
		if (strlen(strategies[i]->name) == length &&
		    !strncmp(strategies[i]->name, name, length))
			return strategies[i];
	return NULL;
}

/* The names on the command line: the strategies, and the outer one with each other inner one than
 * serial. */
const char *strategy_nth_name(size_t n)
{
	static char composed[32];
	const struct strategy *outer = NULL;

	for (size_t i = 0; strategies[i]; i++) {
		if (n-- == 0)
			return strategies[i]->name;
		outer = strategies[i]->outer ? strategies[i] : outer;
	}
	for (size_t i = 0; outer && strategies[i]; i++) {
		if (!strategies[i]->in_ranks || strategies[i] == &strategy_serial || n-- != 0)
			continue;
		snprintf(composed, sizeof(composed), "%s+%s", outer->name, strategies[i]->name);
		return composed;
	}
	return NULL;
}

int strategy_find(const char *name, const struct strategy **strategy, const struct strategy **inner)
{
	size_t length = strcspn(name, "+");
	const char *inner_name = name[length] ? name + length + 1 : strategy_serial.name;

	*strategy = strategy_find_one(name, length);
	*inner = NULL;
	if (*strategy && (*strategy)->outer)
		*inner = strategy_find_one(inner_name, strlen(inner_name));
	if (!*strategy || (name[length] && !(*strategy)->outer) || ((*strategy)->outer && !*inner))
		return say_no_such("strategy", name, -1, strategy_nth_name);
	if (*inner && !(*inner)->in_ranks)
		return say_fail(EINVAL,
				"'%s' cannot be: ranks of %s must not fork, and run no %s; use %s, "
				"or %s+openmp",
				name, (*strategy)->name, (*inner)->name, (*strategy)->name,
				(*strategy)->name);
	return 0;
}

void strategy_set_ranks_missing(const char *why)
{
	ranks_missing = why;
}

const char *strategy_missing(const struct strategy *strategy, const struct strategy *inner)
{
	if (strategy->missing)
		return strategy->missing;
	if (strategy->outer && ranks_missing)
		return ranks_missing;
	return inner ? inner->missing : NULL;
}
