/* Slurm's srun: it starts us, and we never start it. Its tasks find each other over PMIx or PMI, or
 * not at all. */
#include <stddef.h>

#include "launcher.h"

/* With --mpi=pmix. What it tells over PMIx is in openmpi.c. */
const struct launcher launcher_srun = {
	.name = "srun",
	.size = "SLURM_STEP_NUM_TASKS",
	.rank = "SLURM_PROCID",
	.ranks_here = "SLURM_STEP_TASKS_PER_NODE",
	.host = "SLURM_NODEID",
	.also = "PMIX_RANK",
	.alive = launcher_has_pmix,
};

/* With --mpi=pmi2, for MPICH. What it tells over PMI is in hydra.c. */
const struct launcher launcher_srun_pmi = {
	.name = "srun",
	.size = "SLURM_STEP_NUM_TASKS",
	.rank = "SLURM_PROCID",
	.ranks_here = "SLURM_STEP_TASKS_PER_NODE",
	.host = "SLURM_NODEID",
	.also = "PMI_RANK",
	.alive = launcher_has_pmi,
	.foreign = "Open MPI",
};
