/* One worker of a download job: claims URLs, keeps transfers in flight, tries again, saves. */
#ifndef FETCH_WORKER_H
#define FETCH_WORKER_H

struct claim;
struct work;

/* As work_type has them. */
int fetch_worker_open(void **state, const struct work *work, unsigned int inflight);
int fetch_worker_run(void *state, struct claim *claim);
void fetch_worker_close(void *state);

#endif
