/* Processes that descend from others, as /proc tells it. */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Sends SIGKILL to the process `root` and to all that descend from it; root 0 for none. known: our
 * children that are to live, `count` of them, zeros among them; every other child of ours dies with
 * its descendants, and is waited for. NULL: only root's family. Returns how many were still alive:
 * one that forked meanwhile is found the next time, so it is called until it returns 0.
 */
size_t descendants_kill(pid_t root, const pid_t *known, size_t count);

#endif
