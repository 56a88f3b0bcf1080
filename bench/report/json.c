/* JSON: the result itself. */
#include "bench/result/json_write.h"
#include "format.h"

static int json_report(FILE *file, const struct result *result, const struct look *look)
{
	(void)look;
	return json_write(file, result);
}

const struct format format_json = { .option = "json", .write = json_report };
