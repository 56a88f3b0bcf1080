/* Which strategy is the fastest, and how surely. */
#include "comparison.h"

#include "advice.h"
#include "baseline.h"
#include "ranking.h"

int comparison_conclude(struct result *result, const struct study_question *question)
{
	int ret = baseline_judge(result, question->cpu_bound);

	return ret ? ret : advice_on_comparison(result, question);
}

bool comparison_is_answered(void *context, const struct result *result)
{
	struct ranking ranking;
	bool answered =
		!ranking_make(&ranking, result, RANKING_RATE) && ranking_is_decided(&ranking);

	(void)context;
	ranking_free(&ranking);
	return answered;
}
