/* list: the strategies and what else the program has, and why one is missing. */
#include "bench/team/strategy.h"
#include "command.h"
#include "outputs.h"

static const struct column list_columns[] = {
	{ "strategy", "strategy", CELL_TEXT },
	{ "about", "what it is", CELL_TEXT },
	{ "available", "here", CELL_FLAG },
	{ "missing", "why not", CELL_TEXT },
};

static void list_row(const void *context, size_t number, struct cell *cells)
{
	const char *const *names = context;
	const struct strategy *strategy, *inner;
	const char *missing;

	table_set_text(&cells[0], names[number]);
	if (strategy_find(names[number], &strategy, &inner))
		return;
	missing = strategy_missing(strategy, inner);
	if (inner && inner != &strategy_serial)
		table_print(&cells[1], "%s, each of which runs %s", strategy->about, inner->name);
	else
		table_set_text(&cells[1], strategy->about);
	table_set_number(&cells[2], CELL_FLAG, missing == NULL);
	table_set_text(&cells[3], missing);
}

int verb_list(struct command *command)
{
	const struct program *program = command->program;
	struct placement *placement;
	struct table more = { 0 };
	struct result result;
	size_t count = 0;
	int ret;

	ret = placement_open(&placement, &command->place);
	if (ret)
		return ret;
	while (program->strategies[count])
		count++;
	ret = outputs_begin(&result, command, placement);
	if (!ret && !(program->list_alone && *program->list_alone))
		ret = result_add_table(&result, (struct table){
							.key = "strategies",
							COLUMNS(list_columns),
							.row_count = count,
							.row = list_row,
							.context = program->strategies,
						});
	if (!ret && program->list)
		ret = result_add_table(&result, *program->list);
	if (!ret && program->list_more)
		ret = program->list_more(program->config, &more);
	if (!ret && more.key)
		ret = result_add_table(&result, more);
	if (!ret)
		ret = outputs_check(command);
	if (!ret)
		ret = outputs_write(command, &result, NULL, NULL);
	result_free(&result);
	placement_close(placement);
	return ret;
}
