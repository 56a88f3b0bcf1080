/* MPICH's mpiexec, hydra, and those made of it; what was measured is 4.0.2. */
#include <stdio.h>
#include <string.h>

#include "launcher.h"

static const char *const hydra_tells[] = {
	"PMI_",
	"MPI_LOCALNRANKS=",
	"MPI_LOCALRANKID=",
	NULL,
};

/* Intel MPI and MVAPICH are made of MPICH. */
static bool hydra_fits(const char *library)
{
	return strncmp(library, "Open MPI", strlen("Open MPI")) != 0;
}

/* Ranks are placed and bound by us, and get the whole environment. */
static int hydra_words(struct words *words, const struct launcher_start *start)
{
	const struct launcher_request *request = start->request;

	words_add_text(words, "mpiexec.hydra -bind-to none");
	if (request->hosts) {
		words_add(words, "-hosts");
		words_add(words, "%s", request->hosts);
	}
	if (request->hostfile) {
		words_add(words, "-f");
		words_add(words, "%s", request->hostfile);
	}
	if (request->per_host) {
		words_add(words, "-ppn");
		words_add(words, "%u", request->per_host);
	}
	words_add_text(words, request->arguments);
	words_add(words, "-n");
	words_add(words, "%u", start->ranks);
	words_add(words, "%s", start->program);
	return 0;
}

static const char *const hydra_says[] = { "YOUR APPLICATION TERMINATED WITH THE EXIT ",
					  "This typically refers to a problem with your ",
					  "Please see the FAQ page for debugging ", NULL };

/* Of the launcher itself, and of each rank's three pipes and its socket. */
static unsigned int hydra_descriptors(unsigned int ranks)
{
	return 32 + 8 * ranks;
}

/* It leaves no files of its own; shared memory is the ranks'. */
static uint64_t hydra_bytes(unsigned int ranks)
{
	return UINT64_C(4096) * ranks;
}

static bool hydra_gives_up(const char *banner)
{
	return strstr(banner, "BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES") != NULL;
}

/* "=   PID 4711 RUNNING AT n1 ... EXIT STRING: Killed (signal 9)" */
static struct launcher_killed hydra_killed(const char *banner)
{
	struct launcher_killed killed = { .rank = -1 };
	const char *at = strstr(banner, " RUNNING AT "), *number = strstr(banner, " (signal ");

	if (!at || !number)
		return killed;
	sscanf(at, " RUNNING AT %63s", killed.host);
	sscanf(number, " (signal %d", &killed.signal);
	return killed;
}

const struct launcher launcher_hydra = {
	.name = "mpiexec",
	.size = "PMI_SIZE",
	.rank = "PMI_RANK",
	.ranks_here = "MPI_LOCALNRANKS",
	.also = "MPI_LOCALNRANKS",
	.alive = launcher_has_pmi,
	.fits = hydra_fits,
	.command = "mpiexec.hydra",
	.missing = "no mpiexec.hydra in PATH",
	.advice = "install MPICH's hydra, or take openmp or processes",
	.tells = hydra_tells,
	.words = hydra_words,
	.says = hydra_says,
	.descriptors = hydra_descriptors,
	.bytes = hydra_bytes,
	.gives_up = hydra_gives_up,
	.killed = hydra_killed,
};
