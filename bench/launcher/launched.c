/* What the launcher of this process says of it in the environment, before MPI is started. */
#include <stdlib.h>

#include "launched.h"

static unsigned int number(const char *name, unsigned int fallback)
{
	const char *text = getenv(name);
	long value = text ? strtol(text, NULL, 10) : -1;

	return value >= 0 && value < 1 << 30 ? (unsigned int)value : fallback;
}

/* mpirun of Open MPI; srun, which sets PMIX_RANK for those that it starts with PMIx. */
static bool from_mpirun(void)
{
	return getenv("OMPI_COMM_WORLD_SIZE") != NULL;
}

static bool from_srun(void)
{
	return getenv("PMIX_RANK") && getenv("SLURM_STEP_NUM_TASKS");
}

bool launched(void)
{
	return from_mpirun() || from_srun();
}

unsigned int launched_ranks(void)
{
	return from_mpirun() ? number("OMPI_COMM_WORLD_SIZE", 1)
	       : from_srun() ? number("SLURM_STEP_NUM_TASKS", 1)
			     : 1;
}

unsigned int launched_rank(void)
{
	return from_mpirun() ? number("OMPI_COMM_WORLD_RANK", 0)
	       : from_srun() ? number("PMIX_RANK", 0)
			     : 0;
}

unsigned int launched_ranks_here(void)
{
	unsigned int here = from_mpirun() ? number("OMPI_COMM_WORLD_LOCAL_SIZE", 1) : 1;

	/* Slurm's SLURM_STEP_TASKS_PER_NODE may be "4(x2),3": the first number is that of the first
	 * node. */
	if (!from_mpirun() && from_srun())
		here = number("SLURM_STEP_TASKS_PER_NODE", 1);
	return here ? here : 1;
}
