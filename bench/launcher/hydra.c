/* MPICH's mpiexec, hydra, and those made of it; what was measured is 4.0.2. */
#include <stddef.h>

#include "launcher.h"

static const char *const hydra_tells[] = {
	"PMI_",
	"MPI_LOCALNRANKS=",
	"MPI_LOCALRANKID=",
	NULL,
};

const struct launcher launcher_hydra = {
	.name = "mpiexec",
	.size = "PMI_SIZE",
	.rank = "PMI_RANK",
	.ranks_here = "MPI_LOCALNRANKS",
	.also = "MPI_LOCALNRANKS",
	.alive = launcher_has_pmi,
	.foreign = "Open MPI",
	.tells = hydra_tells,
};
