/*
 * Open MPI's mpirun. Versions 3 to 5 tell their ranks the same; that of 5 is PRRTE's prterun, which
 * has names of its own for what it is told. What was measured is 4.1.4; 5.0.7 was tried.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher.h"

/* Not PMIX_MCA_*, which are the user's settings. */
static const char *const openmpi_tells[] = {
	"OMPI_COMM_WORLD_",
	"OMPI_UNIVERSE_SIZE=",
	"OMPI_APP_CTX_",
	"OMPI_NUM_APP_CTX=",
	"OMPI_FIRST_RANKS=",
	"OMPI_COMMAND=",
	"OMPI_ARGV=",
	"OMPI_FILE_LOCATION=",
	"OMPI_WORLD_",
	"OMPI_LIBDIR_LOC=",
	"OMPI_TOOL_NAME=",
	"OMPI_VERSION=",
	"OMPI_MCA_PREFIXES=",
	"OMPI_MCA_num_procs=",
	"OMPI_MCA_orte_ess_",
	"OMPI_MCA_ess",
	"OMPI_MCA_orte_hnp_uri=",
	"OMPI_MCA_orte_local_daemon_uri=",
	"OMPI_MCA_orte_launch=",
	"OMPI_MCA_orte_precondition_transports=",
	"OMPI_MCA_orte_jobfam_session_dir=",
	"OMPI_MCA_orte_top_session_dir=",
	"OMPI_MCA_orte_app_num=",
	"OMPI_MCA_orte_num_nodes=",
	"OMPI_MCA_orte_bound_at_launch=",
	"OMPI_MCA_initial_wdir=",
	"OMPI_MCA_pmix=",
	"OMPI_MCA_mpi_oversubscribe=",
	"PMIX_NAMESPACE=",
	"PMIX_RANK=",
	"PMIX_SERVER_",
	"PMIX_SECURITY_MODE=",
	"PMIX_BFROP_",
	"PMIX_GDS_MODULE=",
	"PMIX_SYSTEM_TMPDIR=",
	"PMIX_DSTORE_",
	"PMIX_HOSTNAME=",
	"PMIX_VERSION=",
	"PMIX_ID=",
	"PMIX_KEEPALIVE_PIPE=",
	"PMIX_PARAM_FILE_PASSED=",
	"PRTE_LAUNCHED=",
	"PRTE_SHARED_FS=",
	NULL,
};

static bool openmpi_fits(const char *library)
{
	return !strncmp(library, "Open MPI", strlen("Open MPI"));
}

/*
 * Ranks are placed and bound by us. A rank that was killed ends the others at once (by default they
 * have a second), and a host that is cut off is noticed after 8 s (by default after 8 minutes).
 * Standard input goes to rank 0.
 */
static int openmpi_words(struct words *words, const struct launcher_start *start)
{
	const struct launcher_request *request = start->request;
	const struct words *environment = start->environment;

	words_add_text(words, "mpirun --oversubscribe --bind-to none --stdin 0 "
			      "--mca odls_base_sigkill_timeout 0 --mca oob_tcp_keepalive_time 5 "
			      "--mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3");
	for (size_t i = 0; i < environment->count; i++) {
		const char *text = environment->list[i];

		if (strncmp(text, LAUNCHER_OURS, strlen(LAUNCHER_OURS)))
			continue;
		words_add(words, "-x");
		words_add(words, "%.*s", (int)strcspn(text, "="), text);
	}
	if (geteuid() == 0)
		words_add(words, "--allow-run-as-root");
	if (request->hosts) {
		words_add(words, "--host");
		words_add(words, "%s", request->hosts);
	}
	if (request->hostfile) {
		words_add(words, "--hostfile");
		words_add(words, "%s", request->hostfile);
	}
	if (request->per_host) {
		words_add(words, "--map-by");
		words_add(words, "ppr:%u:node", request->per_host);
	}
	words_add_text(words, request->arguments);
	words_add(words, "-n");
	words_add(words, "%u", start->ranks);
	words_add(words, "%s", start->program);
	return 0;
}

/* Labels in what the ranks print would be taken for part of it. */
static const char *const openmpi_settings[] = {
	"OMPI_MCA_orte_tag_output",
	"0",
	"OMPI_MCA_orte_timestamp_output",
	"0",
	"OMPI_MCA_orte_xml_output",
	"0",
	"PRTE_MCA_iof_tag_output",
	"0",
	"PRTE_MCA_iof_timestamp_output",
	"0",
	"PRTE_MCA_iof_xml_output",
	"0",
	NULL,
};

static const char *const openmpi_folders[] = {
	"OMPI_MCA_orte_tmpdir_base",
	"PRTE_MCA_prte_tmpdir_base",
	NULL,
};

/* Measured: 28 descriptors and 4 for each rank; without them it says so and hangs. */
static unsigned int openmpi_descriptors(unsigned int ranks)
{
	return 32 + 4 * ranks;
}

/* Measured: 8,462,336 bytes for two ranks, 4,096 for each one more; with less it hangs, or one of
 * its ranks does. */
static uint64_t openmpi_bytes(unsigned int ranks)
{
	return 8500000 + UINT64_C(4096) * ranks;
}

/* Other banners are warnings. */
static bool openmpi_gives_up(const char *banner)
{
	return strstr(banner, "the job has been aborted") ||
	       strstr(banner, "has lost communication with a remote daemon") ||
	       strstr(banner, "run noticed that process rank") ||
	       strstr(banner, "the job to be terminated");
}

/*
 * "mpirun noticed that process rank 1 with PID 4711 on node n1 exited on signal 9 (Killed).", of
 * version 5 "prterun noticed ...", or
 * "ORTE has lost communication with a remote daemon. ... Remote daemon: [[1,0],2] on node n2"
 */
static struct launcher_killed openmpi_killed(const char *banner)
{
	struct launcher_killed killed = { .rank = -1 };
	const char *at = strstr(banner, "process rank "), *lost = strstr(banner, "Remote daemon: ");

	if (at)
		sscanf(at, "process rank %d with PID %*d on node %63s exited on signal %d",
		       &killed.rank, killed.host, &killed.signal);
	else if (lost)
		sscanf(lost, "Remote daemon: %*s on node %63s", killed.host);
	return killed;
}

const struct launcher launcher_openmpi = {
	.name = "mpirun",
	.size = "OMPI_COMM_WORLD_SIZE",
	.rank = "OMPI_COMM_WORLD_RANK",
	.ranks_here = "OMPI_COMM_WORLD_LOCAL_SIZE",
	.alive = launcher_has_pmix,
	.fits = openmpi_fits,
	.command = "mpirun",
	.missing = "no mpirun in PATH",
	.advice = "install Open MPI, or take openmp or processes",
	.tells = openmpi_tells,
	.words = openmpi_words,
	.settings = openmpi_settings,
	.folders = openmpi_folders,
	.shared = "OMPI_MCA_btl_vader_backing_directory",
	.descriptors = openmpi_descriptors,
	.bytes = openmpi_bytes,
	.gives_up = openmpi_gives_up,
	.killed = openmpi_killed,
};
