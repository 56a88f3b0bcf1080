/* What is known of this host, and of how this program was built. */
#ifndef HOST_FACTS_H
#define HOST_FACTS_H

#include "bench/place/placement.h"
#include "bench/team/hello.h"

/* Fills what this process says of itself to the leader of ranks, for work of that kind: "" for none.
 * What the system does not tell is "". */
void host_facts_find(struct hello *hello, const struct placement *placement, const char *work);

#endif
