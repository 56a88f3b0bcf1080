/* What the launcher of this process says of it in the environment, before MPI is started. */
#include "rank_environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"
#include "launch.h"
#include "launcher.h"

/* The whole number that a variable begins with; -1 if there is none. */
static long rank_number(const char *name)
{
	const char *text = getenv(name);
	uint64_t value;

	return text && !number_take_whole(&text, &value) && value < 1 << 30 ? (long)value : -1;
}

/* The launcher that the environment tells of; NULL for none. */
static const struct launcher *rank_by(void)
{
	for (const struct launcher *const *row = launchers; *row; row++)
		if (getenv((*row)->size) && (!(*row)->also || getenv((*row)->also)))
			return *row;
	return NULL;
}

bool rank_environment_alone(void)
{
	return rank_by() && !launch_has_request() && rank_environment_ranks() == 1;
}

bool rank_environment_present(void)
{
	return rank_by() && !rank_environment_alone();
}

const char *rank_environment_launcher(void)
{
	return rank_by() ? rank_by()->name : NULL;
}

static unsigned int rank_value(const char *name, unsigned int fallback)
{
	long value = rank_number(name);

	return value < 0 ? fallback : (unsigned int)value;
}

unsigned int rank_environment_ranks(void)
{
	const struct launcher *by = rank_by();

	return by ? rank_value(by->size, 1) : 1;
}

unsigned int rank_environment_rank(void)
{
	const struct launcher *by = rank_by();

	return by ? rank_value(by->rank, 0) : 0;
}

/* The number of one host, from 0, in a list by host: "2(x3),1". 0 if it has none. */
static unsigned int rank_of_list(const char *list, unsigned long host)
{
	while (list && *list) {
		uint64_t value, times = 1;

		if (number_take_whole(&list, &value))
			break;
		if (!strncmp(list, "(x", 2)) {
			list += 2;
			if (number_take_whole(&list, &times))
				break;
			list += *list == ')';
		}
		if (host < times)
			return (unsigned int)value;
		host -= times;
		list += *list == ',';
	}
	return 0;
}

unsigned int rank_environment_ranks_here(void)
{
	const struct launcher *by = rank_by();
	unsigned int here = 1;

	if (by)
		here = by->host ? rank_of_list(getenv(by->ranks_here), rank_value(by->host, 0))
				: rank_value(by->ranks_here, 1);
	return here ? here : 1;
}

/* Tasks that srun has started, and that cannot find each other: each would do the whole job. */
static int rank_check_step(void)
{
	long tasks = rank_number(launcher_srun.size);
	long task = rank_number(launcher_srun.rank);

	if (tasks <= 1 || task < 0)
		return 0;
	if (task > 0)
		return -ENOTSUP;
	return say_fail(ENOTSUP,
			"srun started %ld tasks without MPI, and each would do the whole job: srun "
			"--mpi=pmix, or mpirun; for one task srun -n1",
			tasks);
}

/* Whether ranks that were made with this MPI library can find each other. Rank 0 says it. */
static int rank_check_library(const struct launcher *by, const char *library)
{
	if (rank_environment_alone() || !library || !by->fits || by->fits(library))
		return 0;
	if (rank_environment_rank())
		return -ENOTSUP;
	return say_fail(
		ENOTSUP,
		"%s started this as one of %u ranks by %s, which %s does not know: start it "
		"with the mpirun of that, or srun --mpi=pmix",
		by->name, rank_environment_ranks(), by->also ? by->also : by->size, library);
}

int rank_environment_check(const char *library)
{
	const struct launcher *by = rank_by();
	long ranks, rank;

	if (!by)
		return rank_check_step();
	ranks = rank_number(by->size);
	rank = rank_number(by->rank);
	if (ranks < 1 || rank < 0 || rank >= ranks)
		return say_fail(ENOTSUP,
				"the environment says that %s started this, but %s=%s and %s=%s do "
				"not fit: unset %s, or start the ranks with %s",
				by->name, by->size, getenv(by->size), by->rank,
				getenv(by->rank) ? getenv(by->rank) : "", by->size, by->name);
	if (!by->alive())
		return say_fail(
			ENOTSUP,
			"%s=%ld says that %s started this, but none is there to talk to: it "
			"is left from another job; unset %s, or start the ranks with %s",
			by->size, ranks, by->name, by->size, by->name);
	return rank_check_library(by, library);
}
