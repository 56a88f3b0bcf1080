/*
 * What the test server does to each request: how long the body is, how late it comes, and how it
 * fails. All of it follows from a seed.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>

/* The largest size, and the largest bandwidth; whole numbers up to there are exact in a double. */
#define MODEL_BYTES_MAX   1000000000000000u
#define MODEL_SECONDS_MAX 3600
enum { MODEL_SIZES_MAX = 16, MODEL_FAILURES_MAX = 16 };

/* How a body ends: as announced, by a closed connection, or never. */
enum ending { ENDING_WHOLE, ENDING_DROP, ENDING_STALL };

struct failure {
	double probability;
	enum ending ending;
	unsigned int status; /* 200 unless ending is ENDING_WHOLE */
	int retry_after;     /* seconds; -1: no such header */
};

struct model {
	uint64_t seed;
	struct {
		uint64_t list[MODEL_SIZES_MAX]; /* taken in turn ... */
		unsigned int count;
		double sigma; /* ... or, where over 0, list[0] is the median of a lognormal */
	} sizes;
	struct {
		double seconds; /* the median, if sigma is over 0 */
		double jitter;  /* uniform, up to so much more or less */
		double sigma;
	} delay;
	uint64_t bandwidth; /* bytes a second for each connection; 0: unlimited */
	struct failure failures[MODEL_FAILURES_MAX];
	unsigned int failure_count;
	bool keepalive;
};

/* Seed 1, bodies of 1529 bytes, no delay, no limit, no failures, connections kept. */
extern const struct model model_default;

/*
 * Each sets one part from the text of an option. Returns 0, or -EINVAL having said what is wrong,
 * with the model as it was.
 *
 * BYTES is a whole number, with k, M or G for powers of 1000: 1529, 1.5M. TIME is in seconds, or
 * has us, ms or s behind it. Numbers are decimal and not negative.
 *
 * seed: a whole number below 2^64.
 * sizes: BYTES, or up to MODEL_SIZES_MAX of them with commas, taken in turn; or
 * lognormal:MEDIAN,SIGMA.
 * delay: TIME before the first byte, TIME+-TIME for a uniform jitter, or lognormal:MEDIAN,SIGMA.
 * bandwidth: BYTES a second for each connection, 0 for no limit.
 * failures: up to MODEL_FAILURES_MAX of these with commas, P being their probabilities, together at
 * most 1:
 *   status:CODE:P  an empty answer with that status, 400 to 599
 *   429:P:S        status 429, with Retry-After: S seconds
 *   drop:P         the connection is closed in the midst of the body
 *   stall:P        nothing more is sent from the midst of the body on
 */
int model_set_seed(struct model *model, const char *text);
int model_set_sizes(struct model *model, const char *text);
int model_set_delay(struct model *model, const char *text);
int model_set_bandwidth(struct model *model, const char *text);
int model_set_failures(struct model *model, const char *text);

/* What one request gets. */
struct answer {
	unsigned int status;
	int retry_after; /* seconds; -1: no such header */
	uint64_t size;   /* of the body that is announced */
	uint64_t sent;   /* of it, before the ending; size if that is ENDING_WHOLE */
	enum ending ending;
	uint64_t delay_ns;
};

/*
 * The answer to the request of that number, from 0, for a path: always the same one. The size does
 * not depend on the number. /bytes/BYTES has that size whatever the model; sizes in turn are the
 * (N % count)th for /N, and chosen by a hash of the path for any other.
 */
struct answer model_answer(const struct model *model, const char *path, uint64_t number);

#endif
