/* Wrong, dead, disturbed, slow or right. */
#include "pu_check.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/disturbance.h"
#include "bench/stats/stats.h"
#include "advice.h"

static struct checked_pu *pu_find(struct result *result, unsigned int number)
{
	struct checked_pu *pu = result->checked;

	while (pu->pu != (int)number)
		pu++;
	return pu;
}

/* A PU that something else had tells nothing of its speed. Returns how many rates are left. */
static size_t pu_leave_out(struct result *result, struct core_rate *rates, size_t count)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++)
		if (!pu_find(result, rates[i].core)->verdict)
			rates[left++] = rates[i];
	return left;
}

static int pu_name_disturbed(struct result *result)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < result->checked_count; i++) {
		struct checked_pu *pu = &result->checked[i];

		if (!pu->verdict && (isnan(pu->rate) || pu->running < 1 - DISTURBANCE_SHARE))
			ret = record_set_text(&pu->verdict, "disturbed");
	}
	return ret;
}

/* Its rate over the median of those of its kind that were not disturbed, if there is another. */
static int pu_relate(struct result *result)
{
	double *rates = calloc(result->checked_count + 1, sizeof(*rates));

	if (!rates)
		return -ENOMEM;
	for (size_t i = 0; i < result->checked_count; i++) {
		struct checked_pu *pu = &result->checked[i];
		size_t like = 0;

		for (size_t k = 0; !pu->verdict && k < result->checked_count; k++)
			if (!result->checked[k].verdict && result->checked[k].kind == pu->kind)
				rates[like++] = result->checked[k].rate;
		if (like > 1)
			pu->of_kind = pu->rate / stats_median(rates, like);
	}
	free(rates);
	return 0;
}

static int pu_name_slow(struct result *result, const struct core_rate *rates, size_t count)
{
	struct slow_core *slow = calloc(result->checked_count + 1, sizeof(*slow));
	int named = slow ? slow_cores(slow, rates, count) : -ENOMEM, ret = named < 0 ? named : 0;

	for (int i = 0; !ret && i < named; i++)
		ret = record_set_text(&pu_find(result, slow[i].core)->verdict, "slow");
	free(slow);
	for (size_t i = 0; !ret && i < result->checked_count; i++)
		if (!result->checked[i].verdict)
			ret = record_set_text(&result->checked[i].verdict, "right");
	return ret;
}

unsigned int pu_check_count(const struct result *result, const char *verdict)
{
	unsigned int count = 0;

	for (size_t i = 0; i < result->checked_count; i++)
		count += !strcmp(result->checked[i].verdict, verdict);
	return count;
}

static void pu_put_wrong(FILE *file, const struct checked_pu *pu)
{
	fprintf(file, "PU %d is WRONG: %s of %s gave %s, not %s\n", pu->pu, pu->way, pu->task,
		pu->actual, pu->expected);
	fprintf(file, "  bits that differ: %s; %s\n", pu->difference,
		pu->repeats ? "wrong again when it was done again"
			    : "right when it was done again");
	fprintf(file, "  again: %s\n", pu->replay);
}

/* One line of all of it, and what there is to say of those that are wrong. */
static int pu_put_advice(struct result *result, double seconds)
{
	static const char *const verdicts[] = { "right", "slow", "disturbed", "wrong", "died" };
	uint64_t passes = 0;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return -ENOMEM;
	for (size_t i = 0; i < result->checked_count; i++) {
		passes += result->checked[i].passes;
		if (result->checked[i].way)
			pu_put_wrong(file, &result->checked[i]);
	}
	fprintf(file, "%s: %zu PU%s:", result->hosts[0].hostname, result->checked_count,
		result->checked_count == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		fprintf(file, " %u %s,", pu_check_count(result, verdicts[i]), verdicts[i]);
	fprintf(file, " %llu results in %.3g s", (unsigned long long)passes, seconds);
	return advice_end(result, file, &text, 0);
}

int pu_check_conclude(struct result *result, struct core_rate *rates, size_t count, double seconds)
{
	int ret = pu_name_disturbed(result);

	if (!ret)
		ret = pu_relate(result);
	if (!ret)
		ret = pu_name_slow(result, rates, pu_leave_out(result, rates, count));
	return ret ? ret : pu_put_advice(result, seconds);
}
