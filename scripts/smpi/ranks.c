/*
 * The mpi strategy itself, in simulated time: SimGrid's SMPI runs main() once for each rank.
 *
 *	simulate_mpi SCHEDULE SECONDS
 *
 * prints the efficiency of the job that gives each rank so many seconds of work at full speed: the
 * time that ideal shares would need, over the time that the team needed.
 */
#include <errno.h>
#include <inttypes.h>
#include <simgrid/host.h>
#include <smpi/smpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/claim.h"
#include "bench/team/schedule.h"
#include "bench/team/strategy.h"
#include "bench/team/team.h"

/* An item is an operation: a nanosecond of a host at full speed, which has a billion a second. */
#define FULL_SPEED 1e9
#define FULL_CHUNK 1000000

/* To take in a chunk and add it up takes the leader so many operations: done for so many at once. */
#define CHUNK_ITEMS 20.0
#define CHUNKS      256

/* What is done is counted: each chunk's slot has its items. */
struct ranks_work {
	struct work work;
	uint64_t done, before;
	unsigned int taken; /* chunks whose operations are to be done */
};

static const struct work_type ranks_work_type;

static struct work *ranks_new(uint64_t items)
{
	struct ranks_work *own = calloc(1, sizeof(*own));

	if (!own)
		return NULL;
	own->work = (struct work){ .type = &ranks_work_type,
				   .items = items,
				   .chunk_min = FULL_CHUNK / 100,
				   .chunk_max = FULL_CHUNK };
	return &own->work;
}

static uint64_t ranks_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work, (void)item;
	return chunk;
}

static int ranks_open(void **state, const struct work *work, unsigned int inflight)
{
	(void)work, (void)inflight;
	*state = NULL;
	return 0;
}

static int ranks_run(void *state, struct claim *claim)
{
	struct chunk chunk;
	int got;

	(void)state;
	while ((got = claim_next(claim, &chunk, true)) > 0) {
		uint64_t items = chunk.end - chunk.begin;

		smpi_execute_flops((double)items);
		memcpy(chunk.slots, &items, sizeof(items));
		claim_commit(claim, &chunk);
	}
	return got;
}

static void ranks_close(void *state)
{
	(void)state;
}

static void ranks_reset(struct work *work)
{
	struct ranks_work *own = (struct ranks_work *)work;

	own->before = own->done;
	own->done = 0;
}

static void ranks_collect(struct work *work, const struct chunk *chunk)
{
	struct ranks_work *own = (struct ranks_work *)work;
	uint64_t items;

	memcpy(&items, chunk->slots, sizeof(items));
	own->done += items;
	if (++own->taken < CHUNKS)
		return;
	smpi_execute_flops(CHUNKS * CHUNK_ITEMS);
	own->taken = 0;
}

static void ranks_undo(struct work *work)
{
	struct ranks_work *own = (struct ranks_work *)work;

	own->done = own->before;
}

static int ranks_verify(const struct work *work)
{
	const struct ranks_work *own = (const struct ranks_work *)work;

	if (own->done == work->items)
		return 0;
	return say_fail(EBADMSG, "%" PRIu64 " of %" PRIu64 " items were done", own->done,
			work->items);
}

static int ranks_pack(const struct work *work, void **bytes, size_t *length)
{
	*length = sizeof(work->items);
	*bytes = malloc(*length);
	if (!*bytes)
		return -ENOMEM;
	memcpy(*bytes, &work->items, *length);
	return 0;
}

static int ranks_unpack(struct work **work, const void *bytes, size_t length)
{
	uint64_t items;

	if (length != sizeof(items))
		return -EPROTO;
	memcpy(&items, bytes, length);
	*work = ranks_new(items);
	return *work ? 0 : -ENOMEM;
}

static void ranks_free(struct work *work)
{
	free(work);
}

static const struct work_type ranks_work_type = {
	.name = "simulated",
	.slot_size = sizeof(uint64_t),
	.slot = ranks_slot,
	.open = ranks_open,
	.run = ranks_run,
	.close = ranks_close,
	.reset = ranks_reset,
	.collect = ranks_collect,
	.undo = ranks_undo,
	.verify = ranks_verify,
	.pack = ranks_pack,
	.unpack = ranks_unpack,
	.free = ranks_free,
};

/* Of all hosts together, in items a second: the simulation has as many hosts as ranks. */
static double ranks_speed(void)
{
	sg_host_t *hosts = sg_host_list();
	double sum = 0;

	for (size_t i = 0; i < sg_host_count(); i++)
		sum += sg_host_get_speed(hosts[i]);
	free(hosts);
	return sum;
}

/* The leader's: does the job. */
static int ranks_lead(struct team *team, const struct work *work)
{
	uint64_t elapsed_ns;
	int ret = team_run(team, &elapsed_ns);

	if (!ret)
		ret = ranks_verify(work);
	if (!ret)
		printf("%.4f\n", (double)work->items / ranks_speed() / ((double)elapsed_ns * 1e-9));
	return ret;
}

int main(int argc, char **argv)
{
	struct team_request request = {
		.strategy = &strategy_mpi,
		.inner = &strategy_serial,
		.workers = 1,
		.inflight = 1,
		.work_type = &ranks_work_type,
		.patience_s = 1000,
	};
	struct team *team;
	int ret, rank, size;

	say_setup("simulate_mpi", SAY_NORMAL);
	if (argc != 3 || schedule_parse(&request.schedule, argv[1]))
		return 2;
	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	hello_begin(&request.hello, ranks_work_type.name);
	/* Hosts of another speed are of another kind: then weights are measured. */
	snprintf(request.hello.cpu_model, sizeof(request.hello.cpu_model), "%g",
		 sg_host_get_speed(sg_host_self()));
	if (rank == 0)
		request.work = ranks_new((uint64_t)(size * atof(argv[2]) * FULL_SPEED));
	ret = team_open(&team, &request);
	if (ret)
		return 1;
	ret = rank ? team_follow(team) : ranks_lead(team, request.work);
	team_close(team);
	if (rank == 0)
		ranks_free(request.work);
	return ret != 0;
}
