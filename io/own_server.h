/* The embedded job: requests to a server of our own, which runs beside us. */
#ifndef OWN_SERVER_H
#define OWN_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes so many URLs of it, one a line; 0: as many as the job has by itself. The first time the
 * server is started; it lives as long as this program. apart: other hosts have to reach it, where
 * otherwise it is seen on this one alone. Returns 0, or -errno having said why.
 */
int own_server_list(FILE *list, uint64_t requests, bool apart);

/* Whether what this process fetches is from such a server, started by it or by who started it. */
bool own_server_used(void);

/* Whether who fetches reaches it. Returns 0, or -EINVAL having said what to do. */
int own_server_check(bool apart);

#endif
