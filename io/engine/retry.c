/* Waiting and trying again. */
#define _GNU_SOURCE
#include "retry.h"

#include <ctype.h>
#include <string.h>

#define BACKOFF_NS     250000000u
#define BACKOFF_MAX_NS 30000000000u

bool retry_is_worth(enum fetch_error error, unsigned int status)
{
	switch (error) {
	case FETCH_UNRESOLVED:
	case FETCH_UNCONNECTED:
	case FETCH_TIMEOUT:
	case FETCH_SHORT:
	case FETCH_WRONG:
	case FETCH_SUM:
	case FETCH_BROKEN:
	case FETCH_HTTP_5XX:
		return true;
	case FETCH_HTTP_4XX:
		return status == 408 || status == 429;
	default:
		return false;
	}
}

uint64_t retry_backoff_ns(unsigned int tries, uint64_t chance)
{
	unsigned int doubled = tries > 8 ? 7 : tries ? tries - 1 : 0;
	uint64_t longest = (uint64_t)BACKOFF_NS << doubled;

	longest = longest < BACKOFF_MAX_NS ? longest : BACKOFF_MAX_NS;
	return longest / 2 + chance % (longest / 2 + 1);
}

struct retry_plan retry_plan(enum fetch_error error, unsigned int status, int asked,
			     unsigned int tries, unsigned int retries, unsigned int mirrors,
			     uint64_t chance)
{
	/* Who has too much to do says so with these. */
	bool busy = status == 429 || status == 503;
	struct retry_plan plan = { .wait_ns = retry_backoff_ns(tries, chance) };

	plan.again = error != FETCH_OK &&
		     (tries < mirrors || (tries <= retries && retry_is_worth(error, status)));
	if (busy && asked >= 0)
		plan.wait_ns = (uint64_t)asked * 1000000000u;
	if ((busy && asked > 0) || status == 429)
		plan.pause_ns = plan.wait_ns;
	/* Another mirror has done nothing to be waited for. */
	if (tries < mirrors)
		plan.wait_ns = 0;
	return plan;
}

time_t retry_date(const char *text, size_t length)
{
	static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT",
					     "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y" };
	char copy[64];

	if (!length || length >= sizeof(copy))
		return -1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm parts = { 0 };
		const char *end = strptime(copy, forms[i], &parts);

		if (end && end == copy + length)
			return timegm(&parts);
	}
	return -1;
}

int retry_after(const char *text, size_t length, time_t server)
{
	int64_t seconds = 0;
	time_t date;

	if (length && isdigit((unsigned char)*text)) {
		for (size_t i = 0; i < length; i++) {
			if (!isdigit((unsigned char)text[i]))
				return -1;
			seconds = seconds * 10 + (text[i] - '0');
			seconds = seconds < RETRY_AFTER_MAX ? seconds : RETRY_AFTER_MAX;
		}
		return (int)seconds;
	}
	date = retry_date(text, length);
	if (date < 0)
		return -1;
	seconds = date - (server >= 0 ? server : time(NULL));
	return seconds < 0 ? 0 : seconds < RETRY_AFTER_MAX ? (int)seconds : RETRY_AFTER_MAX;
}
