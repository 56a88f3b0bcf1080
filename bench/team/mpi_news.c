/*
 * The leader keeps all pieces of a run, and of each rank how far it was told: so one that is slow
 * holds up nobody, and misses nothing.
 */
#if WITH_MPI
#include "mpi_news.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/say.h"
#include "mpi_alive.h"

struct news_piece {
	int from; /* the rank that has it */
	unsigned char bytes[NEWS_BYTES];
};

/* One side of what goes to a rank: one piece at a time. */
struct news_way {
	size_t told;   /* pieces of this run */
	uint64_t sent; /* of all runs */
	MPI_Request request;
	unsigned char bytes[NEWS_BYTES];
};

struct mpi_news {
	struct news_piece *pieces; /* the leader's, of this run */
	size_t count, room;
	size_t passed;          /* of them, that all who work were told */
	uint64_t heard;         /* another rank's, of all runs */
	struct news_way ways[]; /* the leader's to each rank; another's to the leader, one */
};

int mpi_news_open(struct mpi *mpi)
{
	size_t ways = mpi->rank ? 1 : (size_t)mpi->size;

	mpi->news = calloc(1, sizeof(*mpi->news) + ways * sizeof(mpi->news->ways[0]));
	if (!mpi->news)
		return -ENOMEM;
	for (size_t i = 0; i < ways; i++)
		mpi->news->ways[i].request = MPI_REQUEST_NULL;
	return 0;
}

void mpi_news_close(struct mpi *mpi)
{
	if (mpi->news)
		free(mpi->news->pieces);
	free(mpi->news);
	mpi->news = NULL;
}

static bool mpi_news_is_free(struct news_way *way)
{
	int gone;

	MPI_Test(&way->request, &gone, MPI_STATUS_IGNORE);
	return gone;
}

static void mpi_news_send(struct mpi *mpi, struct news_way *way, int to)
{
	way->sent++;
	MPI_Isend(way->bytes, NEWS_BYTES, MPI_BYTE, to, TAG_NEWS, mpi->comm, &way->request);
}

void mpi_news_begin(struct mpi *mpi)
{
	mpi->news->count = mpi->news->passed = 0;
	for (int i = 0; i < mpi->size; i++)
		mpi->news->ways[i].told = 0;
}

static void mpi_news_keep(struct mpi *mpi, int from, const void *bytes)
{
	struct mpi_news *news = mpi->news;

	if (array_reserve(&news->pieces, &news->room, news->count + 1)) {
		say_fail(ENOMEM, "not enough memory for what ranks tell each other");
		MPI_Abort(mpi->comm, 1);
	}
	news->pieces[news->count].from = from;
	memcpy(news->pieces[news->count++].bytes, bytes, NEWS_BYTES);
}

void mpi_news_take(struct team *team, int rank, const void *bytes, size_t size)
{
	const struct work *work = team->spec.work;

	if (size != NEWS_BYTES || !work->type->hear)
		return;
	work->type->hear(work, bytes);
	mpi_news_keep(team->own, rank, bytes);
}

/* Tells a rank the next piece, if the last one has gone. Returns how many it was told. */
static size_t mpi_news_tell(struct mpi *mpi, int rank)
{
	struct mpi_news *news = mpi->news;
	struct news_way *way = &news->ways[rank];

	while (way->told < news->count && mpi_news_is_free(way)) {
		const struct news_piece *piece = &news->pieces[way->told++];

		if (piece->from == rank)
			continue;
		memcpy(way->bytes, piece->bytes, NEWS_BYTES);
		mpi_news_send(mpi, way, rank);
	}
	return way->told;
}

void mpi_news_pass_on(struct team *team)
{
	const struct work *work = team->spec.work;
	struct mpi *mpi = team->own;
	struct mpi_news *news = mpi->news;
	unsigned char bytes[NEWS_BYTES];
	size_t least;

	if (!work->type->news)
		return;
	while (work->type->news(work, bytes))
		mpi_news_keep(mpi, 0, bytes);
	if (news->passed == news->count)
		return;
	least = news->count;
	for (int i = 1; i < mpi->size; i++) {
		size_t told = mpi_alive_works(mpi, i) ? mpi_news_tell(mpi, i) : news->count;

		least = told < least ? told : least;
	}
	news->passed = least;
}

void mpi_news_end(struct mpi *mpi)
{
	for (int i = 1; i < mpi->size; i++)
		mpi_ranks_wait(&mpi->news->ways[i].request);
}

uint64_t mpi_news_sent(const struct mpi *mpi, int rank)
{
	return mpi->news->ways[rank].sent;
}

static void mpi_news_hear(struct team *team)
{
	const struct work *work = team->spec.work;
	struct mpi *mpi = team->own;
	unsigned char bytes[NEWS_BYTES];
	int arrived;

	for (;;) {
		MPI_Iprobe(0, TAG_NEWS, mpi->comm, &arrived, MPI_STATUS_IGNORE);
		if (!arrived)
			return;
		MPI_Recv(bytes, NEWS_BYTES, MPI_BYTE, 0, TAG_NEWS, mpi->comm, MPI_STATUS_IGNORE);
		mpi->news->heard++;
		work->type->hear(work, bytes);
	}
}

void mpi_news_pump(struct team *team)
{
	const struct work *work = team->spec.work;
	struct mpi *mpi = team->own;
	struct news_way *way = &mpi->news->ways[0];

	if (!work->type->news)
		return;
	mpi_news_hear(team);
	if (mpi_news_is_free(way) && work->type->news(work, way->bytes))
		mpi_news_send(mpi, way, 0);
}

void mpi_news_flush(struct mpi *mpi)
{
	mpi_alive_wait(mpi, &mpi->news->ways[0].request);
}

void mpi_news_drain(struct mpi *mpi, uint64_t count)
{
	unsigned char bytes[NEWS_BYTES];
	MPI_Request request;

	for (; mpi->news->heard < count; mpi->news->heard++) {
		MPI_Irecv(bytes, NEWS_BYTES, MPI_BYTE, 0, TAG_NEWS, mpi->comm, &request);
		mpi_ranks_wait(&request);
	}
}
#endif
