/* The table of policies. */
#include <errno.h>
#include <string.h>

#include "bench/base/say.h"
#include "policy.h"

static const struct policy *const policies[] = { &policy_close, &policy_spread, &policy_none };

int policy_find(const char *name, const struct policy **policy)
{
	char names[64] = "";
	size_t length = 0;

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		if (!strcmp(policies[i]->name, name)) {
			*policy = policies[i];
			return 0;
		}
		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s",
					   i ? ", " : "", policies[i]->name);
	}
	return say_fail(EINVAL, "no policy '%s' for --bind: it is one of %s", name, names);
}
