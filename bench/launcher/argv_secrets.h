/*
 * Words of a command line that are not for everybody: what ps, top and /proc show of a process has
 * stars in their place, as secret_words_hide() has it.
 */
#ifndef ARGV_SECRETS_H
#define ARGV_SECRETS_H

#include "bench/base/environment.h"

/* main()'s words: as copies, until argv_secrets_forget(); the secret ones among those that the system
 * shows are overwritten. A process that argv_secrets_hand_on() was called for gets its own. Returns 0,
 * -ENOMEM, or -EINVAL having said why. */
int argv_secrets_take(int *argc, char ***argv);
void argv_secrets_forget(void);

/*
 * For this program as a child, with that environment: the words that it is to be started with, a
 * malloc'd list of malloc'd texts. Where some are secret, the environment has what they stand for,
 * which only the same user can read. Returns 0, -ENOMEM, or -EINVAL having said that they are too
 * long.
 */
int argv_secrets_hand_on(char ***shown, struct words *environment, char *const *words);

#endif
