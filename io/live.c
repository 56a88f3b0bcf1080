/* Counters and places, each a word that one worker writes and anybody reads. */
#define _GNU_SOURCE
#include "live.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/base/show.h"
#include "list.h"

/* Transfers that have a place; those that are shown, and bytes of a name. */
enum { PLACES = 4096, SHOWN = 2, SHOWN_BYTES = 16 };

/* One that has taken less is not slow. */
#define SLOW_NS 3000000000u

/*
 * All are written and read relaxed: they are shown to people, and guard no data. Whoever reads an
 * item may find the time of the one before it.
 */
struct live_place {
	_Atomic uint64_t item; /* + 1; 0: none */
	_Atomic uint64_t since;
};

struct live {
	_Atomic uint64_t bytes, failed;
	_Atomic unsigned int used; /* places */
	struct live_place places[PLACES];
};

struct live *live_open(void)
{
	struct live *live = mmap(NULL, sizeof(*live), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return live == MAP_FAILED ? NULL : live;
}

void live_close(struct live *live)
{
	if (live)
		munmap(live, sizeof(*live));
}

static uint64_t live_read(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

unsigned int live_join(struct live *live, unsigned int transfers)
{
	return atomic_fetch_add_explicit(&live->used, transfers, memory_order_relaxed);
}

void live_begin(struct live *live, unsigned int place, uint64_t item, uint64_t now)
{
	if (place >= PLACES)
		return;
	atomic_store_explicit(&live->places[place].since, now, memory_order_relaxed);
	atomic_store_explicit(&live->places[place].item, item + 1, memory_order_relaxed);
}

void live_end(struct live *live, unsigned int place, uint64_t bytes)
{
	atomic_fetch_add_explicit(&live->bytes, bytes, memory_order_relaxed);
	if (place < PLACES)
		atomic_store_explicit(&live->places[place].item, 0, memory_order_relaxed);
}

void live_failed(struct live *live)
{
	atomic_fetch_add_explicit(&live->failed, 1, memory_order_relaxed);
}

/* The place of the slow transfer that began first after `after`; PLACES if there is none. */
static unsigned int live_slowest(const struct live *live, uint64_t after, uint64_t now)
{
	unsigned int used = atomic_load_explicit(&live->used, memory_order_relaxed), found = PLACES;
	uint64_t first = now > SLOW_NS ? now - SLOW_NS : 0;

	for (unsigned int i = 0; i < PLACES && i < used; i++) {
		const struct live_place *place = &live->places[i];
		uint64_t since = live_read(&place->since);

		if (!live_read(&place->item) || since <= after || since >= first)
			continue;
		first = since;
		found = i;
	}
	return found;
}

/* What people know a download by: its file, or the end of its URL. */
static void live_name(const struct list *list, uint64_t item, char name[SHOWN_BYTES + 1])
{
	struct list_text text = { 0 };
	struct url url;
	const char *from = "", *slash;

	if (!list_read(list, item, 0, &text, &url)) {
		slash = strrchr(url.text, '/');
		from = *url.name ? url.name : slash ? slash : url.text;
	}
	snprintf(name, SHOWN_BYTES + 1, "%.*s", SHOWN_BYTES, from);
	/* Not in the midst of a character. */
	for (size_t at = strlen(name); at && (name[at - 1] & 0x80) && strlen(from) > SHOWN_BYTES;)
		name[--at] = '\0';
	free(text.bytes);
}

void live_show(const struct live *live, const struct list *list, double seconds, char *text,
	       size_t size)
{
	uint64_t now = clock_ns(), after = 0, failed = live_read(&live->failed);
	char rate[SHOW_TEXT], name[SHOWN_BYTES + 1], took[SHOW_TEXT];
	size_t at = 0;

	show_amount(rate, (double)live_read(&live->bytes) / seconds, "B/s");
	if (failed)
		at = (size_t)snprintf(text, size, ", %" PRIu64 " failed", failed);
	at += (size_t)snprintf(text + at, size - at, ", %s", rate);
	for (int i = 0; i < SHOWN && at < size; i++) {
		unsigned int place = live_slowest(live, after, now);
		uint64_t item;

		if (place == PLACES)
			return;
		after = live_read(&live->places[place].since);
		item = live_read(&live->places[place].item);
		/* It may have ended since, and another have begun. */
		if (!item || after > now)
			continue;
		live_name(list, item - 1, name);
		show_seconds(took, (double)(now - after) * 1e-9);
		at += (size_t)snprintf(text + at, size - at, "%s%s %s", i ? ", " : "; ", name,
				       took);
	}
}
