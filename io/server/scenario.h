/*
 * What the test server does to each request: how long the body is, how late it comes, and how it
 * fails. All of it follows from a seed.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

/* The largest size, and the largest bandwidth; whole numbers up to there are exact in a double. */
#define SCENARIO_BYTES_MAX   1000000000000000u
#define SCENARIO_SECONDS_MAX 3600
enum { SCENARIO_SIZES_MAX = 16, SCENARIO_FAILURES_MAX = 16 };

/* How a body ends: as announced, by a closed connection, or never. */
enum ending { ENDING_WHOLE, ENDING_DROP, ENDING_STALL };

/* What is wrong with a body that ends as announced: one bit, or its second half is not there, and
 * was not announced. */
enum damage { DAMAGE_NONE, DAMAGE_FLIP, DAMAGE_CUT };

struct failure {
	double probability;
	enum ending ending;
	enum damage damage;
	unsigned int status; /* 200 unless ending is ENDING_WHOLE, and damage DAMAGE_NONE */
	int retry_after;     /* seconds; -1: no such header */
};

struct scenario {
	uint64_t seed;
	struct {
		uint64_t list[SCENARIO_SIZES_MAX]; /* taken in turn ... */
		unsigned int count;
		double sigma; /* ... or, where over 0, list[0] is the median of a lognormal */
	} sizes;
	struct {
		double seconds; /* the median, if sigma is over 0 */
		double jitter;  /* uniform, up to so much more or less */
		double sigma;
	} delay;
	uint64_t bandwidth; /* bytes a second for each connection; 0: unlimited */
	struct failure failures[SCENARIO_FAILURES_MAX];
	unsigned int failure_count;
	bool keepalive;
};

/* Seed 1, bodies of 1529 bytes, no delay, no limit, no failures, connections kept. */
extern const struct scenario scenario_default;

/*
 * Each sets one part from the text of an option. Returns 0, or -EINVAL having said what is wrong,
 * with the scenario as it was.
 *
 * BYTES is a whole number, with k, M or G for powers of 1000: 1529, 1.5M. TIME is in seconds, or
 * has us, ms or s behind it. Numbers are decimal and not negative.
 *
 * seed: a whole number below 2^64.
 * sizes: BYTES, or up to SCENARIO_SIZES_MAX of them with commas, taken in turn; or
 * lognormal:MEDIAN,SIGMA.
 * delay: TIME before the first byte, TIME+-TIME for a uniform jitter, or lognormal:MEDIAN,SIGMA.
 * bandwidth: BYTES a second for each connection, 0 for no limit.
 * failures: up to SCENARIO_FAILURES_MAX of these with commas, P being their probabilities, at most
 * 1 together:
 *   status:CODE:P  an empty answer with that status, 400 to 599
 *   429:P:S        status 429, with Retry-After: S seconds
 *   drop:P         the connection is closed in the midst of the body
 *   stall:P        nothing more is sent from the midst of the body on
 *   flip:P         a bit in the midst of the body is another
 *   cut:P          the body is announced and sent without its second half
 */
int scenario_set_seed(struct scenario *scenario, const char *text);
int scenario_set_sizes(struct scenario *scenario, const char *text);
int scenario_set_delay(struct scenario *scenario, const char *text);
int scenario_set_bandwidth(struct scenario *scenario, const char *text);
int scenario_set_failures(struct scenario *scenario, const char *text);

/* What one request gets. */
struct answer {
	unsigned int status;
	int retry_after; /* seconds; -1: no such header */
	uint64_t size;   /* of the body that is announced */
	uint64_t sent;   /* of it, before the ending; size if that is ENDING_WHOLE */
	enum ending ending;
	enum damage damage;
	uint64_t delay_ns;
};

/*
 * The answer to the request of that number, from 0, for a path: always the same one. The size does
 * not depend on the number. /bytes/BYTES has that size whatever the scenario; sizes in turn are the
 * (N % count)th for /N, and chosen by a hash of the path for any other.
 */
struct answer scenario_answer(const struct scenario *scenario, const char *path, uint64_t number);

#endif
