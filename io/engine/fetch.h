/* What may be asked of the engine, and what it says of each transfer. */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "host_cap.h"

/* AUTO: HTTP/2 where TLS negotiates it, 1.1 elsewhere. TWO: HTTP/2 without TLS too;
 * with libcurl 7.88 each transfer of that kind has a connection of its own. */
enum fetch_http { FETCH_HTTP_AUTO, FETCH_HTTP_ONE, FETCH_HTTP_TWO };

struct fetch_options {
	enum fetch_http http;
	const char *cacert;      /* a file of authorities to trust; NULL: the system's */
	bool insecure;           /* trusts anybody */
	uint64_t max_filesize;   /* of one body, in bytes; 0: any */
	double connect_timeout;  /* seconds */
	double stall_timeout;    /* seconds of hardly any bytes */
	double transfer_timeout; /* seconds for all of it; 0: any */
	bool downgrade;          /* follows redirects from https to http */
	bool seeded;             /* believes a server that says which seed its bodies are made of */
	bool direct;             /* through no proxy */
	const char *output;      /* a folder to save in; NULL: bodies are thrown away */
	bool clobber;            /* saves over files that are there */
	bool bulk;               /* only what they are together is kept, and not of each */
	bool sums;               /* the SHA-256 of each body is wanted */
	const char *headers;     /* lines to send, each with its end; NULL: none */
	const char *log, *failed, *manifest; /* files to tell of each download in; NULL: none */
	unsigned int retries;                /* of a download that failed */
	struct host_limits limits;
	unsigned int ranks; /* that share them; 0: one */
};

/* 10 s to connect, 30 s without bytes, all else off. */
static const struct fetch_options fetch_defaults = { .connect_timeout = 10, .stall_timeout = 30 };

/* Redirects that are followed. */
enum { FETCH_REDIRECTS_MAX = 10 };

enum {
	OUTCOME_CHECKED =
		1, /* the server named its seed, and was believed: each byte was compared */
	OUTCOME_PROXIED = 2,  /* it came through a proxy, by the port that was connected to */
	OUTCOME_SAVED = 4,    /* its file is there: it came ... */
	OUTCOME_THERE = 8,    /* ... or was there before, and nothing was asked for */
	OUTCOME_RESUMED = 16, /* its beginning was there */
};

/*
 * What came of one transfer: 64 plain bytes. The phases follow each other; those of making a
 * connection are 0 where one was used again, or is shared by streams of HTTP/2.
 */
struct outcome {
	uint64_t start_ns; /* by clock_ns() */
	uint64_t total_ns;
	uint64_t bytes;  /* of the body, that came */
	uint64_t hash;   /* XXH3_64bits of the body, all of it */
	uint64_t cpu_ns; /* of the thread, since the last outcome that has some */
	uint32_t resolve_us, connect_us, tls_us;
	uint32_t first_byte_us; /* from the request to the first byte of its answer */
	uint16_t status;        /* of HTTP, of the proxy if that refused; 0: there was no answer */
	uint8_t http;           /* 10, 11 or 20 */
	uint8_t connections;    /* opened; up to 255 */
	uint8_t error;          /* enum fetch_error; a status of 400 or more is one too */
	uint8_t code, os_error; /* libcurl's word for it; the system's, that of TLS, or which limit
				 * of time is over */
	uint8_t flags;
};

#endif
