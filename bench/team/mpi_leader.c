/*
 * Rank 0 leads: it has the job, its ledger and the results, and its own workers claim from the
 * ledger directly. Between their chunks it hands out leases and takes in what comes back.
 */
#if WITH_MPI
#include "mpi_leader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/clock.h"
#include "bench/base/pause.h"
#include "bench/base/say.h"
#include "collect.h"
#include "lease_size.h"
#include "mpi_alive.h"
#include "mpi_news.h"
#include "source_ledger.h"

#define SECOND_NS 1000000000u

int mpi_leader_open(struct team *team)
{
	struct mpi *mpi = team->own;
	const struct source_users users = {
		.schedule = team->spec.schedule,
		.count = team->spec.workers,
		.total = team->total,
		.go = team->go,
		.weights = team->weights,
		.duty = { .call = mpi_leader_serve, .context = team },
	};
	int ret = ledger_open(&team->ledger, team->spec.work, &team->partition,
			      batch_of(0, team->partition.chunks));

	if (ret)
		return ret;
	mpi->shares = calloc((size_t)mpi->size, sizeof(*mpi->shares));
	mpi->orders = calloc((size_t)mpi->size, sizeof(*mpi->orders));
	mpi->ordered = malloc((size_t)mpi->size * sizeof(*mpi->ordered));
	if (!mpi->shares || !mpi->orders || !mpi->ordered)
		return -ENOMEM;
	for (int i = 0; i < mpi->size; i++)
		mpi->ordered[i] = MPI_REQUEST_NULL;
	team->duty = users.duty;
	return source_ledger_open(&team->source, &team->ledger, &users);
}

/* Whether what is left is just what the leader's own workers can take at once. They claim nothing
 * ahead, as the ranks do, so that without this another rank would have it for later. */
static bool mpi_leader_keeps(const struct mpi *mpi)
{
	const struct ledger *ledger = mpi->shares[0].ledger;
	/* Relaxed: it guards no data; by an old value a lease goes out that could have been
	 * kept. */
	uint64_t next = atomic_load_explicit(ledger->next, memory_order_relaxed);

	return mpi->inner.spec.schedule.type->leases == &schedule_guided &&
	       ledger->batch.count <= next + mpi->counts[0] * (uint64_t)mpi->inner.spec.inflight;
}

/* How long it took the leader lately from one look for messages to the next: a chunk of its own,
 * the messages of before, and where it has little of a CPU, until it had it again. */
static uint64_t mpi_leader_gap(const struct mpi *mpi)
{
	uint64_t gap = clock_ns() - mpi->served_ns;

	gap = gap > mpi->gap_ns ? gap : mpi->gap_ns;
	return gap > mpi->gap_before_ns ? gap : mpi->gap_before_ns;
}

/* A rank's leases last until the leader is back. */
static void mpi_leader_size_leases(struct mpi *mpi, struct share *share)
{
	const struct team *inner = &mpi->inner;
	const struct lease_takers takers = {
		.ranks = inner->ranks,
		.workers = inner->total,
		.gap_ns = mpi_leader_gap(mpi),
	};
	struct lease_size size = lease_size_of(inner->spec.schedule.type, inner->spec.work,
					       &inner->partition, &takers);

	share->lease_least = size.least;
	share->lease_most = size.most;
}

/* The next lease of a rank. */
static struct mpi_order mpi_leader_next_order(struct mpi *mpi, int rank)
{
	const struct team *inner = &mpi->inner;
	struct mpi_order order = { .what = ORDER_RUN, .kind = inner->go->kind };

	mpi_leader_size_leases(mpi, &mpi->shares[rank]);
	if (inner->go->kind == GO_LOOK || mpi->error || go_over(inner->go) ||
	    mpi_leader_keeps(mpi) ||
	    !inner->spec.schedule.type->leases->next(&mpi->shares[rank], &order.lease))
		order.last = 1;
	return order;
}

/* A rank has ended the run: true if it did so as it should, and sent so many bytes. */
static bool mpi_leader_end_rank(struct team *team, int rank, int64_t error, size_t size,
				size_t ought)
{
	struct mpi *mpi = team->own;

	mpi->running--;
	mpi_alive_ended(mpi, rank);
	if (size != ought)
		mpi->error = -EPROTO;
	else if (error)
		mpi->error = (int)error;
	if (mpi->error)
		go_stop(team->go);
	return !mpi->error;
}

static void mpi_leader_take_done(struct team *team, int rank, const struct mpi_done *done,
				 size_t size)
{
	struct mpi *mpi = team->own;
	unsigned int count = mpi->counts[rank];
	size_t ought = sizeof(*done) + count * sizeof(done->workers[0]);

	if (!mpi_leader_end_rank(team, rank, size < sizeof(*done) ? -EPROTO : done->error, size,
				 ought))
		return;
	for (unsigned int i = 0; i < count; i++)
		worker_put_figures(&team->workers[mpi->firsts[rank] + i], &done->workers[i]);
}

static void mpi_leader_take_looked(struct team *team, int rank, const struct mpi_looked *looked,
				   size_t size)
{
	struct mpi *mpi = team->own;
	unsigned int count = mpi->counts[rank];
	size_t ought = sizeof(*looked) + count * sizeof(looked->workers[0]);

	if (!mpi_leader_end_rank(team, rank, size < sizeof(*looked) ? -EPROTO : looked->error, size,
				 ought))
		return;
	for (unsigned int i = 0; i < count; i++) {
		struct worker *row = &team->workers[mpi->firsts[rank] + i];

		row->clock_hz = looked->workers[i].clock_hz;
		memcpy(row->bound_after, looked->workers[i].bound_after, sizeof(row->bound_after));
	}
}

static void mpi_leader_answer(struct mpi *mpi, int rank)
{
	/* It has: the rank asks again only when it has the last answer. */
	MPI_Wait(&mpi->ordered[rank], MPI_STATUS_IGNORE);
	mpi->orders[rank] = mpi_leader_next_order(mpi, rank);
	MPI_Isend(&mpi->orders[rank], sizeof(struct mpi_order), MPI_BYTE, rank, TAG_LEASE,
		  mpi->comm, &mpi->ordered[rank]);
	mpi_alive_told(mpi, rank);
}

/* Room for a message. It is the leader's, and serves for the next one as well. */
static unsigned char *mpi_leader_inbox(struct mpi *mpi, int size)
{
	if (array_reserve(&mpi->inbox, &mpi->inbox_room, (size_t)size)) {
		say_fail(ENOMEM, "not enough memory for a message of %d bytes", size);
		MPI_Abort(mpi->comm, 1);
	}
	return mpi->inbox;
}

/* Takes in the message that a probe found. */
static void mpi_leader_take(struct team *team, MPI_Status *status)
{
	struct mpi *mpi = team->own;
	int rank = status->MPI_SOURCE, size, ret;
	unsigned char *bytes;

	MPI_Get_count(status, MPI_BYTE, &size);
	bytes = mpi_leader_inbox(mpi, size);
	MPI_Recv(bytes, size, MPI_BYTE, rank, status->MPI_TAG, mpi->comm, MPI_STATUS_IGNORE);
	mpi_alive_heard(mpi, rank);
	switch (status->MPI_TAG) {
	case TAG_REQUEST:
		mpi_leader_answer(mpi, rank);
		break;
	case TAG_RETURN:
		ret = collect_take(team, bytes, (size_t)size);
		if (ret)
			mpi->error = say_fail(
				-ret, "rank %d returned a lease that does not fit the job", rank);
		break;
	case TAG_ALIVE:
		break;
	case TAG_NEWS:
		mpi_news_take(team, rank, bytes, (size_t)size);
		break;
	case TAG_DONE:
		mpi_leader_take_done(team, rank, (const struct mpi_done *)bytes, (size_t)size);
		break;
	default:
		mpi_leader_take_looked(team, rank, (const struct mpi_looked *)bytes, (size_t)size);
	}
}

static void mpi_leader_note_gap(struct mpi *mpi, uint64_t now)
{
	uint64_t gap = now - mpi->served_ns;

	if (now >= mpi->gaps_ns + SECOND_NS) {
		mpi->gaps_ns = now;
		mpi->gap_before_ns = mpi->gap_ns;
		mpi->gap_ns = 0;
	}
	mpi->gap_ns = gap > mpi->gap_ns ? gap : mpi->gap_ns;
	mpi->served_ns = now;
}

uint64_t mpi_leader_serve(void *context)
{
	struct team *team = context;
	struct mpi *mpi = team->own;
	MPI_Status status;
	uint64_t cpu = 0, now = clock_ns();
	int arrived;

	mpi_leader_note_gap(mpi, now);
	mpi_alive_look(mpi, now);
	MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, mpi->comm, &arrived, &status);
	if (arrived) {
		cpu = clock_cpu_ns();
		while (arrived) {
			mpi_leader_take(team, &status);
			MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, mpi->comm, &arrived, &status);
		}
		cpu = clock_cpu_ns() - cpu;
	}
	mpi_news_pass_on(team);
	mpi_alive_watch(mpi);
	return cpu + (team->spec.progress ? team_report(team) : 0);
}

/* What a rank has been sent and may not have taken in yet, for its next order. */
static void mpi_leader_count_sent(struct mpi *mpi, int rank)
{
	mpi->orders[rank].news = mpi_news_sent(mpi, rank);
	mpi->orders[rank].signs = mpi_alive_sent(mpi, rank);
}

static void mpi_leader_begin(struct team *team)
{
	uint64_t until = atomic_load(&team->go->until_ns), now = clock_ns(), left = 0;
	struct mpi *mpi = team->own;

	mpi->error = 0;
	mpi->running = mpi->size - 1;
	mpi->gaps_ns = mpi->served_ns = now;
	mpi_alive_begin(mpi);
	mpi_news_begin(mpi);
	for (int i = 0; i < mpi->size; i++)
		mpi->shares[i] = (struct share){
			.ledger = &team->ledger,
			.go = team->go,
			.weights = team->weights,
			.worker = mpi->firsts[i],
			.count = mpi->counts[i],
			.workers = team->total,
			.inflight = team->spec.inflight,
			.chunked = team->spec.schedule.chunk_items != 0,
		};
	/* Clocks of hosts have nothing to do with each other: what is left of the time is told. */
	if (until)
		left = until > now ? until - now : 1;
	for (int i = 1; i < mpi->size; i++) {
		mpi->orders[i] = mpi_leader_next_order(mpi, i);
		mpi_leader_count_sent(mpi, i);
		mpi->orders[i].for_ns = team->go->kind == GO_WEIGHTS ? MEASURE_NS : left;
	}
}

int mpi_leader_run(struct team *team)
{
	struct mpi *mpi = team->own;
	struct pause pause = { 0 };
	int ret;

	mpi_leader_begin(team);
	mpi_ranks_order(mpi);
	ret = team->spec.inner->run(&mpi->inner);
	if (ret)
		mpi->error = ret;
	for (int running = mpi->running; mpi->running; running = mpi->running) {
		mpi_leader_serve(team);
		if (mpi->running == running)
			pause_once(&pause);
	}
	for (int i = 0; i < mpi->size; i++)
		mpi_ranks_wait(&mpi->ordered[i]);
	mpi_news_end(mpi);
	mpi_alive_say_over(mpi);
	return mpi->error;
}

void mpi_leader_order_all(struct mpi *mpi, const struct mpi_order *order)
{
	for (int i = 0; i < mpi->size; i++) {
		mpi->orders[i] = *order;
		mpi_leader_count_sent(mpi, i);
	}
	mpi_ranks_meet(mpi);
	mpi_ranks_order(mpi);
}
#endif
