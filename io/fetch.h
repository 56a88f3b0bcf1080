/*
 * Fetching: one thread that keeps many transfers in flight.
 *
 * A fetcher belongs to the thread that opened it. It has a slot for each transfer in flight, whose
 * handle and buffers serve one transfer after the other. Threads of one process share the names
 * that were resolved and TLS sessions, never connections.
 */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "urls.h"

/* AUTO: HTTP/2 where TLS negotiates it, 1.1 elsewhere. TWO: HTTP/2 without TLS too;
 * with libcurl 7.88 each transfer of that kind has a connection of its own. */
enum fetch_http { FETCH_HTTP_AUTO, FETCH_HTTP_ONE, FETCH_HTTP_TWO };

struct fetch_options {
	enum fetch_http http;
	const char *cacert;     /* a file of authorities to trust; NULL: the system's */
	bool insecure;          /* trusts anybody */
	uint64_t max_filesize;  /* of one body, in bytes; 0: any */
	double connect_timeout; /* seconds */
	double stall_timeout;   /* seconds of hardly any bytes */
};

/* 10 s to connect, 30 s without bytes, all else off. */
extern const struct fetch_options fetch_defaults;

enum fetch_error {
	FETCH_OK,
	FETCH_UNRESOLVED,
	FETCH_UNCONNECTED,
	FETCH_UNTRUSTED,
	FETCH_TLS,
	FETCH_TIMEOUT,
	FETCH_REDIRECTS,
	FETCH_SCHEME,
	FETCH_SHORT,
	FETCH_LARGE,
	FETCH_BROKEN,
	FETCH_HTTP_4XX,
	FETCH_HTTP_5XX,
	FETCH_OTHER,
	FETCH_ERRORS
};

/* For people, "could not connect", and for JSON, "could_not_connect". */
struct fetch_error_name {
	const char *name, *key;
};

extern const struct fetch_error_name fetch_errors[FETCH_ERRORS];

enum {
	OUTCOME_CHECKED = 1, /* the server named its seed, so each byte was compared */
	OUTCOME_WRONG = 2,   /* and was not what it should be */
};

/*
 * What came of one transfer: 64 plain bytes. The phases follow each other; those of making a
 * connection are 0 where one was used again, or is shared by streams of HTTP/2.
 */
struct outcome {
	uint64_t start_ns; /* by clock_ns() */
	uint64_t total_ns;
	uint64_t bytes;  /* of the body */
	uint64_t hash;   /* XXH3_64bits of the body */
	uint64_t cpu_ns; /* of the thread, since the last outcome that has some */
	uint32_t resolve_us, connect_us, tls_us;
	uint32_t first_byte_us; /* from the request to the first byte of its answer */
	uint16_t status;        /* of HTTP; 0 if there was no answer */
	uint8_t http;           /* 10, 11 or 20 */
	uint8_t connections;    /* opened; up to 255 */
	uint8_t error;          /* enum fetch_error; a status of 400 or more is one too */
	uint8_t code, os_error; /* libcurl's word for it; the system's, or that of TLS */
	uint8_t flags;
};

#define REASON_TEXT 128
/* Why it failed, more closely than its kind: "Connection refused", "HTTP 404". Returns text. */
const char *outcome_reason(const struct outcome *outcome, char text[REASON_TEXT]);

struct fetcher;

/*
 * Makes a fetcher of so many slots. Raises the soft limit on descriptors to what all fetchers of
 * this process need together. Returns 0, -ENOMEM, -EIO, or -EINVAL having said how many
 * descriptors it takes and how many may be had.
 */
int fetcher_open(struct fetcher **fetcher, const struct fetch_options *options, unsigned int slots);
void fetcher_close(struct fetcher *fetcher);

/* The thread's CPU time counts from here on. */
void fetch_begin(struct fetcher *fetcher);

/* Starts a transfer in a slot that has none. Returns 0, -ENOMEM or -EIO. */
int fetch_start(struct fetcher *fetcher, unsigned int slot, const struct url *url);

/* False while so many names are being resolved that another start had better wait for a turn. */
bool fetch_may_start(const struct fetcher *fetcher);

/*
 * Moves all transfers on, after waiting for up to wait_ms (-1: without end) until one of them can
 * move. Returns 0 or -EIO.
 */
int fetch_turn(struct fetcher *fetcher, int wait_ms);

/*
 * One transfer that has ended, and its slot, which has none now; NULL if there is no other until
 * the next turn. The outcome is valid until the slot is started again.
 */
const struct outcome *fetch_ended(struct fetcher *fetcher, unsigned int *slot);

#endif
