/* none: the operating system moves workers as it likes, within what is allowed. */
#include "policy.h"

const struct policy policy_none = { .name = "none" };
