/* One transfer: a handle of libcurl's, what came, and how long it was waited for. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>

#include <curl/curl.h>

#include "io/urls.h"
#include "asking.h"
#include "body.h"
#include "fetch.h"
#include "head.h"
#include "timeouts.h"
#include "saving.h"

struct sockets;

/* What the transfers of one loop have in common; the loop's. */
struct transfer_home {
	const struct fetch_options *options;
	struct sockets *sockets;     /* opens and closes theirs */
	struct host_cap *hosts;      /* the rate that they keep to together */
	unsigned int paused;         /* transfers that wait for it */
	const struct folder *folder; /* where they are saved */
	unsigned int slots;          /* how many they are */
	bool proxies;                /* the environment names some */
	bool has_authorities;        /* libcurl has a file of them by itself */
	bool tells_closes;           /* of TLS: see quirks.h */
	bool one_each;               /* a handle serves one transfer: see quirks.h */
	bool multiplexed;            /* there were answers by HTTP/2 ... */
	bool stirred;                /* ... and since this was last unset, something came */
};

struct transfer {
	CURL *easy;
	struct transfer_home *home;
	struct url url; /* whoever began it keeps the texts until it has ended */
	struct outcome outcome;
	struct head head;
	struct body body;
	struct asking asking;
	struct saving saving;
	struct timeouts timeouts;
	enum fetch_error refused; /* what came was not taken, for that reason */
	uint64_t paused_until; /* by clock_ns(); 0: it is read from. Times do not count till then */
	unsigned int repeats;  /* of the request */
	bool secure;           /* the redirect that came last was by https, and must stay there */
	bool has_login;
	bool busy; /* it is in a multi handle */
	bool over; /* it was given up, and not reported yet */
};

/* Of zeroes. Returns 0 or -ENOMEM. */
int transfer_open(struct transfer *transfer, struct transfer_home *home);
/* Also of zeroes. */
void transfer_close(struct transfer *transfer);

/*
 * Makes it ready for a URL: then its handle may be added to a multi handle. Returns 0; 1 if there
 * is nothing to be asked for, since the file is there or cannot be, as its outcome says; or
 * -ENOMEM.
 */
int transfer_begin(struct transfer *transfer, const struct url *url);

/*
 * Its handle has ended with that code. A connection that was used before may die under a request,
 * which is not the request's fault: if there was not a byte of an answer, it may be made again, a
 * few times. Returns true if it is to be: after its handle was removed, transfer_repeat() makes it
 * ready, as transfer_begin() did.
 */
bool transfer_may_repeat(const struct transfer *transfer, CURLcode code);
int transfer_repeat(struct transfer *transfer);

/*
 * So much time has passed, in ns. Returns which limit is over. A connection on which nothing at all
 * came for half of a stall is shut down, so that no other request is lost on it; those that are on
 * it already, by HTTP/2, may be repeated.
 */
enum timeouts_end transfer_look(struct transfer *transfer, uint64_t passed_ns);

/* The descriptor of its connection, or -1. */
int transfer_socket(const struct transfer *transfer);

#endif
