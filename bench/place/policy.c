/* The table of policies. */
#include <string.h>

#include "bench/base/say.h"
#include "policy.h"

static const struct policy *const policies[] = { &policy_close, &policy_spread, &policy_none };

int policy_find(const char *name, const struct policy **policy)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		if (strcmp(policies[i]->name, name))
			continue;
		*policy = policies[i];
		return 0;
	}
	return say_no_such("policy for --bind", name, -1, policy_nth_name);
}

const char *policy_nth_name(size_t n)
{
	return n < sizeof(policies) / sizeof(policies[0]) ? policies[n]->name : NULL;
}
