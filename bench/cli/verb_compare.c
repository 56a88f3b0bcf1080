/* compare: the same job with every strategy, at equal concurrency, side by side. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/limits.h"
#include "bench/base/say.h"
#include "bench/team/strategy.h"
#include "bench/study/regression.h"
#include "bench/study/experiment.h"
#include "plan.h"

/* Others that the measurement cannot tell from the best: their intervals overlap. */
static void name_ties(const struct contest *contest, const struct document *document,
		      const struct run *first, char text[256])
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < contest->count; i++) {
		const struct run *run = contender_run(&contest->rows[i]);
		struct cell name = { 0 };

		if (contest->rows[i].out || run == first || !(run->low <= first->high) || at >= 200)
			continue;
		run_show_name(document, run, &name);
		at += (size_t)snprintf(text + at, 256 - at, "%s%.40s",
				       at ? ", " : "\nThe intervals do not tell it from ",
				       name.text);
	}
}

static char *advise(const struct contest *contest, const struct document *document)
{
	const struct program *program = contest->command->program;
	const struct contender *best = contest_best(contest, false);
	const struct run *fastest, *soonest;
	struct cell first = { 0 }, second = { 0 };
	char median[CELL_SHOWN], whole[CELL_SHOWN], ties[256], ratio[64] = "", *remark = NULL,
							       *text;

	if (!best)
		return NULL;
	fastest = contender_run(best);
	soonest = contender_run(contest_best(contest, true));
	show_seconds(median, fastest->median);
	show_seconds(whole, soonest->median + soonest->startup);
	name_ties(contest, document, fastest, ties);
	run_show_name(document, fastest, &first);
	run_show_name(document, soonest, &second);
	if (!isnan(fastest->speedup))
		snprintf(ratio, sizeof(ratio), ", %.2f times %.32s", fastest->speedup,
			 contest->rows[0].strategy);
	if (program->remark)
		remark = program->remark(fastest);
	if (asprintf(&text, "Fastest is %s, %s%s; once start-up counts, %s, %s.%s%s%s%s",
		     first.text, median, ratio, second.text, whole, ties, *ties ? "." : "",
		     remark ? "\n" : "", remark ? remark : "") < 0)
		text = NULL;
	free(remark);
	return text;
}

static int report(struct contest *contest, struct placement *placement)
{
	struct document document;
	int ret = contest_fill(contest, &document, placement);

	if (!ret) {
		document.tables[document.table_count++] = figures_table(&document);
		document.advice = advise(contest, &document);
		ret = outputs_write(contest->command, &document, format_text.write);
	}
	contest_take_back(&document);
	document_free(&document);
	return ret;
}

static int set_up(struct contest *contest, struct placement *placement)
{
	const struct program *program = contest->command->program;
	const struct options *options = &contest->command->options;
	unsigned int cores = placement_machine(placement)->allowed_cores;
	struct contender row = { .concurrency = options->concurrencies.count
							? options->concurrencies.numbers[0]
						: program->concurrency ? program->concurrency
								       : cores };
	int ret = limits_check(row.concurrency, "workers");
	bool both = !ret && contest_shows_schedules(contest, placement, row.concurrency);

	for (size_t i = 0; !ret && program->strategies[i]; i++) {
		const struct contender *added;

		row.strategy = program->strategies[i];
		row.schedule = NULL;
		ret = contest_add(contest, &row, cores);
		added = &contest->rows[contest->count - 1];
		row.schedule = "static";
		if (!ret && both && added->ranks + added->workers > 1)
			ret = contest_add(contest, &row, cores);
	}
	if (!ret && program->cpu_bound)
		plan_warn_places(placement, row.concurrency);
	return ret;
}

static int compare_strategies(struct command *command, struct placement *placement)
{
	const struct options *options = &command->options;
	const struct pace pace = { .rounds = options->rounds ? options->rounds
							     : command->program->rounds,
				   .max_time = options->max_time,
				   .whole_round = true };
	struct contest contest;
	int ret = contest_open(&contest, command, placement);

	if (!ret)
		ret = set_up(&contest, placement);
	if (!ret)
		ret = contest_run(&contest, &pace);
	if (!ret) {
		contest_judge(&contest);
		ret = report(&contest, placement);
		if (!ret && !contest_best(&contest, false) && !contest.error)
			ret = say_fail(EINVAL, "nothing could be measured");
		ret = ret ? ret : contest.error;
	}
	contest_close(&contest);
	return ret;
}

int verb_compare(struct command *command)
{
	struct placement *placement;
	int ret = 0;

	if (is_file_comparison(command)) {
		for (char **operand = command->operands; !ret && *operand; operand++)
			ret = outputs_check_input(command, *operand);
		return ret ? ret : compare_files(command);
	}
	ret = contest_refuse_ranks(command);
	if (!ret)
		ret = placement_open(&placement, &command->options.place);
	if (ret)
		return ret;
	ret = compare_strategies(command, placement);
	placement_close(placement);
	return ret;
}
