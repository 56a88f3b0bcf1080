/* One transfer: a handle of libcurl's and its body, which serve one URL after the other. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>

#include <curl/curl.h>

#include "body.h"
#include "fetch.h"
#include "io/urls.h"

struct sockets;

/* What the transfers of one loop have in common; the loop's. */
struct transfer_home {
	const struct fetch_options *options;
	struct sockets *sockets; /* opens and closes theirs */
	unsigned int slots;      /* how many they are */
	bool multiplexed;        /* there were answers by HTTP/2 ... */
	bool stirred;            /* ... and since this was last unset, something came */
};

struct transfer {
	CURL *easy;
	struct transfer_home *home;
	struct outcome outcome;
	struct body body;
	bool ok, too_large, has_login;
};

/* Of zeroes. Returns 0 or -ENOMEM. */
int transfer_open(struct transfer *transfer, struct transfer_home *home);
void transfer_close(struct transfer *transfer);

/* Makes it ready for a URL: then its handle may be added to a multi handle. Returns 0 or -ENOMEM. */
int transfer_begin(struct transfer *transfer, const struct url *url);

/* Its handle has ended with that code: fills in the outcome, but for cpu_ns. */
void transfer_end(struct transfer *transfer, CURLcode code);

#endif
