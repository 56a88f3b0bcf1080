/* What launchers tell their ranks, and what is no launch. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "bench/launcher/rank_environment.h"

/* An environment of ranks: NAME=VALUE, with spaces between. */
static const struct told {
	const char *variables;
	const char *by; /* the launcher; NULL for none */
	bool present;
	unsigned int ranks, rank, here;
} known[] = {
	{ "", NULL, false, 1, 0, 1 },
	/* mpirun */
	{ "OMPI_COMM_WORLD_SIZE=6 OMPI_COMM_WORLD_RANK=5 OMPI_COMM_WORLD_LOCAL_SIZE=2", "mpirun",
	  true, 6, 5, 2 },
	{ "OMPI_COMM_WORLD_SIZE=6 OMPI_COMM_WORLD_RANK=3", "mpirun", true, 6, 3, 1 },
	{ "OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_LOCAL_SIZE=1", "mpirun",
	  false, 1, 0, 1 },
	/* mpiexec of MPICH */
	{ "PMI_SIZE=4 PMI_RANK=3 MPI_LOCALNRANKS=2", "mpiexec", true, 4, 3, 2 },
	{ "PMI_SIZE=4 PMI_RANK=3", NULL, false, 1, 0, 1 },
	/* srun, over PMIx and PMI: this host's number of the list */
	{ "PMIX_RANK=3 SLURM_STEP_NUM_TASKS=7 SLURM_PROCID=3 SLURM_NODEID=0 "
	  "SLURM_STEP_TASKS_PER_NODE=4,3",
	  "srun", true, 7, 3, 4 },
	{ "PMIX_RANK=10 SLURM_STEP_NUM_TASKS=11 SLURM_PROCID=10 SLURM_NODEID=2 "
	  "SLURM_STEP_TASKS_PER_NODE=4(x2),3",
	  "srun", true, 11, 10, 3 },
	{ "PMI_RANK=5 SLURM_STEP_NUM_TASKS=11 SLURM_PROCID=5 SLURM_NODEID=1 "
	  "SLURM_STEP_TASKS_PER_NODE=4(x2),3",
	  "srun", true, 11, 5, 4 },
	{ "PMIX_RANK=0 SLURM_STEP_NUM_TASKS=3 SLURM_PROCID=0 SLURM_NODEID=9 "
	  "SLURM_STEP_TASKS_PER_NODE=x",
	  "srun", true, 3, 0, 1 },
	{ "PMIX_RANK=0 SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0 SLURM_NODEID=0 "
	  "SLURM_STEP_TASKS_PER_NODE=1",
	  "srun", false, 1, 0, 1 },
	/* mpirun in a job of Slurm, whose daemons srun has started */
	{ "OMPI_COMM_WORLD_SIZE=6 OMPI_COMM_WORLD_RANK=5 OMPI_COMM_WORLD_LOCAL_SIZE=2 PMIX_RANK=5 "
	  "SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1 SLURM_NODEID=1 SLURM_STEP_TASKS_PER_NODE=1(x2)",
	  "mpirun", true, 6, 5, 2 },
	/* a batch script of several tasks is none of them */
	{ "SLURM_NTASKS=6 SLURM_PROCID=0 SLURM_NODEID=0", NULL, false, 1, 0, 1 },
	{ "PMIX_RANK=3", NULL, false, 1, 0, 1 },
};

static void tell(const char *variables)
{
	static const char *const all[] = {
		"OMPI_COMM_WORLD_SIZE",
		"OMPI_COMM_WORLD_RANK",
		"OMPI_COMM_WORLD_LOCAL_SIZE",
		"PMI_SIZE",
		"PMI_RANK",
		"MPI_LOCALNRANKS",
		"PMIX_RANK",
		"SLURM_STEP_NUM_TASKS",
		"SLURM_PROCID",
		"SLURM_NODEID",
		"SLURM_STEP_TASKS_PER_NODE",
		"SLURM_NTASKS",
		"PMI_FD",
	};
	char text[512], *at = text, *word;

	for (size_t i = 0; i < COUNT(all); i++)
		unsetenv(all[i]);
	snprintf(text, sizeof(text), "%s", variables);
	while ((word = strsep(&at, " ")) && *word) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		setenv(word, value, 1);
	}
}

static void the_launcher_is_known_by_its_environment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		const struct told *told = &known[i];
		const char *by;

		tell(told->variables);
		by = rank_environment_launcher();
		if (told->by ? !by || strcmp(by, told->by) : by != NULL)
			fail_msg("%s: by %s", told->variables, by ? by : "none");
		assert_int_equal(rank_environment_present(), told->present);
		assert_int_equal(rank_environment_alone(), told->by && !told->present);
		assert_int_equal(rank_environment_ranks(), told->ranks);
		assert_int_equal(rank_environment_rank(), told->rank);
		assert_int_equal(rank_environment_ranks_here(), told->here);
	}
}

static void tasks_that_are_no_ranks_are_refused(void **state)
{
	(void)state;
	tell("SLURM_STEP_NUM_TASKS=6 SLURM_PROCID=0 SLURM_NODEID=0");
	assert_int_equal(rank_environment_check(NULL), -ENOTSUP);
	tell("SLURM_STEP_NUM_TASKS=6 SLURM_PROCID=5 SLURM_NODEID=2");
	assert_int_equal(rank_environment_check(NULL), -ENOTSUP);
	tell("SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0 SLURM_NODEID=0");
	assert_int_equal(rank_environment_check(NULL), 0);
	tell("SLURM_NTASKS=6 SLURM_PROCID=0 SLURM_NODEID=0");
	assert_int_equal(rank_environment_check(NULL), 0);
}

static void a_launcher_of_another_library_is_refused(void **state)
{
	(void)state;
	tell("PMI_SIZE=4 PMI_RANK=0 MPI_LOCALNRANKS=2 PMI_FD=1");
	assert_int_equal(rank_environment_check("Open MPI v4.1.4"), -ENOTSUP);
	assert_int_equal(rank_environment_check("MPICH Version: 4.0.2"), 0);
	assert_int_equal(rank_environment_check("Intel(R) MPI Library 2021.9"), 0);
	assert_int_equal(rank_environment_check(NULL), 0);
	/* Nobody at the other end. */
	tell("PMI_SIZE=4 PMI_RANK=0 MPI_LOCALNRANKS=2 PMI_FD=999");
	assert_int_equal(rank_environment_check("MPICH Version: 4.0.2"), -ENOTSUP);
	tell("PMI_SIZE=4 PMI_RANK=4 MPI_LOCALNRANKS=2 PMI_FD=1");
	assert_int_equal(rank_environment_check("MPICH Version: 4.0.2"), -ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_launcher_is_known_by_its_environment),
		cmocka_unit_test(tasks_that_are_no_ranks_are_refused),
		cmocka_unit_test(a_launcher_of_another_library_is_refused),
	};

	return RUN_TESTS(tests);
}
