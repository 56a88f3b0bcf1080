/* Extra-P: its JSON Lines input, one measurement a line, to model how the time grows. */
#include "bench/result/columns.h"
#include "format.h"

static int extrap_write(FILE *file, const struct result *result, const struct look *look)
{
	(void)look;
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];
		struct cell name = { 0 };

		columns_name(&name, result, row);
		for (size_t j = 0; j < row->sample_count; j++)
			fprintf(file,
				"{\"params\":{\"p\":%u},\"callpath\":\"%s\",\"metric\":\"time\","
				"\"value\":%.9g}\n",
				row->workers * row->inflight, name.text, row->samples[j].seconds);
	}
	return 0;
}

const struct format format_extrap = { .option = "extrap", .write = extrap_write };
