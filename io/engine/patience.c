/* Limits of time, counted in looks. */
#include "patience.h"

/* Bytes/s: less is a stall. */
enum { SPEED_MIN = 10 };

enum { LOOKS = 16, PERIOD_MAX_NS = 250000000 };

static uint64_t patience_ns(double seconds)
{
	return (uint64_t)(seconds * 1e9);
}

uint64_t patience_period_ns(const struct fetch_options *options)
{
	double shortest = options->connect_timeout;
	uint64_t period;

	if (options->stall_timeout < shortest)
		shortest = options->stall_timeout;
	if (options->transfer_timeout > 0 && options->transfer_timeout < shortest)
		shortest = options->transfer_timeout;
	period = patience_ns(shortest) / LOOKS;
	return period < PERIOD_MAX_NS ? period + 1 : PERIOD_MAX_NS;
}

void patience_begin(struct patience *patience)
{
	*patience = (struct patience){ 0 };
}

enum patience_end patience_look(struct patience *patience, const struct fetch_options *options,
				uint64_t passed_ns, uint64_t bytes, bool connected)
{
	double enough = SPEED_MIN * options->stall_timeout;

	patience->waited_ns += passed_ns;
	if (options->transfer_timeout > 0 &&
	    patience->waited_ns >= patience_ns(options->transfer_timeout))
		return PATIENCE_TRANSFER;
	if (!connected)
		return patience->waited_ns >= patience_ns(options->connect_timeout)
			       ? PATIENCE_CONNECT
			       : PATIENCE_LASTS;
	patience->quiet_ns += passed_ns;
	if (bytes > patience->quiet_from && (double)(bytes - patience->quiet_from) >= enough) {
		patience->quiet_ns = 0;
		patience->quiet_from = bytes;
	}
	return patience->quiet_ns >= patience_ns(options->stall_timeout) ? PATIENCE_STALL
									 : PATIENCE_LASTS;
}
