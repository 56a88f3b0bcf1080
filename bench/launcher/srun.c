/* Slurm's srun, with --mpi=pmix: it starts us, and we never start it. */
#include "launcher.h"

const struct launcher launcher_srun = {
	.name = "srun",
	.size = "SLURM_STEP_NUM_TASKS",
	.rank = "PMIX_RANK",
	/* "4(x2),3" is by node: the first number is that of the first node. */
	.ranks_here = "SLURM_STEP_TASKS_PER_NODE",
	/* Without PMIx, srun's tasks know nothing of each other. */
	.also = "PMIX_RANK",
};
