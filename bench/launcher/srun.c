/* Slurm's srun; what was measured is 22.05. Its tasks find each other over PMIx or PMI, or not at
 * all. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/say.h"
#include "launcher.h"

/* Tasks are placed and bound by us; one that ends badly ends all. In a step that holds the
 * allocation, only --overlap keeps it from waiting for the end of that step. */
static int srun_words(struct words *words, const struct launcher_start *start, const char *mpi)
{
	const struct launcher_request *request = start->request;

	if (request->hostfile)
		return say_fail(EINVAL, "srun takes the hosts from its allocation: give --hosts, "
					"some of those, in the place of --hostfile");
	words_add(words, "srun");
	words_add(words, "--mpi=%s", mpi);
	words_add_text(words, "--overlap --kill-on-bad-exit=1 --cpu-bind=none --input=0");
	if (request->hosts)
		words_add(words, "--nodelist=%s", request->hosts);
	if (request->per_host) {
		words_add(words, "-N%u",
			  (start->ranks + request->per_host - 1) / request->per_host);
		words_add(words, "--ntasks-per-node=%u", request->per_host);
	}
	words_add_text(words, request->arguments);
	words_add(words, "-n%u", start->ranks);
	words_add(words, "%s", start->program);
	return 0;
}

static int srun_pmix_words(struct words *words, const struct launcher_start *start)
{
	return srun_words(words, start, "pmix");
}

static int srun_pmi_words(struct words *words, const struct launcher_start *start)
{
	return srun_words(words, start, "pmi2");
}

static bool srun_pmi_fits(const char *library)
{
	return strncmp(library, "Open MPI", strlen("Open MPI")) != 0;
}

/* Its tasks talk to Slurm's daemons. */
static unsigned int srun_descriptors(unsigned int ranks)
{
	return 64 + ranks;
}

static uint64_t srun_bytes(unsigned int ranks)
{
	return UINT64_C(4096) * ranks;
}

static bool srun_gives_up(const char *said)
{
	return strstr(said, "STEP ") && strstr(said, " CANCELLED");
}

/* "srun: error: n1: task 1: Killed", by the name that strsignal() has */
static struct launcher_killed srun_killed(const char *said)
{
	struct launcher_killed killed = { .rank = -1 };
	const char *at = strstr(said, "srun: error: ");
	char how[64] = "";

	if (!at || sscanf(at, "srun: error: %63[^:]: task %d: %63[^\n]", killed.host, &killed.rank,
			  how) != 3)
		return (struct launcher_killed){ .rank = -1 };
	for (int signal = 1; signal < 32; signal++)
		if (!strncmp(how, strsignal(signal), strlen(strsignal(signal))))
			killed.signal = signal;
	return killed.signal ? killed : (struct launcher_killed){ .rank = -1 };
}

static const char *const srun_says[] = { "srun: ", "slurmstepd", NULL };

#define SRUN(also_, alive_, words_)                                                            \
	.name = "srun", .size = "SLURM_STEP_NUM_TASKS", .rank = "SLURM_PROCID",                \
	.ranks_here = "SLURM_STEP_TASKS_PER_NODE", .host = "SLURM_NODEID", .also = (also_),    \
	.alive = (alive_), .words = (words_), .command = "srun", .missing = "no srun in PATH", \
	.advice = "it starts ranks in a job of Slurm's", .says = srun_says,                    \
	.descriptors = srun_descriptors, .bytes = srun_bytes, .gives_up = srun_gives_up,       \
	.killed = srun_killed

/* With --mpi=pmi2, for MPICH. What it tells over PMI is in hydra.c. */
const struct launcher launcher_srun_pmi = {
	SRUN("PMI_RANK", launcher_has_pmi, srun_pmi_words),
	.fits = srun_pmi_fits,
};

/* With --mpi=pmix. What it tells over PMIx is in openmpi.c. */
const struct launcher launcher_srun = {
	SRUN("PMIX_RANK", launcher_has_pmix, srun_pmix_words),
};
