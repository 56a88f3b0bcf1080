/* Claims straight from the ledger of the job, which all workers of this process share. */
#ifndef SOURCE_LEDGER_H
#define SOURCE_LEDGER_H

#include "source.h"

/* Returns 0 or -ENOMEM. The ledger outlives the source. */
int source_ledger_open(struct source **source, struct ledger *ledger,
		       const struct source_users *users);

#endif
