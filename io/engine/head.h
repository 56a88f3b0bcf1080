/* The lines before and after a body, as they come: what they announce, and whether they can be
 * believed. */
#ifndef HEAD_H
#define HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Room for what tells versions apart, and for a date. */
enum { HEAD_VERSION = 256, HEAD_DATE = 64 };

struct head {
	uint64_t bytes;      /* of all heads and trailers of one transfer */
	unsigned int status; /* of the answer that is coming, the last one of several */
	bool http2;
	int64_t length; /* of its body in bytes, as it was announced; -1: it was not */
	bool chunked;   /* the body says itself where it ends */
	bool in_length; /* the last line was about that */
	bool open;      /* the empty line that ends it has not come */
	bool coded;     /* it is to be decoded, which nobody asked for */
	/* Where a part of a body begins, and the length of all of it; -1: it was not said. */
	int64_t range_from, range_total;
	/* What tells this version of the body from another: its entity tag, or when it was last
	 * changed; "" where it has neither that is sure enough. */
	char version[HEAD_VERSION];
	char date
		[HEAD_DATE]; /* the server's time as it came, to be read by who wants it; "": none */
	int retry_after;     /* seconds; -1: it was not said */
	uint64_t seed;       /* of a server whose bodies are known, if seeded */
	bool seeded;
};

/* More than that of one transfer is refused, every redirect and each trailer counted; libcurl has a
 * limit of 300 KiB, and no kind for it. */
enum { HEAD_BYTES_MAX = 256 << 10 };

/* Nothing has come. */
void head_begin(struct head *head);

/* All lines of a head are in: the version counts, or does not. */
void head_end(struct head *head);

/*
 * Takes in one line, its end with it. Returns FETCH_OK, or what it is to be refused for: FETCH_HEAD
 * if there are too many of them; FETCH_LENGTH if a Content-Length is no number of bytes, or another
 * one than before (RFC 9112, 6.3); FETCH_NOT_HTTP if a status line has no status of three digits.
 */
enum fetch_error head_take(struct head *head, const char *line, size_t length);

#endif
