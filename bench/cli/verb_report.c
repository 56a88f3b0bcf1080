/* report: shows results again, of one job or of several, and concludes anew. */
#include <errno.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/result/merge.h"
#include "bench/study/comparison.h"
#include "bench/study/lost_updates.h"
#include "bench/study/scaling.h"
#include "command.h"
#include "outputs.h"
#include "result_file.h"

/* What cannot be shown here is refused. */
static int report_check(const struct result *result, const char *name, const char *program)
{
	if (strcmp(result->program, program))
		return say_fail(EINVAL, "%s is a result of %s: type %s report %s", name,
				result->program, result->program, name);
	if (!strcmp(result->command, "place") && !result->row_count)
		return say_fail(EINVAL, "%s has no plan in it", name);
	return 0;
}

static int report_read(struct command *command, struct result *result)
{
	char **names = command->operands;
	int ret = result_file_read(result, names[0]);

	if (!ret)
		ret = report_check(result, names[0], command->program->name);
	for (char **name = names + 1; !ret && *name; name++) {
		struct result more;

		ret = result_file_read(&more, *name);
		if (!ret)
			ret = report_check(&more, *name, command->program->name);
		if (!ret)
			ret = merge_results(result, names[0], &more, *name);
		result_free(&more);
	}
	return ret;
}

/* What was concluded of the files is concluded anew, of all their samples. */
static int report_conclude(struct result *result, const struct program *program)
{
	const struct study_question question = { .cpu_bound = program->cpu_bound,
						 .remark = program->remark };
	int ret;

	if (result->comparison_count)
		return 0;
	ret = result_summarise(result);
	if (!ret && !strcmp(result->command, "scale"))
		ret = scaling_conclude(result, &question);
	else if (!ret && !strcmp(result->command, "compare"))
		ret = comparison_conclude(result, &question);
	else if (!ret && !strcmp(result->command, "race"))
		ret = lost_updates_conclude(result);
	return ret;
}

int verb_report(struct command *command)
{
	struct result result = { 0 };
	int ret = *command->operands ? 0
				     : say_fail(EINVAL,
						"report takes files of results, as `%s scale "
						"--json=FILE` writes them",
						command->program->name);

	if (!ret)
		ret = outputs_check_operands(command);
	if (!ret)
		ret = report_read(command, &result);
	if (!ret)
		ret = report_conclude(&result, command->program);
	if (!ret)
		ret = outputs_write(command, &result, NULL, NULL);
	result_free(&result);
	return ret;
}
