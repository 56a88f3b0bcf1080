/*
 * How leases scale: a simulation of events of what mpi_leader.c and mpi_follower.c do, with the
 * program's own schedules, sizes of leases and weights. Ranks of one worker; a link delays, and the
 * leader's first worker pays for each message.
 *
 *	simulate [-s SECONDS] [RANKS...]
 *
 * prints the efficiency of each case: the time that ideal shares would need, over the time
 * simulated.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/number.h"
#include "bench/team/lease_size.h"
#include "bench/team/schedule.h"
#include "bench/team/source_lease.h"

/* An item is a nanosecond of a host at full speed. */
#define FULL_CHUNK 1000000
/* As many as 80 columns have room for. */
enum { COLUMNS = 5 };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SECOND      1000000000.0

/* To take in a chunk and add it up. */
#define CHUNK_NS 20.0

static const struct link {
	const char *name;
	double delay_ns,
		lease_ns; /* one way; the leader's CPU time for request, order and return */
} links[] = { { "10 GbE", 25000, 11000 }, { "InfiniBand", 1500, 2300 } };

static const struct hosts {
	const char *name;
	unsigned int every; /* one of so many is slow; 0: the leader alone */
	double speed;
} kinds[] = { { "equal", 1, 1 }, { "1/10 at half speed", 10, 0.5 }, { "leader at 5 %", 0, 0.05 } };

enum kind { REQUEST, RETURN, DONE, ANSWER, FINISH, SERVE };

struct event {
	double at;
	enum kind kind;
	unsigned int rank;
	uint64_t chunks;
};

/* A rank that follows: what mpi_follower.c and source_lease.c keep. */
struct rank {
	double speed, began; /* of the lease in work */
	uint64_t work, next; /* chunks of the lease in work and of the one in reserve */
	bool asked, last;
};

struct simulation {
	const struct link *link;
	struct work work;
	struct partition partition;
	_Atomic uint64_t handed_out;
	struct ledger ledger;
	const struct schedule_type *type;
	struct lease_takers takers;
	struct weights *weights;
	struct share *shares;
	struct rank *ranks;
	struct event *heap;
	size_t count;
	/* the leader's */
	struct event *inbox;
	size_t first, end, room; /* a ring */
	uint64_t own;            /* chunks in its hand */
	unsigned int running;
	bool idle;
	double looked;         /* when it came to no message last */
	double gaps[2], since; /* the longest until then, of this second and of the one before */
	double over;
};

static bool simulation_before(const struct event *a, const struct event *b)
{
	return a->at < b->at || (a->at == b->at && a->kind < b->kind);
}

static void simulation_push(struct simulation *sim, struct event event)
{
	size_t at = sim->count++;

	for (; at && simulation_before(&event, &sim->heap[(at - 1) / 2]); at = (at - 1) / 2)
		sim->heap[at] = sim->heap[(at - 1) / 2];
	sim->heap[at] = event;
}

static struct event simulation_pop(struct simulation *sim)
{
	struct event top = sim->heap[0], last = sim->heap[--sim->count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < sim->count) {
		child += child + 1 < sim->count &&
			 simulation_before(&sim->heap[child + 1], &sim->heap[child]);
		if (!simulation_before(&sim->heap[child], &last))
			break;
		sim->heap[at] = sim->heap[child];
		at = child;
	}
	sim->heap[at] = last;
	return top;
}

static double simulation_chunk_ns(const struct simulation *sim, unsigned int rank)
{
	return (double)sim->partition.chunk_items / sim->ranks[rank].speed;
}

/* The next lease of a rank: 0 chunks if there is none. */
static uint64_t simulation_next_lease(struct simulation *sim, unsigned int rank, double now)
{
	struct lease_takers takers = sim->takers;
	struct lease_size size;
	struct share *share = &sim->shares[rank];
	struct batch batch;

	if (now > sim->since + SECOND) {
		sim->since = now;
		sim->gaps[1] = sim->gaps[0];
		sim->gaps[0] = 0;
	}
	sim->gaps[0] = fmax(sim->gaps[0], now - sim->looked);
	takers.gap_ns = (uint64_t)fmax(sim->gaps[0], sim->gaps[1]);
	size = lease_size_of(sim->type, &sim->work, &sim->partition, &takers);
	share->lease_least = size.least;
	share->lease_most = size.most;
	return sim->type->leases->next(share, &batch) ? batch.count : 0;
}

/* A follower between two chunks: goes on, asks, or says that it is done. */
static void follower_goes_on(struct simulation *sim, unsigned int number, double now)
{
	struct rank *rank = &sim->ranks[number];
	double there = now + sim->link->delay_ns;

	if (!rank->work && rank->next) {
		rank->work = rank->next;
		rank->next = 0;
		rank->began = now;
		simulation_push(
			sim,
			(struct event){ now + (double)rank->work * simulation_chunk_ns(sim, number),
					FINISH, number, rank->work });
	}
	if (!rank->next && !rank->last && !rank->asked) {
		rank->asked = true;
		simulation_push(sim, (struct event){ there, REQUEST, number, 0 });
	}
	if (!rank->work && rank->last)
		simulation_push(sim, (struct event){ there, DONE, number, 0 });
}

/* It looks between chunks. */
static void follower_takes_answer(struct simulation *sim, const struct event *event)
{
	struct rank *rank = &sim->ranks[event->rank];
	double chunk = simulation_chunk_ns(sim, event->rank), now = event->at;

	if (rank->work)
		now = rank->began + ceil((now - rank->began) / chunk) * chunk;
	rank->asked = false;
	rank->next = event->chunks;
	rank->last = !event->chunks;
	/* What is in work ends first: then this is seen there. */
	if (!rank->work || now < rank->began + (double)rank->work * chunk)
		follower_goes_on(sim, event->rank, now);
}

static void follower_finishes(struct simulation *sim, const struct event *event)
{
	sim->ranks[event->rank].work = 0;
	simulation_push(sim, (struct event){ event->at + sim->link->delay_ns, RETURN, event->rank,
					     event->chunks });
	follower_goes_on(sim, event->rank, event->at);
}

/* Takes in one message. Returns what it cost. */
static double leader_takes(struct simulation *sim, const struct event *event, double now)
{
	double cost = sim->link->lease_ns / 2;

	if (event->kind == RETURN)
		cost += CHUNK_NS * (double)event->chunks;
	cost /= sim->ranks[0].speed;
	if (event->kind == REQUEST)
		simulation_push(
			sim, (struct event){ now + cost + sim->link->delay_ns, ANSWER, event->rank,
					     simulation_next_lease(sim, event->rank, now) });
	sim->running -= event->kind == DONE;
	return cost;
}

/* The leader: messages first, then a chunk of its own. */
static void leader_serves(struct simulation *sim, double now)
{
	double took;

	if (sim->first < sim->end) {
		took = leader_takes(sim, &sim->inbox[sim->first++ % sim->room], now);
	} else {
		struct batch batch;

		if (!sim->own && sim->type->next(&sim->shares[0], &batch))
			sim->own = batch.count;
		sim->idle = !sim->own;
		if (sim->idle)
			return;
		sim->own--;
		took = simulation_chunk_ns(sim, 0);
		sim->looked = now;
	}
	sim->over = now + took;
	simulation_push(sim, (struct event){ now + took, SERVE, 0, 0 });
}

static void simulation_handle(struct simulation *sim, const struct event *event)
{
	switch (event->kind) {
	case SERVE:
		leader_serves(sim, event->at);
		break;
	case ANSWER:
		follower_takes_answer(sim, event);
		break;
	case FINISH:
		follower_finishes(sim, event);
		break;
	default:
		sim->inbox[sim->end++ % sim->room] = *event;
		if (sim->idle)
			sim->looked = event->at;
		if (sim->idle)
			simulation_push(sim, (struct event){ event->at, SERVE, 0, 0 });
		sim->idle = false;
	}
}

static void *simulation_room(size_t count, size_t size)
{
	void *room = calloc(count, size);

	if (!room)
		exit(1);
	return room;
}

static void simulation_weigh(struct simulation *sim, unsigned int ranks)
{
	double *list = simulation_room(ranks, sizeof(*list));

	for (unsigned int i = 0; i < ranks; i++)
		list[i] = sim->ranks[i].speed;
	weights_spare_first(list, ranks,
			    lease_size_serving(&sim->work, &sim->partition, &sim->takers));
	weights_set(sim->weights, list, ranks);
	free(list);
}

/* Each rank's speed and share. Returns the sum of the speeds. */
static double simulation_people(struct simulation *sim, const struct hosts *hosts,
				unsigned int ranks)
{
	double sum = 0;

	for (unsigned int i = 0; i < ranks; i++) {
		bool slow = hosts->every ? i % hosts->every == hosts->every - 1 : i == 0;

		sim->ranks[i].speed = slow ? hosts->speed : 1;
		sum += sim->ranks[i].speed;
		sim->shares[i] = (struct share){ .ledger = &sim->ledger,
						 .weights = sim->weights,
						 .worker = i,
						 .count = 1,
						 .workers = ranks };
	}
	simulation_weigh(sim, ranks);
	return sum;
}

/* The efficiency of one case. */
static double simulation_run(const struct link *link, const struct hosts *hosts,
			     const struct schedule_type *type, unsigned int ranks, double seconds)
{
	struct simulation sim = { .link = link,
				  .type = type,
				  .takers = { .ranks = ranks, .workers = ranks },
				  .running = ranks - 1 };
	double began = link->delay_ns * ceil(log2(ranks)), sum, efficiency;

	sim.work = (struct work){ .items = (uint64_t)(ranks * seconds * SECOND),
				  .chunk_min = FULL_CHUNK / 100,
				  .chunk_max = FULL_CHUNK };
	sim.partition = partition_job(&sim.work, ranks, 0);
	sim.ledger = (struct ledger){ .work = &sim.work,
				      .partition = sim.partition,
				      .batch = batch_of(0, sim.partition.chunks),
				      .next = &sim.handed_out };
	sim.ranks = simulation_room(ranks, sizeof(*sim.ranks));
	sim.shares = simulation_room(ranks, sizeof(*sim.shares));
	sim.weights = simulation_room(1, weights_size(ranks));
	/* Of each rank: an answer or a request, the end of a lease, returns and an end under
	 * way. */
	sim.heap = simulation_room((size_t)ranks * 8 + 8, sizeof(*sim.heap));
	/* A request, an end, and a return for each lease that a rank may hold. */
	sim.room = (size_t)ranks * (LEASES + 2);
	sim.inbox = simulation_room(sim.room, sizeof(*sim.inbox));
	sim.looked = sim.since = began;
	sum = simulation_people(&sim, hosts, ranks);
	for (unsigned int i = 1; i < ranks; i++) {
		uint64_t chunks = simulation_next_lease(&sim, i, began);

		simulation_push(&sim, (struct event){ began, ANSWER, i, chunks });
	}
	simulation_push(&sim, (struct event){ began, SERVE, 0, 0 });
	while (sim.count) {
		struct event event = simulation_pop(&sim);

		simulation_handle(&sim, &event);
	}
	efficiency = (double)sim.work.items / sum / sim.over;
	if (sim.running) {
		fprintf(stderr, "simulate: %u ranks did not end\n", sim.running);
		exit(1);
	}
	free(sim.ranks);
	free(sim.shares);
	free(sim.weights);
	free(sim.heap);
	free(sim.inbox);
	return efficiency;
}

static void simulation_print(const struct link *link, const struct hosts *hosts,
			     const struct schedule_type *type, const unsigned int *ranks,
			     unsigned int count, double seconds)
{
	printf("%-10s  %-18s  %-8s", link->name, hosts->name, type->name);
	for (unsigned int i = 0; i < count; i++)
		printf("  %5.3f", simulation_run(link, hosts, type, ranks[i], seconds));
	printf("\n");
}

int main(int argc, char **argv)
{
	unsigned int few[COLUMNS] = { 16, 64, 256, 1024, 4096 }, count = 5;
	uint64_t ranks;
	double seconds = 10;
	int option;

	while ((option = getopt(argc, argv, "s:")) == 's')
		seconds = atof(optarg);
	if (option != -1 || argc - optind > COLUMNS || !(seconds > 0)) {
		fprintf(stderr, "usage: simulate [-s SECONDS] [RANKS...], %d at most\n", COLUMNS);
		return 2;
	}
	for (int i = optind; i < argc; i++) {
		if (number_whole(&ranks, argv[i], 2, 1 << 20)) {
			fprintf(stderr, "simulate: %s is no number of ranks, from 2 on\n", argv[i]);
			return 2;
		}
		few[i - optind] = (unsigned int)ranks;
	}
	if (argc > optind)
		count = (unsigned int)(argc - optind);
	printf("%-10s  %-18s  %-8s", "network", "hosts", "schedule");
	for (unsigned int i = 0; i < count; i++)
		printf("  %5u", few[i]);
	printf("\n");
	for (size_t l = 0; l < COUNT(links); l++)
		for (size_t h = 0; h < COUNT(kinds); h++)
			for (size_t s = 0; schedule_types[s]; s++)
				simulation_print(&links[l], &kinds[h], schedule_types[s], few,
						 count, seconds);
	return 0;
}
