/* The allocation of a batch system that this process is in, as its environment tells: Slurm's. */
#ifndef ALLOCATION_H
#define ALLOCATION_H

/* Tasks and hosts of the job, 0 outside of one. */
unsigned int allocation_tasks(void);
unsigned int allocation_hosts(void);

/* CPUs that each task of the job was to have, 0 where that was not asked for. */
unsigned int allocation_cpus_per_task(void);

/* Seconds until the job is ended at its time limit, never negative; INFINITY where that is not
 * known: SLURM_JOB_END_TIME, which old versions do not set, and a job script can. */
double allocation_left_s(void);

#endif
