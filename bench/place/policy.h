/* Policies: which places have a worker, where there are more places than workers. A row each. */
#ifndef POLICY_H
#define POLICY_H

#include "domains.h"

struct policy {
	const char *name; /* as --bind takes it */
	bool apart;       /* workers keep apart: one a core before siblings, of threads too */
	/*
	 * Gives `amount` workers, no more than there is room, to open places of a domain, at most
	 * one each. Returns 0 or -ENOMEM. NULL: workers are not bound.
	 */
	int (*deal)(struct domain *domain, unsigned int amount);
};

extern const struct policy policy_close, policy_spread, policy_none;

/* The policy of that name. Returns 0, or -EINVAL having named the choices. */
int policy_find(const char *name, const struct policy **policy);

/* Their names; NULL after the last. */
const char *policy_nth_name(size_t n);

#endif
