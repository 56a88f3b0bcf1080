/* Limits of time, counted in looks. */
#include "timeouts.h"

/* Bytes/s: less is a stall. */
enum { SPEED_MIN = 10 };

enum { LOOKS = 16, PERIOD_MAX_NS = 250000000 };

static uint64_t timeouts_ns(double seconds)
{
	return (uint64_t)(seconds * 1e9);
}

uint64_t timeouts_period_ns(const struct fetch_options *options)
{
	double shortest = options->connect_timeout;
	uint64_t period;

	if (options->stall_timeout < shortest)
		shortest = options->stall_timeout;
	if (options->transfer_timeout > 0 && options->transfer_timeout < shortest)
		shortest = options->transfer_timeout;
	period = timeouts_ns(shortest) / LOOKS;
	return period < PERIOD_MAX_NS ? period + 1 : PERIOD_MAX_NS;
}

void timeouts_begin(struct timeouts *timeouts)
{
	*timeouts = (struct timeouts){ 0 };
}

enum timeouts_end timeouts_look(struct timeouts *timeouts, const struct fetch_options *options,
				uint64_t passed_ns, uint64_t bytes, bool connected)
{
	double enough = SPEED_MIN * options->stall_timeout;

	timeouts->waited_ns += passed_ns;
	if (options->transfer_timeout > 0 &&
	    timeouts->waited_ns >= timeouts_ns(options->transfer_timeout))
		return TIMEOUTS_TRANSFER;
	if (!connected)
		return timeouts->waited_ns >= timeouts_ns(options->connect_timeout)
			       ? TIMEOUTS_CONNECT
			       : TIMEOUTS_LASTS;
	timeouts->quiet_ns += passed_ns;
	if (bytes > timeouts->quiet_from && (double)(bytes - timeouts->quiet_from) >= enough) {
		timeouts->quiet_ns = 0;
		timeouts->quiet_from = bytes;
	}
	return timeouts->quiet_ns >= timeouts_ns(options->stall_timeout) ? TIMEOUTS_STALL
									 : TIMEOUTS_LASTS;
}
