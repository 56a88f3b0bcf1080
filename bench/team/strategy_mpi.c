/*
 * mpi: an outer strategy. Its workers are ranks, and each rank runs an inner strategy. Rank 0 leads
 * (mpi_leader.c), the others follow (mpi_follower.c), and what they do together is in mpi_ranks.c.
 */
#include "team_inside.h"

#if WITH_MPI
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "mpi_alive.h"
#include "mpi_follower.h"
#include "mpi_leader.h"
#include "mpi_news.h"

/* Ledger or leases, and the inner team on top of them. */
static int mpi_open_inner(struct team *team)
{
	struct mpi *mpi = team->own;
	int ret = team_make_rows(team, mpi->rank ? team->spec.workers : team->total);

	if (!ret)
		ret = mpi_news_open(mpi);
	if (!ret)
		ret = mpi_alive_open(mpi);
	if (!ret)
		ret = mpi->rank ? mpi_follower_open(team) : mpi_leader_open(team);
	if (ret)
		return say_fail(-ret, "not enough memory for this rank's part of the job");
	mpi->inner = *team;
	mpi->inner.spec.strategy = team->spec.inner;
	mpi->inner.own = NULL;
	ret = team->spec.inner->open(&mpi->inner);
	mpi->inner.opened = ret == 0;
	return ret;
}

static void mpi_close(struct team *team)
{
	struct mpi *mpi = team->own;

	if (mpi->rank == 0 && team->opened)
		mpi_leader_order_all(mpi, &(struct mpi_order){ .what = ORDER_STOP });
	if (mpi->inner.opened)
		team->spec.inner->close(&mpi->inner);
	if (mpi->rank && team->spec.work) {
		team->spec.work->type->free(team->spec.work);
		team->spec.work = NULL;
	}
	MPI_Comm_free(&mpi->comm);
	MPI_Finalize();
	free(mpi->hellos);
	free(mpi->counts);
	free(mpi->firsts);
	free(mpi->shares);
	free(mpi->orders);
	free(mpi->ordered);
	free(mpi->inbox);
	mpi_news_close(mpi);
	mpi_alive_close(mpi);
	free(mpi);
	team->own = NULL;
}

static int mpi_open(struct team *team)
{
	struct mpi *mpi = calloc(1, sizeof(*mpi));
	int ret;

	if (!mpi)
		return -ENOMEM;
	team->own = mpi;
	ret = mpi_ranks_start(mpi);
	if (!ret)
		ret = mpi_ranks_check_told(&team->spec, mpi);
	team->follows = mpi->rank != 0;
	ret = mpi_ranks_agree(mpi, ret);
	if (!ret)
		ret = mpi_ranks_greet(team);
	if (!ret)
		ret = mpi_ranks_share_work(team);
	if (!ret)
		ret = mpi_ranks_share_plan(team);
	if (!ret)
		ret = mpi_ranks_share_node(team);
	if (!ret)
		ret = mpi_ranks_agree(mpi, mpi_open_inner(team));
	if (!ret)
		ret = mpi_ranks_gather_rows(team);
	if (ret)
		mpi_close(team);
	return ret;
}

static void mpi_ready(struct team *team)
{
	mpi_ranks_meet(team->own);
}

static void mpi_share_weights(struct team *team)
{
	mpi_leader_order_all(team->own, &(struct mpi_order){ .what = ORDER_SHARE_WEIGHTS });
	mpi_ranks_share_weights(team);
}

static const struct hello *mpi_hello(const struct team *team, unsigned int rank)
{
	const struct mpi *mpi = team->own;

	return (const struct hello *)(mpi->hellos + (size_t)rank * HELLO_BYTES);
}

const char *strategy_mpi_version(void)
{
	static char version[MPI_MAX_LIBRARY_VERSION_STRING];
	int length;

	MPI_Get_library_version(version, &length);
	/* MPICH has a tab in its first line, and more lines. */
	version[strcspn(version, ",\n")] = '\0';
	for (char *at = version; (at = strchr(at, '\t'));)
		*at = ' ';
	return version;
}
#define MISSING    NULL
#define HOOK(hook) hook
#else
const char *strategy_mpi_version(void)
{
	return NULL;
}

#define MISSING    "built without MPI"
#define HOOK(hook) NULL
#endif

const struct strategy strategy_mpi = {
	.name = "mpi",
	.about = "MPI ranks",
	.missing = MISSING,
	.outer = true,
	.open = HOOK(mpi_open),
	.ready = HOOK(mpi_ready),
	.run = HOOK(mpi_leader_run),
	.close = HOOK(mpi_close),
	.follow = HOOK(mpi_follower_follow),
	.share_weights = HOOK(mpi_share_weights),
	.hello = HOOK(mpi_hello),
};
