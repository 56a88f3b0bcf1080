/* How ranks come to be a team: start, job, plan, node, rows; and how they wait for each other. */
#if WITH_MPI
#include "mpi_ranks.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/pause.h"
#include "bench/base/say.h"

/* Bytes of a job that are sent at once, of those beyond what is packed. */
enum { MPI_PIECE = 1 << 20 };

void mpi_ranks_wait_with(MPI_Request *request, void (*meanwhile)(struct mpi *mpi), struct mpi *mpi)
{
	struct pause pause = { 0 };
	int done;

	for (;;) {
		MPI_Test(request, &done, MPI_STATUS_IGNORE);
		if (done)
			return;
		if (meanwhile)
			meanwhile(mpi);
		pause_once(&pause);
	}
}

void mpi_ranks_wait(MPI_Request *request)
{
	mpi_ranks_wait_with(request, NULL, NULL);
}

static void mpi_ranks_on_alarm(int number)
{
	(void)number;
	_exit(1);
}

void mpi_ranks_abort(struct mpi *mpi)
{
	signal(SIGALRM, mpi_ranks_on_alarm);
	alarm(1);
	MPI_Abort(mpi->comm, 1);
}

int mpi_ranks_start(struct mpi *mpi)
{
	MPI_Request request;
	int started, level;

	MPI_Initialized(&started);
	if (!started)
		MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
	else
		MPI_Query_thread(&level);
	MPI_Comm_idup(MPI_COMM_WORLD, &mpi->comm, &request);
	mpi_ranks_wait(&request);
	MPI_Comm_rank(mpi->comm, &mpi->rank);
	MPI_Comm_size(mpi->comm, &mpi->size);
	mpi->asked = mpi->answered = MPI_REQUEST_NULL;
	for (int i = 0; i < LEASES; i++)
		mpi->returning[i] = MPI_REQUEST_NULL;
	if (level < MPI_THREAD_FUNNELED)
		return say_fail(
			EIO,
			"this MPI library does not allow threads (MPI_THREAD_FUNNELED is needed)");
	return 0;
}

int mpi_ranks_check_told(const struct team_request *request, const struct mpi *mpi)
{
	if (!request->told_ranks || (request->told_ranks == (unsigned int)mpi->size &&
				     request->told_rank == (unsigned int)mpi->rank))
		return 0;
	return say_fail(
		ENOTSUP,
		"the launcher says that this is rank %u of %u, and MPI that it is rank %d of "
		"%d: start it with the mpirun of the MPI that it was built with",
		request->told_rank, request->told_ranks, mpi->rank, mpi->size);
}

int mpi_ranks_agree(struct mpi *mpi, int ret)
{
	MPI_Request request;
	int worst;

	MPI_Iallreduce(&ret, &worst, 1, MPI_INT, MPI_MIN, mpi->comm, &request);
	mpi_ranks_wait(&request);
	return worst;
}

/* Bytes of any length from the leader to all. */
static void mpi_ranks_broadcast(struct mpi *mpi, void *bytes, uint64_t length)
{
	for (uint64_t at = 0; at < length; at += 1 << 30) {
		int part = (int)(length - at < 1 << 30 ? length - at : 1 << 30);
		MPI_Request request;

		MPI_Ibcast((unsigned char *)bytes + at, part, MPI_BYTE, 0, mpi->comm, &request);
		mpi_ranks_wait(&request);
	}
}

/*
 * What a job has beyond its packed bytes: pieces from the leader to all, until one is empty.
 * Returns 0 or -errno, of this rank's own: one that cannot take a piece goes on hearing of others.
 */
static int mpi_ranks_share_more(struct team *team)
{
	const struct work_type *type = team->spec.work_type;
	struct mpi *mpi = team->own;
	char *bytes = malloc(MPI_PIECE);
	uint64_t at = 0;
	int64_t length;
	int ret = bytes ? 0 : -ENOMEM;

	if (mpi_ranks_agree(mpi, ret)) {
		free(bytes);
		return -ENOMEM;
	}
	do {
		length = mpi->rank ? 0 : type->read(team->spec.work, at, bytes, MPI_PIECE);
		mpi_ranks_broadcast(mpi, &length, sizeof(length));
		if (length > 0)
			mpi_ranks_broadcast(mpi, bytes, (uint64_t)length);
		if (length < 0)
			ret = (int)length;
		else if (mpi->rank && !ret)
			ret = type->take(team->spec.work, bytes, (size_t)length);
		at += (uint64_t)length;
	} while (length > 0);
	free(bytes);
	return ret;
}

int mpi_ranks_greet(struct team *team)
{
	struct mpi *mpi = team->own;
	unsigned char mine[HELLO_BYTES] = { 0 };
	MPI_Request request;
	int ret = 0;

	mpi->hellos = malloc((mpi->rank ? 1 : (size_t)mpi->size) * HELLO_BYTES);
	if (mpi_ranks_agree(mpi, mpi->hellos ? 0 : -ENOMEM))
		return -ENOMEM;
	memcpy(mine, &team->spec.hello, sizeof(team->spec.hello));
	MPI_Igather(mine, HELLO_BYTES, MPI_BYTE, mpi->hellos, HELLO_BYTES, MPI_BYTE, 0, mpi->comm,
		    &request);
	mpi_ranks_wait(&request);
	for (int i = 1; mpi->rank == 0 && !ret && i < mpi->size; i++)
		ret = hello_check(&team->spec.hello,
				  (const struct hello *)(mpi->hellos + (size_t)i * HELLO_BYTES),
				  (unsigned int)i);
	ret = mpi_ranks_agree(mpi, ret);
	if (!ret)
		mpi_ranks_broadcast(mpi, mpi->hellos, HELLO_BYTES);
	return ret;
}

const char *mpi_ranks_host(const struct mpi *mpi, int rank)
{
	return ((const struct hello *)(mpi->hellos + (size_t)rank * HELLO_BYTES))->host;
}

int mpi_ranks_share_work(struct team *team)
{
	struct mpi *mpi = team->own;
	void *bytes = NULL;
	size_t packed = 0;
	uint64_t length;
	int ret = 0;

	if (mpi->rank == 0)
		ret = team->spec.work->type->pack(team->spec.work, &bytes, &packed);
	length = packed;
	mpi_ranks_broadcast(mpi, &length, sizeof(length));
	if (mpi->rank)
		bytes = malloc(length ? length : 1);
	if (!bytes)
		ret = -ENOMEM;
	ret = mpi_ranks_agree(mpi, ret);
	if (!ret) {
		mpi_ranks_broadcast(mpi, bytes, length);
		if (mpi->rank)
			ret = team->spec.work_type->unpack(&team->spec.work, bytes, length);
		ret = mpi_ranks_agree(mpi, ret);
	}
	free(bytes);
	if (!ret && team->spec.work_type->read)
		ret = mpi_ranks_agree(mpi, mpi_ranks_share_more(team));
	return ret;
}

int mpi_ranks_share_plan(struct team *team)
{
	struct mpi *mpi = team->own;
	MPI_Request request;

	mpi->counts = calloc((size_t)mpi->size, sizeof(*mpi->counts));
	mpi->firsts = calloc((size_t)mpi->size, sizeof(*mpi->firsts));
	if (mpi_ranks_agree(mpi, mpi->counts && mpi->firsts ? 0 : -ENOMEM))
		return -ENOMEM;
	MPI_Iallgather(&team->spec.workers, 1, MPI_UNSIGNED, mpi->counts, 1, MPI_UNSIGNED,
		       mpi->comm, &request);
	mpi_ranks_wait(&request);
	for (int i = 0; i < mpi->size; i++) {
		mpi->firsts[i] = team->total;
		team->total += mpi->counts[i];
	}
	team->first = mpi->firsts[mpi->rank];
	team->ranks = (unsigned int)mpi->size;
	if (mpi->rank == 0)
		team->partition = partition_job(team->spec.work, team->total,
						team->spec.schedule.chunk_items);
	mpi_ranks_broadcast(mpi, &team->partition, sizeof(team->partition));
	return mpi_ranks_agree(mpi, mpi->rank ? 0 : partition_check(&team->partition));
}

/* Ranks of this node that may use the same PUs divide them; one that has a mask of its own keeps to
 * it. */
int mpi_ranks_share_node(struct team *team)
{
	struct mpi *mpi = team->own;
	struct rank_mask mine = { .workers = team->spec.workers }, *ranks;
	MPI_Request request;
	MPI_Comm node;
	int rank, size, ret;

	MPI_Comm_split_type(mpi->comm, MPI_COMM_TYPE_SHARED, mpi->rank, MPI_INFO_NULL, &node);
	MPI_Comm_rank(node, &rank);
	MPI_Comm_size(node, &size);
	snprintf(mine.allowed, sizeof(mine.allowed), "%s",
		 placement_machine(team->spec.placement)->allowed);
	ranks = calloc((size_t)size, sizeof(*ranks));
	if (!ranks)
		MPI_Abort(mpi->comm, 1);
	MPI_Iallgather(&mine, sizeof(mine), MPI_BYTE, ranks, sizeof(mine), MPI_BYTE, node,
		       &request);
	mpi_ranks_wait(&request);
	ret = placement_plan_ranks(team->spec.placement, ranks, (unsigned int)size,
				   (unsigned int)rank);
	free(ranks);
	MPI_Comm_free(&node);
	return mpi_ranks_agree(mpi, ret);
}

int mpi_ranks_gather_rows(struct team *team)
{
	struct mpi *mpi = team->own;
	int *sizes = calloc((size_t)mpi->size, sizeof(*sizes)),
	    *at = calloc((size_t)mpi->size, sizeof(*at));
	int ret = mpi_ranks_agree(mpi, sizes && at ? 0 : -ENOMEM);
	MPI_Request request;
	MPI_Datatype row;

	if (!ret) {
		MPI_Type_contiguous(sizeof(struct worker), MPI_BYTE, &row);
		MPI_Type_commit(&row);
		for (int i = 0; i < mpi->size; i++) {
			sizes[i] = (int)mpi->counts[i];
			at[i] = (int)mpi->firsts[i];
		}
		MPI_Igatherv(mpi->rank ? team->workers : MPI_IN_PLACE, (int)team->spec.workers, row,
			     team->workers, sizes, at, row, 0, mpi->comm, &request);
		mpi_ranks_wait(&request);
		MPI_Type_free(&row);
	}
	free(sizes);
	free(at);
	return ret;
}

void mpi_ranks_share_weights(struct team *team)
{
	mpi_ranks_broadcast(team->own, team->weights->edges,
			    (team->total + 1) * sizeof(team->weights->edges[0]));
	team->weights->set = true;
}

/* The leader's wait for all: if one of them does not come, nobody knows which. */
static void mpi_ranks_wait_for_all(struct mpi *mpi, MPI_Request *request)
{
	double patience = mpi->inner.spec.patience_s;
	uint64_t patience_ns = (uint64_t)(patience * 1e9);
	struct listening listening;
	struct pause pause = { 0 };
	uint64_t began;
	int done;

	listening_begin(&listening, clock_ns());
	began = listening.at_ns;
	for (;;) {
		MPI_Test(request, &done, MPI_STATUS_IGNORE);
		if (done)
			return;
		if (listening_look(&listening, clock_ns(), patience_ns) > began + patience_ns)
			break;
		pause_once(&pause);
	}
	say_fail(ETIMEDOUT,
		 "a rank did not come to the next run within %g s (--patience): the run is lost",
		 patience);
	mpi_ranks_abort(mpi);
}

void mpi_ranks_meet(struct mpi *mpi)
{
	MPI_Request request;

	/* A rank may leave the first barrier while another, whose message it has, still naps. None
	 * leaves the second before all are awake. */
	MPI_Ibarrier(mpi->comm, &request);
	if (mpi->rank)
		mpi_ranks_wait(&request);
	else
		mpi_ranks_wait_for_all(mpi, &request);
	MPI_Barrier(mpi->comm);
}

struct mpi_order mpi_ranks_order(struct mpi *mpi)
{
	struct mpi_order order = { 0 };

	/* Blocking, and so of least delay: it is on the clock, and all are here. */
	if (mpi->rank == 0)
		MPI_Scatter(mpi->orders, sizeof(order), MPI_BYTE, MPI_IN_PLACE, 0, MPI_BYTE, 0,
			    mpi->comm);
	else
		MPI_Scatter(NULL, 0, MPI_BYTE, &order, sizeof(order), MPI_BYTE, 0, mpi->comm);
	return order;
}
#endif
