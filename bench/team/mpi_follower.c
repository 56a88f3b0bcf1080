/*
 * Any rank but 0 works on leases, batches of chunks that it asks of rank 0 and returns whole. It
 * asks for its next leases while it works on one.
 */
#if WITH_MPI
#include "mpi_follower.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "mpi_alive.h"
#include "mpi_news.h"

int mpi_follower_open(struct team *team)
{
	struct mpi *mpi = team->own;
	const struct source_users users = {
		.schedule = team->spec.schedule,
		.first = team->first,
		.count = team->spec.workers,
		.total = team->total,
		.go = team->go,
		.weights = team->weights,
		.duty = { .call = mpi_follower_pump, .context = team },
	};
	int ret = source_lease_open(&mpi->leases, &users);

	if (!ret)
		team->source = source_lease_source(mpi->leases);
	return ret;
}

/* Sends back the leases that are finished, and makes room of those that have gone. */
static void mpi_follower_return_leases(struct mpi *mpi)
{
	const struct ledger *finished;
	unsigned int entry;

	for (entry = 0; entry < LEASES; entry++) {
		int gone;

		if (mpi->returning[entry] == MPI_REQUEST_NULL)
			continue;
		MPI_Test(&mpi->returning[entry], &gone, MPI_STATUS_IGNORE);
		if (gone)
			source_lease_put_back(mpi->leases, entry);
	}
	while ((finished = source_lease_take_out(mpi->leases, &entry))) {
		if (finished->size > INT_MAX) {
			say_fail(EMSGSIZE,
				 "a lease of %zu bytes is too large for a message: give a smaller "
				 "CHUNK",
				 finished->size);
			MPI_Abort(mpi->comm, 1);
		}
		MPI_Isend(finished->block, (int)finished->size, MPI_BYTE, 0, TAG_RETURN, mpi->comm,
			  &mpi->returning[entry]);
	}
}

/* The answer to a request has arrived. */
static void mpi_follower_take_answer(struct team *team)
{
	struct mpi *mpi = team->own;

	mpi_alive_heard(mpi, 0);
	if (mpi->answer.lease.count && !mpi->lease_error)
		mpi->lease_error = source_lease_add(mpi->leases, team->spec.work, &team->partition,
						    &mpi->answer.lease);
	if (mpi->answer.last || mpi->lease_error) {
		mpi->last = true;
		source_lease_end(mpi->leases);
	}
}

/* Asks for the next lease, if one is wanted and no answer is outstanding. */
static void mpi_follower_ask(struct mpi *mpi)
{
	if (mpi->last || mpi->answered != MPI_REQUEST_NULL || !source_lease_wanted(mpi->leases))
		return;
	MPI_Wait(&mpi->asked, MPI_STATUS_IGNORE);
	MPI_Irecv(&mpi->answer, sizeof(mpi->answer), MPI_BYTE, 0, TAG_LEASE, mpi->comm,
		  &mpi->answered);
	MPI_Isend(NULL, 0, MPI_BYTE, 0, TAG_REQUEST, mpi->comm, &mpi->asked);
}

uint64_t mpi_follower_pump(void *context)
{
	struct team *team = context;
	struct mpi *mpi = team->own;
	uint64_t cpu = 0;
	int arrived = 0;

	mpi_follower_return_leases(mpi);
	mpi_alive_pump(mpi);
	mpi_news_pump(team);
	if (mpi->answered != MPI_REQUEST_NULL)
		MPI_Test(&mpi->answered, &arrived, MPI_STATUS_IGNORE);
	if (arrived) {
		cpu = clock_cpu_ns();
		mpi_follower_take_answer(team);
		cpu = clock_cpu_ns() - cpu;
	}
	/* At once, and not after the next chunk: it may be all that there is in the lease, and then
	 * nothing is in reserve. */
	mpi_follower_ask(mpi);
	return cpu;
}

/* Only a run that failed, or measured, ends before the leader's last word. */
static int mpi_follower_job(struct team *team, const struct mpi_order *order)
{
	struct mpi *mpi = team->own;
	int ret;

	source_lease_begin(mpi->leases);
	mpi->lease_error = 0;
	mpi->last = false;
	mpi->answer = *order;
	mpi_follower_take_answer(team);
	ret = team->spec.inner->run(&mpi->inner);
	mpi_follower_return_leases(mpi);
	for (int i = 0; i < LEASES; i++)
		mpi_alive_wait(mpi, &mpi->returning[i]);
	mpi_alive_wait(mpi, &mpi->asked);
	mpi_alive_wait(mpi, &mpi->answered);
	mpi_news_flush(mpi);
	return mpi->lease_error ? mpi->lease_error : ret;
}

/* A message to the leader, which it may take whenever it comes to it. */
static void mpi_follower_send(struct mpi *mpi, const void *bytes, size_t size, enum mpi_tag tag)
{
	MPI_Request sent;

	MPI_Isend(bytes, (int)size, MPI_BYTE, 0, tag, mpi->comm, &sent);
	mpi_alive_wait(mpi, &sent);
}

static void mpi_follower_run(struct team *team, const struct mpi_order *order,
			     struct mpi_done *done, struct mpi_looked *looked)
{
	struct mpi *mpi = team->own;
	unsigned int count = team->spec.workers;

	mpi_alive_begin(mpi);
	go_begin(team->go, order->kind, order->for_ns ? clock_ns() + order->for_ns : 0);
	if (order->kind == GO_LOOK) {
		looked->error = team->spec.inner->run(&mpi->inner);
		for (unsigned int i = 0; i < count; i++) {
			looked->workers[i].clock_hz = team->workers[i].clock_hz;
			memcpy(looked->workers[i].bound_after, team->workers[i].bound_after,
			       sizeof(looked->workers[i].bound_after));
		}
		mpi_follower_send(mpi, looked, sizeof(*looked) + count * sizeof(looked->workers[0]),
				  TAG_LOOKED);
		return;
	}
	done->error = mpi_follower_job(team, order);
	for (unsigned int i = 0; i < count; i++)
		done->workers[i] = worker_figures_of(&team->workers[i]);
	mpi_follower_send(mpi, done, sizeof(*done) + count * sizeof(done->workers[0]), TAG_DONE);
}

int mpi_follower_follow(struct team *team)
{
	struct mpi *mpi = team->own;
	unsigned int count = team->spec.workers;
	struct mpi_done *done = calloc(1, sizeof(*done) + count * sizeof(done->workers[0]));
	struct mpi_looked *looked = calloc(1, sizeof(*looked) + count * sizeof(looked->workers[0]));
	struct mpi_order order;

	if (!done || !looked)
		MPI_Abort(mpi->comm, 1);
	for (;;) {
		mpi_ranks_meet(mpi);
		order = mpi_ranks_order(mpi);
		mpi_news_drain(mpi, order.news);
		mpi_alive_drain(mpi, order.signs);
		if (order.what == ORDER_STOP)
			break;
		if (order.what == ORDER_SHARE_WEIGHTS) {
			mpi_ranks_share_weights(team);
			continue;
		}
		mpi_follower_run(team, &order, done, looked);
		mpi_alive_wait_over(mpi);
	}
	free(done);
	free(looked);
	return 0;
}
#endif
