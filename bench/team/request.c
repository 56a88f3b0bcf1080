/* Requests that no team can be made of. */
#include "request.h"

#include <errno.h>
#include <stdio.h>

#include "bench/base/say.h"
#include "strategy.h"

void request_name(const struct team_request *request, char name[32])
{
	if (request->inner && request->inner != &strategy_serial)
		snprintf(name, 32, "%s+%s", request->strategy->name, request->inner->name);
	else
		snprintf(name, 32, "%s", request->strategy->name);
}

int request_check(const struct team_request *request)
{
	const struct strategy *doer = request->inner ? request->inner : request->strategy;
	const char *missing = strategy_missing(request->strategy, request->inner);
	char name[32];

	request_name(request, name);
	if (missing)
		return say_fail(ENOTSUP, "%s is not available here: %s", name, missing);
	if (!request->workers)
		return say_fail(EINVAL, "0 workers can do nothing: -w takes 1 or more");
	if (doer->one_worker && request->workers != 1)
		return say_fail(EINVAL,
				"%s has exactly 1 worker%s, not %u: leave -w out, or take openmp "
				"or processes",
				name, request->inner ? " in each rank" : "", request->workers);
	if (doer->one_in_flight && request->inflight != 1)
		return say_fail(
			EINVAL,
			"%s has exactly 1 item in flight, not %u: leave -k out, or take async",
			name, request->inflight);
	if (request->survive && request->strategy != &strategy_processes)
		return say_fail(EINVAL,
				"--survive is for processes: what dies of %s takes all of it along",
				name);
	if (request->weighting.how == WEIGHTING_GIVEN && !request->strategy->outer &&
	    request->weighting.count != request->workers)
		return say_fail(EINVAL, "%u weights for %u workers: give one each",
				request->weighting.count, request->workers);
	return doer->check ? doer->check(request) : 0;
}
