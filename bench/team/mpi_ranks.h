/*
 * What the ranks of an mpi team share: messages, waits, and the steps of opening that all take
 * together..
 *
 * All messages are two-sided, and each side enters MPI between its chunks only, from its main
 * thread (MPI_THREAD_FUNNELED): one-sided claims over TCP were measured to wait for as long as
 * their target computed. For the same reason no send is waited for between chunks: MPI_Send of a
 * few bytes through shared memory returned only when the other side entered MPI.
 */
#ifndef MPI_RANKS_H
#define MPI_RANKS_H

#include <mpi.h>

#include "listening.h"
#include "source_lease.h"
#include "team_inside.h"

enum mpi_tag { TAG_REQUEST = 1, TAG_LEASE, TAG_RETURN, TAG_DONE, TAG_LOOKED, TAG_ALIVE, TAG_NEWS };

/* From the leader to a rank, at a go and as the answer to a request. */
struct mpi_order {
	enum { ORDER_RUN, ORDER_SHARE_WEIGHTS, ORDER_STOP } what;
	enum go_kind kind;  /* of the run */
	uint64_t for_ns;    /* it ends after so long; 0: with the work */
	struct batch lease; /* if its count is not 0 */
	uint32_t last;      /* no lease comes after it */
	uint64_t news;      /* pieces of news that were sent to it, all in all */
	uint64_t signs;     /* ... and signs of life */
};

/* From a rank at the end of a run of the job (TAG_DONE), and of a look (TAG_LOOKED). */
struct mpi_done {
	int64_t error;
	struct worker_figures workers[];
};

struct mpi_looked {
	int64_t error;
	struct worker_look workers[];
};

struct mpi {
	MPI_Comm comm;
	int rank, size;
	struct team inner;             /* this rank's workers; its memory is the team's */
	unsigned int *counts, *firsts; /* workers of each rank, and the number of its first one */
	unsigned char *hellos;         /* HELLO_BYTES each: the leader's of all ranks; another's of
					  the leader */
	/* the leader's */
	struct share *shares;     /* what each rank has been given */
	struct mpi_order *orders; /* the last one to each rank ... */
	MPI_Request *ordered;     /* ... and whether it has gone */
	int running;              /* other ranks that have not ended the run */
	uint64_t served_ns;       /* when it looked for messages last ... */
	uint64_t gap_ns;          /* ... the longest between two looks, in the second ... */
	uint64_t gaps_ns;         /* ... that began then ... */
	uint64_t gap_before_ns;   /* ... and in the one before */
	int error;
	unsigned char *inbox;
	size_t inbox_room;
	/* of the others */
	struct lease_source *leases;
	struct mpi_order answer;
	MPI_Request asked,
		answered; /* the request for a lease; MPI_REQUEST_NULL while none is under way */
	MPI_Request returning[LEASES]; /* finished leases on their way */
	bool last;
	int lease_error;
	struct mpi_news *news;
	struct mpi_alive *alive;
};

/* Makes this process a rank. Returns 0, or -EIO having said why. */
int mpi_ranks_start(struct mpi *mpi);
/* A launcher whose ranks do not find each other starts as many jobs of one rank. Returns 0, or
 * -ENOTSUP having said what the launcher and MPI say. */
int mpi_ranks_check_told(const struct team_request *request, const struct mpi *mpi);
/* The leader learns what each rank is, and they where it is. Returns 0, -ENOMEM, or -ENOTSUP,
 * having said it, if one is not like the leader; the same on all ranks. */
int mpi_ranks_greet(struct team *team);
/* Every rank learns the worst of all ranks' errors. */
int mpi_ranks_agree(struct mpi *mpi, int ret);
/* The name of a rank's host: at the leader of any, elsewhere of the leader. After they have
 * greeted. */
const char *mpi_ranks_host(const struct mpi *mpi, int rank);
/* The job, from the leader to all; who has how many workers, and how the job is cut; where the
 * workers of this node's ranks go. Each returns 0 or -errno, the same on all ranks. */
int mpi_ranks_share_work(struct team *team);
int mpi_ranks_share_plan(struct team *team);
int mpi_ranks_share_node(struct team *team);
/* The leader learns every worker's host, pid and masks. Returns 0 or -ENOMEM. */
int mpi_ranks_gather_rows(struct team *team);
/* The leader's weights, to all. */
void mpi_ranks_share_weights(struct team *team);

/*
 * All ranks meet, off the clock, before each order: when the leader returns, all are awake and wait
 * for the order without a nap. Whoever comes early sleeps, as others may use its PU meanwhile.
 */
void mpi_ranks_meet(struct mpi *mpi);
/* The order of each rank, from the leader's orders, right after a meeting. Returns this rank's. */
struct mpi_order mpi_ranks_order(struct mpi *mpi);

/* Ends all ranks where one of them is stopped, for which MPICH's MPI_Abort() waits: this rank is
 * gone a second later at the latest, and the launcher ends the others. */
void mpi_ranks_abort(struct mpi *mpi);

/* Waits for a request, asleep after a while; and does something meanwhile, again and again. */
void mpi_ranks_wait(MPI_Request *request);
void mpi_ranks_wait_with(MPI_Request *request, void (*meanwhile)(struct mpi *mpi), struct mpi *mpi);

#endif
