/* compare OLD.json NEW.json: what became slower. */
#include "verb_compare_files.h"

#include <errno.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/study/regression.h"
#include "outputs.h"
#include "result_file.h"

static bool compare_is_result(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && !strcmp(name + length - 5, ".json") && !strstr(name, "://");
}

bool verb_compare_files_given(const struct command *command)
{
	char **names = command->operands;

	return names[0] && names[1] && !names[2] && compare_is_result(names[0]) &&
	       compare_is_result(names[1]);
}

/* What the verdicts are for a script. */
static int compare_judge(const struct regression *regression, size_t rows)
{
	int ret = 0;

	if (regression->slower)
		ret = say_fail(EIO, "%zu of %zu rows became slower", regression->slower, rows);
	if (regression->failed)
		ret = say_fail(EIO, "%zu of %zu rows failed", regression->failed, rows);
	if (!ret && regression->unclear)
		ret = say_fail(EDOM, "of %zu of %zu rows the samples cannot tell",
			       regression->unclear, rows);
	return ret;
}

int verb_compare_files(struct command *command)
{
	const struct regression_request request = { .tolerance = command->study.tolerance,
						    .force = command->study.force,
						    .cpu_bound = command->program->cpu_bound,
						    .before = command->operands[0],
						    .after = command->operands[1] };
	struct result before = { 0 }, after = { 0 }, result;
	struct regression regression;
	int ret = outputs_begin(&result, command, NULL);

	if (!ret)
		ret = outputs_check_operands(command);
	if (!ret)
		ret = result_file_read(&before, request.before);
	if (!ret)
		ret = result_file_read(&after, request.after);
	if (!ret)
		ret = result_summarise(&before);
	if (!ret)
		ret = result_summarise(&after);
	if (!ret)
		ret = regression_conclude(&result, &regression, &before, &after, &request);
	/* The hosts and the job of the new one are those of the comparison. */
	if (!ret) {
		result.hosts = after.hosts;
		result.host_count = after.host_count;
		after.hosts = NULL;
		after.host_count = 0;
		ret = metrics_copy(&result.job, &after.job);
	}
	if (!ret)
		ret = outputs_write(command, &result, NULL, NULL);
	if (!ret)
		ret = compare_judge(&regression, result.comparison_count);
	result_free(&before);
	result_free(&after);
	result_free(&result);
	return ret;
}
