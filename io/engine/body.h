/* A body as it comes: its bytes are counted, hashed, compared with its seed, and thrown away. */
#ifndef BODY_H
#define BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>
#include <xxhash.h>

struct body {
	uint64_t bytes; /* so far */
	uint64_t key;   /* of what it ought to be, if checked */
	bool checked, wrong;
	bool hashing;        /* it came in more than one piece: by state */
	uint64_t hash;       /* otherwise */
	XXH3_state_t *state; /* its own */
};

/* Of zeroes. Returns 0 or -ENOMEM. */
int body_open(struct body *body);
void body_close(struct body *body);

/* The next body: nothing has come, and no seed is known. */
void body_begin(struct body *body);

/* Before its first byte: it is what this seed makes of the path of the handle's URL. */
void body_expect(struct body *body, CURL *easy, uint64_t seed);

/* A piece of the body that this handle is receiving. */
void body_take(struct body *body, CURL *easy, const char *bytes, size_t length);

/* Bytes that were there before: they are hashed and compared, and the others come behind them. */
void body_take_back(struct body *body, const char *bytes, size_t length);

/* XXH3_64bits of what has come. */
uint64_t body_hash(const struct body *body);

#endif
