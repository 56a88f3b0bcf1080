/* A job that is piped in, though no -f asks for it. */
#ifndef PIPED_INPUT_H
#define PIPED_INPUT_H

#include "command.h"

/*
 * Where no operand and no -f was given, but something is piped in (a pipe, a socket, a file; no
 * terminal and no other device), makes that the list, and says so. Waits up to a minute, or
 * --max-time, for the first byte, so that an input that nobody writes to is no hang. An input
 * without any operand is refused; but for the ranks of a launcher it stands for the embedded job,
 * since they get a pipe either way. Returns 0, or -ETIME having said that nothing came.
 */
int piped_input_take(struct command *command);

#endif
