/* What came of a transfer, once it is over. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <curl/curl.h>

#include "error.h"
#include "timeouts.h"

struct transfer;

/* Fills in the outcome, but for cpu_ns, of a transfer whose handle has ended with that code, or for
 * which a limit of time is over. */
void outcome_fill(struct transfer *transfer, CURLcode code, enum timeouts_end limit);

/* The same for one that nothing was asked for: its file was there before (1), or cannot be
 * (-errno). */
void outcome_fill_unasked(struct transfer *transfer, enum fetch_error verdict, int why);

#endif
