/*
 * Another rank tells the leader every second. The leader, which may have thousands to tell, tells
 * each of them eight times in the patience, and none that it has just given a lease.
 */
#if WITH_MPI
#include "mpi_alive.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"

#define SECOND_NS 1000000000u

/* Silence that is worth a word. */
#define SILENCE_NS (10ull * SECOND_NS)

/* All ranks notice at the same moment that the leader is silent. The first of them says so, and
 * ends the others before they would, unless it is gone too. */
#define LATER_NS (2ull * SECOND_NS)

/* What is between this rank and another. */
struct alive_peer {
	uint64_t heard_ns; /* when it was heard last, as `listening` has it; 0: it has ended */
	uint64_t told_ns;  /* when it was told something last, by clock_ns() */
	uint64_t count;    /* of signs of life from the leader, in all runs */
	bool warned;       /* that its silence was said */
	MPI_Request telling;
};

struct mpi_alive {
	struct listening listening;
	uint64_t patience_ns;
	uint64_t watched_ns;       /* when the silences were looked at last */
	struct alive_peer peers[]; /* the leader's: each rank; another's: the leader */
};

int mpi_alive_open(struct mpi *mpi)
{
	size_t peers = mpi->rank ? 1 : (size_t)mpi->size;

	mpi->alive = calloc(1, sizeof(*mpi->alive) + peers * sizeof(mpi->alive->peers[0]));
	if (!mpi->alive)
		return -ENOMEM;
	for (size_t i = 0; i < peers; i++)
		mpi->alive->peers[i].telling = MPI_REQUEST_NULL;
	return 0;
}

void mpi_alive_close(struct mpi *mpi)
{
	free(mpi->alive);
	mpi->alive = NULL;
}

void mpi_alive_begin(struct mpi *mpi)
{
	struct mpi_alive *alive = mpi->alive;
	uint64_t now = clock_ns();

	listening_begin(&alive->listening, now);
	alive->patience_ns = (uint64_t)(mpi->inner.spec.patience_s * 1e9);
	alive->watched_ns = now;
	for (int i = 0; i < (mpi->rank ? 1 : mpi->size); i++) {
		alive->peers[i].heard_ns = alive->listening.at_ns;
		alive->peers[i].told_ns = now;
	}
}

void mpi_alive_heard(struct mpi *mpi, int rank)
{
	mpi->alive->peers[rank].heard_ns = mpi->alive->listening.at_ns;
}

void mpi_alive_look(struct mpi *mpi, uint64_t now_ns)
{
	listening_look(&mpi->alive->listening, now_ns, mpi->alive->patience_ns);
}

void mpi_alive_told(struct mpi *mpi, int rank)
{
	mpi->alive->peers[rank].told_ns = mpi->alive->listening.looked_ns;
}

void mpi_alive_ended(struct mpi *mpi, int rank)
{
	mpi->alive->peers[rank].heard_ns = 0;
}

bool mpi_alive_works(const struct mpi *mpi, int rank)
{
	return mpi->alive->peers[rank].heard_ns != 0;
}

uint64_t mpi_alive_sent(const struct mpi *mpi, int rank)
{
	return mpi->alive->peers[rank].count;
}

/* Ends the run if a rank was silent for the patience. */
static void mpi_alive_judge(struct mpi *mpi, int rank)
{
	const struct mpi_alive *alive = mpi->alive;
	struct alive_peer *peer = &mpi->alive->peers[rank];
	uint64_t silent = peer->heard_ns ? alive->listening.at_ns - peer->heard_ns : 0;
	const char *host = mpi_ranks_host(mpi, rank);

	if (silent > alive->patience_ns + (mpi->rank > 1 ? LATER_NS : 0)) {
		say_fail(
			ETIMEDOUT,
			"rank %d on %s has said nothing for %.0f s (--patience %g): it is stopped or "
			"cut off, and the run is lost",
			rank, host, (double)silent * 1e-9, mpi->inner.spec.patience_s);
		mpi_ranks_abort(mpi);
	}
	if (silent > SILENCE_NS && !peer->warned) {
		peer->warned = true;
		say_warn("rank %d on %s has said nothing for %.0f s", rank, host,
			 (double)silent * 1e-9);
	}
}

/* Tells a rank that this one lives, if the last time is so long ago and has gone. Returns whether
 * it did. */
static bool mpi_alive_tell(struct mpi *mpi, int rank, uint64_t every_ns)
{
	struct alive_peer *peer = &mpi->alive->peers[rank];
	uint64_t now = mpi->alive->listening.looked_ns;
	int gone;

	if (now < peer->told_ns + every_ns)
		return false;
	MPI_Test(&peer->telling, &gone, MPI_STATUS_IGNORE);
	if (!gone)
		return false;
	peer->told_ns = now;
	MPI_Isend(NULL, 0, MPI_BYTE, rank, TAG_ALIVE, mpi->comm, &peer->telling);
	return true;
}

/* No more often than it takes with a short patience. */
static uint64_t mpi_alive_period(const struct mpi_alive *alive)
{
	return alive->patience_ns / 8 < SECOND_NS ? alive->patience_ns / 8 : SECOND_NS;
}

/* Whether it is time to look at the silences again. */
static bool mpi_alive_is_due(struct mpi_alive *alive)
{
	uint64_t now = alive->listening.looked_ns;

	if (now < alive->watched_ns + mpi_alive_period(alive))
		return false;
	alive->watched_ns = now;
	return true;
}

void mpi_alive_watch(struct mpi *mpi)
{
	struct mpi_alive *alive = mpi->alive;

	if (!mpi_alive_is_due(alive))
		return;
	for (int i = 1; i < mpi->size; i++) {
		/* One that has ended the run waits for the others, and for the leader. */
		alive->peers[i].count += mpi_alive_tell(mpi, i, alive->patience_ns / 8);
		mpi_alive_judge(mpi, i);
	}
}

/* A collective, so that the leader, which is on the clock, sends few messages itself. Of a byte:
 * with none, nobody would wait. */
static void mpi_alive_over(struct mpi *mpi, MPI_Request *request)
{
	static unsigned char over;

	MPI_Ibcast(&over, 1, MPI_BYTE, 0, mpi->comm, request);
}

void mpi_alive_say_over(struct mpi *mpi)
{
	MPI_Request request;

	mpi_alive_over(mpi, &request);
	mpi_ranks_wait(&request);
	for (int i = 1; i < mpi->size; i++)
		mpi_ranks_wait(&mpi->alive->peers[i].telling);
}

/* What came from the leader beside its orders. */
static void mpi_alive_take(struct mpi *mpi)
{
	int arrived;

	for (;;) {
		MPI_Iprobe(0, TAG_ALIVE, mpi->comm, &arrived, MPI_STATUS_IGNORE);
		if (!arrived)
			return;
		MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_ALIVE, mpi->comm, MPI_STATUS_IGNORE);
		mpi->alive->peers[0].count++;
		mpi_alive_heard(mpi, 0);
	}
}

static void mpi_alive_listen(struct mpi *mpi)
{
	mpi_alive_look(mpi, clock_ns());
	if (!mpi_alive_is_due(mpi->alive))
		return;
	mpi_alive_take(mpi);
	mpi_alive_judge(mpi, 0);
}

void mpi_alive_pump(struct mpi *mpi)
{
	mpi_alive_listen(mpi);
	mpi_alive_tell(mpi, 0, mpi_alive_period(mpi->alive));
}

void mpi_alive_wait(struct mpi *mpi, MPI_Request *request)
{
	mpi_ranks_wait_with(request, mpi_alive_listen, mpi);
}

void mpi_alive_wait_over(struct mpi *mpi)
{
	MPI_Request request;

	mpi_alive_wait(mpi, &mpi->alive->peers[0].telling);
	mpi_alive_over(mpi, &request);
	mpi_alive_wait(mpi, &request);
}

void mpi_alive_drain(struct mpi *mpi, uint64_t count)
{
	MPI_Request request;

	for (; mpi->alive->peers[0].count < count; mpi->alive->peers[0].count++) {
		MPI_Irecv(NULL, 0, MPI_BYTE, 0, TAG_ALIVE, mpi->comm, &request);
		mpi_ranks_wait(&request);
	}
}
#endif
