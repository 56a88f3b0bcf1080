/*
 * mpi: an outer strategy. Its workers are ranks, and each rank runs an inner strategy.
 *
 * Rank 0 leads: it has the job, its ledger and the results, and its own workers claim from the
 * ledger directly. Any other rank works on leases, runs of grains that it asks of rank 0 and
 * returns whole. All messages are two-sided, and each side enters MPI between its grains only, from
 * its main thread (MPI_THREAD_FUNNELED): one-sided claims over TCP were measured to wait for as
 * long as their target computed. For the same reason no send is waited for between grains: MPI_Send
 * of a few bytes through shared memory returned only when the other side entered MPI. A rank asks
 * for its next leases while it works on one.
 */
#include "strategy.h"

#include <errno.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"

#if WITH_MPI
#include <inttypes.h>
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum tag { TAG_REQUEST = 1, TAG_LEASE, TAG_RETURN, TAG_DONE };

/* From the leader to a rank, at a go and as the answer to a request. */
struct order {
	uint64_t first, count; /* a lease, if count is not 0 */
	uint32_t last;         /* no lease comes after it */
	uint32_t stop;         /* no run either */
	uint32_t weights;      /* no run now: the weights follow */
	uint64_t measure_ns;   /* not 0: the run measures weights, for so long */
};

/* From a rank at the end of a run. */
struct done {
	int64_t error;
	struct {
		uint64_t busy_ns, items, clock_ns;
		double clock_hz;
	} workers[];
};

struct mpi {
	MPI_Comm comm;
	int rank, size;
	struct team inner;             /* this rank's workers; its memory is the team's */
	unsigned int *counts, *firsts; /* workers of each rank, and the number of its first one */
	/* the leader's */
	struct share *shares; /* what each rank has been given */
	struct order *orders; /* the last one to each rank ... */
	MPI_Request *ordered; /* ... and whether it has gone */
	int running;          /* other ranks that have not ended the run */
	int error;
	unsigned char *inbox;
	int inbox_size;
	/* of the others */
	struct lease_source *leases;
	struct order answer;
	MPI_Request asked,
		answered; /* the request for a lease; MPI_REQUEST_NULL while none is under way */
	MPI_Request returning[LEASES]; /* finished leases on their way */
	bool last;
	int lease_error;
};

static unsigned char *inbox(struct mpi *own, int size)
{
	if (size > own->inbox_size) {
		unsigned char *grown = realloc(own->inbox, (size_t)size);

		if (!grown)
			return NULL;
		own->inbox = grown;
		own->inbox_size = size;
	}
	return own->inbox;
}

/* Whether what is left is just what the leader's own workers can take at once. They claim nothing
 * ahead, as the ranks do, so that without this another rank would have it for later. */
static bool is_for_leader(const struct mpi *own)
{
	const struct ledger *ledger = own->shares[0].ledger;
	uint64_t next = atomic_load_explicit(ledger->next, memory_order_relaxed);

	return own->inner.spec.schedule.type->leases == &schedule_guided &&
	       ledger->first + ledger->count <=
		       next + own->counts[0] * (uint64_t)own->inner.spec.inflight;
}

/* The leader: the next lease of a rank. */
static struct order next_order(struct mpi *own, int rank)
{
	uint64_t begin, end, until = own->inner.dealing->measure_until_ns;
	struct order order = { 0 };

	if (own->error || (until && clock_ns() >= until) || is_for_leader(own) ||
	    !own->inner.spec.schedule.type->leases->next(&own->shares[rank], &begin, &end)) {
		order.last = 1;
		return order;
	}
	order.first = begin;
	order.count = end - begin;
	return order;
}

static void take_done(struct team *team, int rank, const struct done *done, int size)
{
	struct mpi *own = team->own;
	unsigned int count = own->counts[rank];

	own->running--;
	if ((size_t)size != sizeof(*done) + count * sizeof(done->workers[0]))
		own->error = -EPROTO;
	else if (done->error)
		own->error = (int)done->error;
	if (own->error)
		team->dealing->stop = true;
	for (unsigned int i = 0; !own->error && i < count; i++) {
		struct worker *row = &team->workers[own->firsts[rank] + i];

		row->busy_ns = done->workers[i].busy_ns;
		row->items = done->workers[i].items;
		row->clock_hz = done->workers[i].clock_hz;
		row->clock_ns = done->workers[i].clock_ns;
	}
}

/* The leader answers what has arrived, and returns. */
static void serve(void *context)
{
	struct team *team = context;
	struct mpi *own = team->own;

	for (;;) {
		MPI_Status status;
		unsigned char *bytes;
		int arrived, size;

		MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, own->comm, &arrived, &status);
		if (!arrived)
			break;
		MPI_Get_count(&status, MPI_BYTE, &size);
		bytes = inbox(own, size);
		if (!bytes && size) {
			say_fail(ENOMEM, "not enough memory for a message of %d bytes", size);
			MPI_Abort(own->comm, 1);
		}
		MPI_Recv(bytes, size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, own->comm,
			 MPI_STATUS_IGNORE);
		if (status.MPI_TAG == TAG_REQUEST) {
			int rank = status.MPI_SOURCE;

			/* It has: the rank asks again only when it has the last answer. */
			MPI_Wait(&own->ordered[rank], MPI_STATUS_IGNORE);
			own->orders[rank] = next_order(own, rank);
			MPI_Isend(&own->orders[rank], sizeof(struct order), MPI_BYTE, rank,
				  TAG_LEASE, own->comm, &own->ordered[rank]);
		} else if (status.MPI_TAG == TAG_RETURN) {
			int ret = ledger_take(&team->ledger, bytes, (size_t)size);

			if (ret)
				own->error = say_fail(
					-ret, "rank %d returned a lease that does not fit the job",
					status.MPI_SOURCE);
		} else {
			take_done(team, status.MPI_SOURCE, (const struct done *)bytes, size);
		}
	}
	if (team->spec.progress)
		team_report(team);
}

/* Sends back the leases that are finished, and makes room of those that have gone. */
static void return_leases(struct mpi *own)
{
	const struct ledger *finished;
	unsigned int slot;

	for (slot = 0; slot < LEASES; slot++) {
		int gone;

		if (own->returning[slot] == MPI_REQUEST_NULL)
			continue;
		MPI_Test(&own->returning[slot], &gone, MPI_STATUS_IGNORE);
		if (gone)
			lease_put_back(own->leases, slot);
	}
	while ((finished = lease_take_out(own->leases, &slot))) {
		if (finished->size > INT_MAX) {
			say_fail(EMSGSIZE,
				 "a lease of %zu bytes is too large for a message: give a smaller "
				 "CHUNK",
				 finished->size);
			MPI_Abort(own->comm, 1);
		}
		MPI_Isend(finished->block, (int)finished->size, MPI_BYTE, 0, TAG_RETURN, own->comm,
			  &own->returning[slot]);
	}
}

/* The answer to a request has arrived. */
static void take_answer(struct team *team)
{
	struct mpi *own = team->own;

	if (own->answer.count && !own->lease_error)
		own->lease_error = lease_add(own->leases, team->spec.work, &team->cut,
					     own->answer.first, own->answer.count);
	if (own->answer.last || own->lease_error) {
		own->last = true;
		lease_end(own->leases);
	}
}

/* Another rank returns what is done, and sees to it that more is on the way. */
static void pump(void *context)
{
	struct team *team = context;
	struct mpi *own = team->own;
	int arrived;

	return_leases(own);
	if (!own->last && own->answered == MPI_REQUEST_NULL && lease_wanted(own->leases)) {
		MPI_Wait(&own->asked, MPI_STATUS_IGNORE);
		MPI_Irecv(&own->answer, sizeof(own->answer), MPI_BYTE, 0, TAG_LEASE, own->comm,
			  &own->answered);
		MPI_Isend(NULL, 0, MPI_BYTE, 0, TAG_REQUEST, own->comm, &own->asked);
	}
	if (own->answered == MPI_REQUEST_NULL)
		return;
	MPI_Test(&own->answered, &arrived, MPI_STATUS_IGNORE);
	if (arrived)
		take_answer(team);
}

/* Every rank learns the worst of all ranks' errors. */
static int agree(struct mpi *own, int ret)
{
	int worst;

	MPI_Allreduce(&ret, &worst, 1, MPI_INT, MPI_MIN, own->comm);
	return worst;
}

/* Bytes of any length from the leader to all. */
static void broadcast(struct mpi *own, unsigned char *bytes, uint64_t length)
{
	for (uint64_t at = 0; at < length; at += 1 << 30)
		MPI_Bcast(bytes + at, (int)(length - at < 1 << 30 ? length - at : 1 << 30),
			  MPI_BYTE, 0, own->comm);
}

/* The job, from the leader to all. */
static int share_work(struct team *team)
{
	struct mpi *own = team->own;
	void *bytes = NULL;
	size_t packed = 0;
	uint64_t length;
	int ret = 0;

	if (own->rank == 0)
		ret = team->spec.work->type->pack(team->spec.work, &bytes, &packed);
	length = packed;
	MPI_Bcast(&length, 1, MPI_UINT64_T, 0, own->comm);
	if (own->rank)
		bytes = malloc(length ? length : 1);
	if (!bytes)
		ret = -ENOMEM;
	ret = agree(own, ret);
	if (!ret) {
		broadcast(own, bytes, length);
		if (own->rank)
			ret = team->spec.work_type->unpack(&team->spec.work, bytes, length);
		ret = agree(own, ret);
	}
	free(bytes);
	return ret;
}

/* Who has how many workers; how the job is cut, which is the leader's to say. */
static int share_plan(struct team *team)
{
	struct mpi *own = team->own;

	own->counts = calloc((size_t)own->size, sizeof(*own->counts));
	own->firsts = calloc((size_t)own->size, sizeof(*own->firsts));
	if (agree(own, own->counts && own->firsts ? 0 : -ENOMEM))
		return -ENOMEM;
	MPI_Allgather(&team->spec.workers, 1, MPI_UNSIGNED, own->counts, 1, MPI_UNSIGNED,
		      own->comm);
	for (int i = 0; i < own->size; i++) {
		own->firsts[i] = team->total;
		team->total += own->counts[i];
	}
	team->first = own->firsts[own->rank];
	team->ranks = (unsigned int)own->size;
	if (own->rank == 0)
		team->cut = cut_job(team->spec.work, team->total, team->spec.schedule.chunk);
	MPI_Bcast(&team->cut, sizeof(team->cut), MPI_BYTE, 0, own->comm);
	return agree(own, own->rank ? 0 : team_check_cut(team));
}

/* Ranks of this node that may use the same PUs divide them; one that has a mask of its own keeps to
 * it. */
static int share_node(struct team *team)
{
	struct mpi *own = team->own;
	struct rank_mask mine = { .workers = team->spec.workers }, *ranks;
	MPI_Comm node;
	int rank, size, ret;

	MPI_Comm_split_type(own->comm, MPI_COMM_TYPE_SHARED, own->rank, MPI_INFO_NULL, &node);
	MPI_Comm_rank(node, &rank);
	MPI_Comm_size(node, &size);
	snprintf(mine.allowed, sizeof(mine.allowed), "%s",
		 placement_machine(team->spec.placement)->allowed);
	ranks = calloc((size_t)size, sizeof(*ranks));
	if (!ranks)
		MPI_Abort(own->comm, 1);
	MPI_Allgather(&mine, sizeof(mine), MPI_BYTE, ranks, sizeof(mine), MPI_BYTE, node);
	ret = placement_plan_ranks(team->spec.placement, ranks, (unsigned int)size,
				   (unsigned int)rank);
	free(ranks);
	MPI_Comm_free(&node);
	return ret;
}

/* Ledger and leases, and the inner team on top of them. */
static int open_inner(struct team *team)
{
	struct mpi *own = team->own;
	struct duty duty = { .call = own->rank ? pump : serve, .context = team };
	int ret = team_seats(team, own->rank ? team->spec.workers : team->total);

	if (!ret && own->rank == 0) {
		ret = ledger_open(&team->ledger, team->spec.work, &team->cut, 0, team->cut.grains);
		team->ledger.dealing = team->dealing;
	}
	if (!ret && own->rank == 0) {
		own->shares = calloc((size_t)own->size, sizeof(*own->shares));
		own->orders = calloc((size_t)own->size, sizeof(*own->orders));
		own->ordered = malloc((size_t)own->size * sizeof(*own->ordered));
		for (int i = 0; own->ordered && i < own->size; i++)
			own->ordered[i] = MPI_REQUEST_NULL;
		ret = !own->shares || !own->orders || !own->ordered
			      ? -ENOMEM
			      : source_ledger_open(&team->source, &team->ledger,
						   &team->spec.schedule, 0, team->spec.workers,
						   team->total, duty);
	}
	if (!ret && own->rank) {
		ret = source_lease_open(&own->leases, &team->spec.schedule, team->first,
					team->spec.workers, duty);
		if (!ret)
			team->source = lease_as_source(own->leases);
	}
	if (ret)
		return say_fail(-ret, "not enough memory for this rank's part of the job");
	own->inner = *team;
	own->inner.spec.strategy = team->spec.inner;
	own->inner.own = NULL;
	ret = team->spec.inner->open(&own->inner);
	own->inner.opened = ret == 0;
	return ret;
}

/* The leader learns every worker's host, pid and masks. */
static int gather_rows(struct team *team)
{
	struct mpi *own = team->own;
	int *sizes = calloc((size_t)own->size, sizeof(*sizes)),
	    *at = calloc((size_t)own->size, sizeof(*at));
	int ret = agree(own, sizes && at ? 0 : -ENOMEM);
	MPI_Datatype row;

	if (!ret) {
		MPI_Type_contiguous(sizeof(struct worker), MPI_BYTE, &row);
		MPI_Type_commit(&row);
		for (int i = 0; i < own->size; i++) {
			sizes[i] = (int)own->counts[i];
			at[i] = (int)own->firsts[i];
		}
		MPI_Gatherv(own->rank ? team->workers : MPI_IN_PLACE, (int)team->spec.workers, row,
			    team->workers, sizes, at, row, 0, own->comm);
		MPI_Type_free(&row);
	}
	free(sizes);
	free(at);
	return ret;
}

static int start_mpi(struct mpi *own)
{
	int started, level;

	MPI_Initialized(&started);
	if (!started)
		MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
	else
		MPI_Query_thread(&level);
	MPI_Comm_dup(MPI_COMM_WORLD, &own->comm);
	MPI_Comm_rank(own->comm, &own->rank);
	MPI_Comm_size(own->comm, &own->size);
	own->asked = own->answered = MPI_REQUEST_NULL;
	for (int i = 0; i < LEASES; i++)
		own->returning[i] = MPI_REQUEST_NULL;
	if (level < MPI_THREAD_FUNNELED)
		return say_fail(
			EIO,
			"this MPI library does not allow threads (MPI_THREAD_FUNNELED is needed)");
	return 0;
}

/* A launcher whose ranks do not find each other starts as many jobs of one rank. */
static int check_told(const struct team_spec *spec, const struct mpi *own)
{
	if (!spec->told_ranks || (spec->told_ranks == (unsigned int)own->size &&
				  spec->told_rank == (unsigned int)own->rank))
		return 0;
	return say_fail(
		ENOTSUP,
		"the launcher says that this is rank %u of %u, and MPI that it is rank %d of "
		"%d: start it with the mpirun of the MPI that it was built with",
		spec->told_rank, spec->told_ranks, own->rank, own->size);
}

static void close_ranks(struct team *team)
{
	struct mpi *own = team->own;

	if (own->rank == 0 && team->opened) {
		for (int i = 0; i < own->size; i++)
			own->orders[i] = (struct order){ .stop = 1 };
		MPI_Scatter(own->orders, sizeof(struct order), MPI_BYTE, MPI_IN_PLACE, 0, MPI_BYTE,
			    0, own->comm);
	}
	if (own->inner.opened)
		team->spec.inner->close(&own->inner);
	if (own->rank && team->spec.work) {
		team->spec.work->type->free(team->spec.work);
		team->spec.work = NULL;
	}
	MPI_Comm_free(&own->comm);
	MPI_Finalize();
	free(own->counts);
	free(own->firsts);
	free(own->shares);
	free(own->orders);
	free(own->ordered);
	free(own->inbox);
	free(own);
	team->own = NULL;
}

static int open_ranks(struct team *team)
{
	struct mpi *own = calloc(1, sizeof(*own));
	int ret;

	if (!own)
		return -ENOMEM;
	team->own = own;
	ret = start_mpi(own);
	if (!ret)
		ret = check_told(&team->spec, own);
	team->follows = own->rank != 0;
	ret = agree(own, ret);
	if (!ret)
		ret = share_work(team);
	if (!ret)
		ret = share_plan(team);
	if (!ret)
		ret = agree(own, share_node(team));
	if (!ret)
		ret = agree(own, open_inner(team));
	if (!ret)
		ret = gather_rows(team);
	if (ret)
		close_ranks(team);
	return ret;
}

static void begin_run(struct team *team)
{
	struct mpi *own = team->own;

	own->error = 0;
	own->running = own->size - 1;
	for (int i = 0; i < own->size; i++)
		own->shares[i] = (struct share){ .ledger = &team->ledger,
						 .worker = own->firsts[i],
						 .count = own->counts[i],
						 .workers = team->total,
						 .inflight = team->spec.inflight,
						 .chunked = team->spec.schedule.chunk != 0 };
	for (int i = 1; i < own->size; i++) {
		own->orders[i] = next_order(own, i);
		own->orders[i].measure_ns = team->dealing->measure_until_ns ? MEASURE_NS : 0;
	}
}

static int run_ranks(struct team *team)
{
	struct mpi *own = team->own;
	int ret;

	begin_run(team);
	MPI_Scatter(own->orders, sizeof(struct order), MPI_BYTE, MPI_IN_PLACE, 0, MPI_BYTE, 0,
		    own->comm);
	/* Ranks that were slow to come take nothing from this one's time. */
	if (team->dealing->measure_until_ns)
		team->dealing->measure_until_ns = clock_ns() + MEASURE_NS;
	ret = team->spec.inner->run(&own->inner);
	if (ret)
		own->error = ret;
	for (unsigned int tries = 0; own->running; tries++) {
		serve(team);
		if (tries > 1000)
			sched_yield();
	}
	MPI_Waitall(own->size, own->ordered, MPI_STATUSES_IGNORE);
	return own->error;
}

/* One run of a rank that does not lead. */
static void follow_run(struct team *team, const struct order *order, struct done *done)
{
	struct mpi *own = team->own;
	int ret = 0;

	lease_begin(own->leases, team->dealing);
	team->dealing->stop = false;
	team->dealing->measure_until_ns = order->measure_ns ? clock_ns() + order->measure_ns : 0;
	own->lease_error = 0;
	own->last = false;
	own->answer = *order;
	take_answer(team);
	ret = team->spec.inner->run(&own->inner);
	return_leases(own);
	MPI_Waitall(LEASES, own->returning, MPI_STATUSES_IGNORE);
	MPI_Wait(&own->asked, MPI_STATUS_IGNORE);
	/* Only a run that failed, or measured, ends before the leader's last word. */
	MPI_Wait(&own->answered, MPI_STATUS_IGNORE);
	done->error = own->lease_error ? own->lease_error : ret;
	for (unsigned int i = 0; i < team->spec.workers; i++) {
		done->workers[i].busy_ns = team->workers[i].busy_ns;
		done->workers[i].items = team->workers[i].items;
		done->workers[i].clock_hz = team->workers[i].clock_hz;
		done->workers[i].clock_ns = team->workers[i].clock_ns;
	}
}

static void share_weights(struct team *team)
{
	struct mpi *own = team->own;
	int edges = (int)team->total + 1;

	if (own->rank == 0) {
		for (int i = 0; i < own->size; i++)
			own->orders[i] = (struct order){ .weights = 1 };
		MPI_Scatter(own->orders, sizeof(struct order), MPI_BYTE, MPI_IN_PLACE, 0, MPI_BYTE,
			    0, own->comm);
	}
	MPI_Bcast(team->dealing->edges, edges, MPI_DOUBLE, 0, own->comm);
	team->dealing->weighted = true;
}

static int follow(struct team *team)
{
	struct mpi *own = team->own;
	struct done *done;
	size_t size = sizeof(*done) + team->spec.workers * sizeof(done->workers[0]);
	struct order order;

	done = malloc(size);
	if (!done)
		MPI_Abort(own->comm, 1);
	for (;;) {
		MPI_Scatter(NULL, 0, MPI_BYTE, &order, sizeof(order), MPI_BYTE, 0, own->comm);
		if (order.stop)
			break;
		if (order.weights) {
			share_weights(team);
			continue;
		}
		follow_run(team, &order, done);
		MPI_Send(done, (int)size, MPI_BYTE, 0, TAG_DONE, own->comm);
	}
	free(done);
	return 0;
}

const char *mpi_version(void)
{
	static char version[MPI_MAX_LIBRARY_VERSION_STRING];
	int length;

	MPI_Get_library_version(version, &length);
	version[strcspn(version, ",\n")] = '\0';
	return version;
}
#define MISSING    NULL
#define HOOK(hook) hook
#else
const char *mpi_version(void)
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
	.open = HOOK(open_ranks),
	.run = HOOK(run_ranks),
	.close = HOOK(close_ranks),
	.follow = HOOK(follow),
	.share_weights = HOOK(share_weights),
};
