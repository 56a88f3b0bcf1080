/* A bit for each chunk that was seen. */
#include "ledger_watch.h"

#include <errno.h>
#include <stdlib.h>

int ledger_watch_open(struct ledger_watch *commits, const struct ledger *ledger)
{
	*commits = (struct ledger_watch){ .ledger = ledger };
	commits->seen = calloc(ledger->batch.count / 8 + 1, 1);
	return commits->seen ? 0 : -ENOMEM;
}

void ledger_watch_close(struct ledger_watch *commits)
{
	free(commits->seen);
	commits->seen = NULL;
}

bool ledger_watch_next(struct ledger_watch *commits, struct chunk *chunk)
{
	const struct ledger *ledger = commits->ledger;

	for (; commits->at < ledger->batch.count; commits->at++) {
		unsigned char *seen = &commits->seen[commits->at / 8];
		unsigned char bit = (unsigned char)(1 << commits->at % 8);
		bool fresh = !(*seen & bit) && ledger_committed(ledger, commits->at);

		if (fresh) {
			*seen |= bit;
			ledger_chunk(ledger, commits->at, chunk);
		}
		if (commits->at == commits->scanned && *seen & bit)
			commits->scanned++;
		if (fresh) {
			commits->at++;
			return true;
		}
	}
	commits->at = commits->scanned;
	return false;
}
