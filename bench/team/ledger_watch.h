/* The commits of a ledger, each once, as they come: for who looks while others work. */
#ifndef LEDGER_WATCH_H
#define LEDGER_WATCH_H

#include "ledger.h"

struct ledger_watch {
	const struct ledger *ledger;
	unsigned char *seen; /* a bit for each position */
	uint64_t scanned;    /* all before it were seen */
	uint64_t at;         /* the next to be looked at */
};

/* For a ledger that outlives it, and that is not reset meanwhile. Returns 0 or -ENOMEM. */
int ledger_watch_open(struct ledger_watch *commits, const struct ledger *ledger);
void ledger_watch_close(struct ledger_watch *commits);

/*
 * The next chunk that is committed and was not returned before, with its slots to be read. Returns
 * false if there is none for now: the next call looks anew from the first that is missing.
 */
bool ledger_watch_next(struct ledger_watch *commits, struct chunk *chunk);

#endif
