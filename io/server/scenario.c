/* Reading models from options, and drawing answers from them. */
#include "scenario.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"
#include "io/payload.h"

/* Beyond it a lognormal is all extremes: its 1 % and 99 % lie a factor of 10^20 apart. */
enum { SIGMA_MAX = 10 };

/* What a random number is drawn for. */
enum draw { DRAW_SIZE, DRAW_DELAY = 2, DRAW_FAILURE = 4, DRAWS };

const struct scenario scenario_default = {
	.seed = 1,
	.sizes = { .list = { 1529 }, .count = 1 },
	.keepalive = true,
};

/* Each reader moves *at behind what it has read, and returns whether there was any. */

static bool scenario_read_word(const char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length))
		return false;
	*at += length;
	return true;
}

static bool scenario_read_bytes(const char **at, uint64_t *bytes)
{
	return !number_take_bytes(at, bytes) && *bytes <= SCENARIO_BYTES_MAX;
}

static bool scenario_read_seconds(const char **at, double *seconds)
{
	return !number_take_seconds(at, seconds) && *seconds <= SCENARIO_SECONDS_MAX;
}

static bool scenario_read_sigma(const char **at, double *sigma)
{
	return !number_take_real(at, sigma) && *sigma > 0 && *sigma <= SIGMA_MAX;
}

static bool scenario_read_probability(const char **at, double *probability)
{
	return !number_take_real(at, probability) && *probability <= 1;
}

/* A whole number from low to high, as it stands. */
static bool scenario_read_whole(const char **at, unsigned int *value, unsigned int low,
				unsigned int high)
{
	uint64_t number;

	if (number_take_whole(at, &number) || number < low || number > high)
		return false;
	*value = (unsigned int)number;
	return true;
}

int scenario_set_seed(struct scenario *scenario, const char *text)
{
	return number_whole(&scenario->seed, text, 0, UINT64_MAX)
		       ? say_fail(EINVAL, "--seed takes a whole number below 2^64, not '%s'", text)
		       : 0;
}

static bool scenario_read_sizes(const char **at, struct scenario *scenario)
{
	scenario->sizes.count = 0;
	scenario->sizes.sigma = 0;
	if (scenario_read_word(at, "lognormal:")) {
		scenario->sizes.count = 1;
		return scenario_read_bytes(at, &scenario->sizes.list[0]) &&
		       scenario_read_word(at, ",") &&
		       scenario_read_sigma(at, &scenario->sizes.sigma);
	}
	do {
		if (scenario->sizes.count == SCENARIO_SIZES_MAX ||
		    !scenario_read_bytes(at, &scenario->sizes.list[scenario->sizes.count++]))
			return false;
	} while (scenario_read_word(at, ","));
	return true;
}

int scenario_set_sizes(struct scenario *scenario, const char *text)
{
	struct scenario read = *scenario;
	const char *at = text;

	if (!scenario_read_sizes(&at, &read) || *at)
		return say_fail(EINVAL,
				"--sizes takes up to %d whole numbers of bytes to 1000000G, as in "
				"1529,1.5M, or lognormal:MEDIAN,SIGMA with SIGMA over 0 and to %d, "
				"not '%s'",
				SCENARIO_SIZES_MAX, SIGMA_MAX, text);
	*scenario = read;
	return 0;
}

static bool scenario_read_delay(const char **at, struct scenario *scenario)
{
	scenario->delay.jitter = scenario->delay.sigma = 0;
	if (scenario_read_word(at, "lognormal:"))
		return scenario_read_seconds(at, &scenario->delay.seconds) &&
		       scenario_read_word(at, ",") &&
		       scenario_read_sigma(at, &scenario->delay.sigma);
	if (!scenario_read_seconds(at, &scenario->delay.seconds))
		return false;
	return !scenario_read_word(at, "+-") ||
	       (scenario_read_seconds(at, &scenario->delay.jitter) &&
		scenario->delay.jitter <= scenario->delay.seconds);
}

int scenario_set_delay(struct scenario *scenario, const char *text)
{
	struct scenario read = *scenario;
	const char *at = text;

	if (!scenario_read_delay(&at, &read) || *at)
		return say_fail(EINVAL,
				"--delay takes a time to %d s, as in 0.02, 20ms or 20ms+-5ms, the "
				"second not above the first, or lognormal:MEDIAN,SIGMA with SIGMA "
				"over 0 and to %d, not '%s'",
				SCENARIO_SECONDS_MAX, SIGMA_MAX, text);
	*scenario = read;
	return 0;
}

int scenario_set_bandwidth(struct scenario *scenario, const char *text)
{
	const char *at = text;
	uint64_t bandwidth;

	if (!scenario_read_bytes(&at, &bandwidth) || *at)
		return say_fail(EINVAL,
				"--bandwidth takes bytes a second to 1000000G, as in 250k or 1.5M, "
				"0 for no limit, not '%s'",
				text);
	scenario->bandwidth = bandwidth;
	return 0;
}

static bool scenario_read_failure(const char **at, struct failure *failure)
{
	unsigned int seconds;

	*failure = (struct failure){ .status = 200, .retry_after = -1 };
	if (scenario_read_word(at, "status:"))
		return scenario_read_whole(at, &failure->status, 400, 599) &&
		       scenario_read_word(at, ":") &&
		       scenario_read_probability(at, &failure->probability);
	if (scenario_read_word(at, "429:")) {
		if (!scenario_read_probability(at, &failure->probability) ||
		    !scenario_read_word(at, ":") ||
		    !scenario_read_whole(at, &seconds, 0, SCENARIO_SECONDS_MAX))
			return false;
		failure->status = 429;
		failure->retry_after = (int)seconds;
		return true;
	}
	if (scenario_read_word(at, "drop:"))
		failure->ending = ENDING_DROP;
	else if (scenario_read_word(at, "stall:"))
		failure->ending = ENDING_STALL;
	else if (scenario_read_word(at, "flip:"))
		failure->damage = DAMAGE_FLIP;
	else if (scenario_read_word(at, "cut:"))
		failure->damage = DAMAGE_CUT;
	else
		return false;
	return scenario_read_probability(at, &failure->probability);
}

static bool scenario_read_failures(const char **at, struct scenario *scenario, double *sum)
{
	scenario->failure_count = 0;
	*sum = 0;
	do {
		struct failure *failure = &scenario->failures[scenario->failure_count];

		if (scenario->failure_count++ == SCENARIO_FAILURES_MAX ||
		    !scenario_read_failure(at, failure))
			return false;
		*sum += failure->probability;
	} while (scenario_read_word(at, ","));
	return true;
}

int scenario_set_failures(struct scenario *scenario, const char *text)
{
	struct scenario read = *scenario;
	const char *at = text;
	double sum;

	if (!scenario_read_failures(&at, &read, &sum) || *at)
		return say_fail(
			EINVAL,
			"--fail takes up to %d of status:CODE:P, 429:P:SECONDS, drop:P, stall:P, "
			"flip:P and cut:P, with commas, CODE from 400 to 599, P from 0 to 1, not "
			"'%s'",
			SCENARIO_FAILURES_MAX, text);
	/* 0.1 ten times over may be a little more than 1 in binary. */
	if (sum > 1 + 1e-9)
		return say_fail(EINVAL,
				"--fail '%s' has probabilities of %g together: make it at most 1",
				text, sum);
	*scenario = read;
	return 0;
}

/* From 0 up to but not including 1, the same for the same key, number and purpose. */
static double scenario_uniform(uint64_t key, uint64_t number, unsigned int draw)
{
	return (double)(payload_mix(key ^ payload_mix(number * DRAWS + draw)) >> 11) * 0x1p-53;
}

/* Draws `draw` and the next; the normal behind it is by G. E. P. Box and M. E. Muller, A Note on
 * the Generation of Random Normal Deviates, 1958. */
static double scenario_lognormal(double median, double sigma, uint64_t key, uint64_t number,
				 enum draw draw)
{
	double radius = sqrt(-2 * log(1 - scenario_uniform(key, number, draw)));

	return median *
	       exp(sigma * radius * cos(2 * M_PI * scenario_uniform(key, number, draw + 1)));
}

/* What a path is among those that take turns. */
static uint64_t scenario_turn(const char *path, uint64_t key)
{
	uint64_t turn;

	return path[0] != '/' || number_whole(&turn, path + 1, 0, UINT64_MAX) ? key : turn;
}

static uint64_t scenario_size(const struct scenario *scenario, const char *path, uint64_t key)
{
	const char *at = path;
	uint64_t size;
	double drawn;

	if (scenario_read_word(&at, "/bytes/") && scenario_read_bytes(&at, &size) && !*at)
		return size;
	if (!(scenario->sizes.sigma > 0))
		return scenario->sizes.list[scenario_turn(path, key) % scenario->sizes.count];
	drawn = scenario_lognormal((double)scenario->sizes.list[0], scenario->sizes.sigma, key, 0,
				   DRAW_SIZE);
	return (uint64_t)fmin(round(drawn), SCENARIO_BYTES_MAX);
}

static uint64_t scenario_delay(const struct scenario *scenario, uint64_t key, uint64_t number)
{
	double seconds = scenario->delay.seconds;

	if (scenario->delay.sigma > 0)
		seconds =
			scenario_lognormal(seconds, scenario->delay.sigma, key, number, DRAW_DELAY);
	else if (scenario->delay.jitter > 0)
		seconds += scenario->delay.jitter *
			   (2 * scenario_uniform(key, number, DRAW_DELAY) - 1);
	return (uint64_t)llround(1e9 * fmin(seconds, SCENARIO_SECONDS_MAX));
}

static const struct failure *scenario_failure(const struct scenario *scenario, uint64_t key,
					      uint64_t number)
{
	double left;

	if (!scenario->failure_count)
		return NULL;
	left = scenario_uniform(key, number, DRAW_FAILURE);
	for (unsigned int i = 0; i < scenario->failure_count; i++) {
		left -= scenario->failures[i].probability;
		if (left < 0)
			return &scenario->failures[i];
	}
	return NULL;
}

struct answer scenario_answer(const struct scenario *scenario, const char *path, uint64_t number)
{
	uint64_t key = payload_key(scenario->seed, path);
	const struct failure *failure = scenario_failure(scenario, key, number);
	struct answer answer = {
		.status = 200,
		.retry_after = -1,
		.size = scenario_size(scenario, path, key),
		.delay_ns = scenario_delay(scenario, key, number),
	};

	answer.sent = answer.size;
	if (!failure)
		return answer;
	answer.status = failure->status;
	answer.retry_after = failure->retry_after;
	answer.ending = failure->ending;
	answer.damage = failure->damage;
	if (failure->damage) {
		answer.size /= failure->damage == DAMAGE_CUT ? 2 : 1;
		answer.sent = answer.size;
		return answer;
	}
	if (failure->ending == ENDING_WHOLE)
		answer.size = 0;
	answer.sent = answer.size / 2;
	return answer;
}
