/* How large a job has to be to be measured well. */
#include "sizing.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/base/exit_code.h"
#include "bench/base/say.h"

/* One trial of one worker. Returns 0 with its rate and seconds, or -errno. */
static int sizing_measure(const struct trial *trial, uint64_t until_ns, double *rate,
			  double *seconds)
{
	const struct configuration serial = { .strategy = "serial" };
	struct result found;
	char why[TRIAL_WHY] = "";
	int code = trial->make(trial->context, &serial, until_ns, &found, why);

	if (code < 0) {
		result_free(&found);
		return code == -ETIME
			       ? say_fail(EIO, "--max-time was over before the job was sized")
		       : code == -EINTR ? code
					: say_fail(-code, "a measurement cannot be started: %s",
						   strerror(-code));
	}
	if (code || !found.row_count) {
		result_free(&found);
		return say_fail(exit_code_errno(code ? code : 1), "serial: %s", why);
	}
	*seconds = found.rows[0].samples[0].seconds;
	*rate = found.rows[0].items / *seconds;
	result_free(&found);
	return 0;
}

/* Two digits are enough of a number that people will read. */
static uint64_t sizing_round(double number)
{
	double scale = pow(10, floor(log10(number)) - 1);

	return number < 100 ? (uint64_t)ceil(number) : (uint64_t)(round(number / scale) * scale);
}

int sizing_find(const struct trial *trial, int (*embed)(void *context, uint64_t items),
		void *context, uint64_t until_ns)
{
	double items = 1, rate, seconds;

	for (;;) {
		int ret = embed(context, (uint64_t)items);

		if (!ret)
			ret = sizing_measure(trial, until_ns, &rate, &seconds);
		if (ret)
			return ret;
		if (seconds >= SIZING_ESTIMATE_S)
			return embed(context, sizing_round(rate * SIZING_ALONE_S));
		/* From short runs little can be foretold. */
		items *= fmin(2 * SIZING_ESTIMATE_S / seconds, 1000) + 1;
	}
}
