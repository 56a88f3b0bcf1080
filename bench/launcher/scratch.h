/*
 * The folders that a launch and its ranks leave their files in: one for sessions, and one for
 * memory that ranks share. Both go with us. Those of a run that was killed are swept away by the
 * next one: each is locked as long as its owner lives.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <limits.h>
#include <stdint.h>

struct scratch {
	char folder[PATH_MAX], shared[PATH_MAX]; /* "" if there is none */
	int folder_lock, shared_lock;
};

/*
 * Sweeps up after others in `parent` and `shared`, and makes a folder in each; where none can be
 * made in `shared` it is "". needed: bytes that the first has to have room for. Returns 0, or
 * -errno having said why: no folder, or too little room in it. scratch_close() is due in any case.
 */
int scratch_open(struct scratch *scratch, const char *parent, const char *shared, uint64_t needed);

/* Removes them, and all that is in them. */
void scratch_close(struct scratch *scratch);

/*
 * In a rank, before MPI starts: makes the folder for shared memory where it is not there, as on
 * hosts that the launch was not made on, and holds it against sweeping. Returns what
 * scratch_leave() takes; -1 where another process sees to it. The last rank of a host that leaves
 * removes it.
 */
int scratch_join(const char *folder);
void scratch_leave(const char *folder, int lock);

#endif
