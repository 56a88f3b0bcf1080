/* What SMPI lacks of MPI, for the files of bench/team/ that see MPI: it comes before them. */
#ifndef LACKING_H
#define LACKING_H

#include <mpi.h>

/* A simulated rank has one thread, and SMPI promises no more. */
#undef MPI_THREAD_FUNNELED
#define MPI_THREAD_FUNNELED MPI_THREAD_SINGLE

/* Of MPI_REQUEST_NULL, with the status ignored, SMPI 3.32 leaves the flag as it was. */
#define MPI_Test(request, flag, status) (*(flag) = 1, MPI_Test(request, flag, status))

/* SMPI has its name, and aborts. */
#define MPI_Comm_idup(comm, copy, request) (*(request) = MPI_REQUEST_NULL, MPI_Comm_dup(comm, copy))

/*
 * SMPI lets each rank send to each other one in those that do not block: 256 ranks did not end in
 * four minutes. Those that block have the algorithms of Open MPI; all of them are off the clock.
 */
#define MPI_Iallreduce(from, to, count, type, op, comm, request) \
	(*(request) = MPI_REQUEST_NULL, MPI_Allreduce(from, to, count, type, op, comm))
#define MPI_Ibcast(bytes, count, type, root, comm, request) \
	(*(request) = MPI_REQUEST_NULL, MPI_Bcast(bytes, count, type, root, comm))
#define MPI_Igather(from, n, type, to, count, of, root, comm, request) \
	(*(request) = MPI_REQUEST_NULL, MPI_Gather(from, n, type, to, count, of, root, comm))
#define MPI_Igatherv(from, n, type, to, counts, at, of, root, comm, request) \
	(*(request) = MPI_REQUEST_NULL, MPI_Gatherv(from, n, type, to, counts, at, of, root, comm))
#define MPI_Iallgather(from, n, type, to, count, of, comm, request) \
	(*(request) = MPI_REQUEST_NULL, MPI_Allgather(from, n, type, to, count, of, comm))
#define MPI_Ibarrier(comm, request) (*(request) = MPI_REQUEST_NULL, MPI_Barrier(comm))

#endif
