/* Telling of each download as it ends: lines that other programs read while the job goes on. */
#ifndef TELL_H
#define TELL_H

#include <stdbool.h>

#include "io/engine/fetch.h"

struct url;

/* Descriptors that every worker writes whole lines to; -1: nobody asked. */
struct tell {
	int log;  /* JSON */
	int sums; /* as sha256sum has them */
};

/* Opens what the options name, in the process that forks or starts the workers. Returns 0, or
 * -EINVAL having said what cannot be written. */
int tell_open(struct tell *tell, const struct fetch_options *options);

/* Whether anybody wants to hear of a download that has ended so. */
bool tell_wanted(const struct tell *tell);

/* A download has ended, after so many tries; sum: of its file, or "". */
void tell_end(const struct tell *tell, const struct url *url, const struct outcome *outcome,
	      const char *sum, unsigned int tries);

/* All have ended: the sums get their name. Returns 0, or -errno having said why not. */
int tell_finish(struct tell *tell, const struct fetch_options *options);

void tell_close(struct tell *tell);

#endif
