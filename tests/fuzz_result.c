/* Any bytes as a result: what is read can be shown in every format, and is written and read back
 * equal. */
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/report/format.h"
#include "bench/result/json_read.h"
#include "bench/result/json_write.h"
#include "tests/difference.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

/* What a format writes: malloc'd. */
static char *written(const struct format *format, const struct result *result, size_t *length)
{
	static const struct look look = { .cpu_bound = true };
	char *text = NULL;
	FILE *file = open_memstream(&text, length);

	if (!file || format->write(file, result, &look) || fclose(file))
		abort();
	return text;
}

static void show(const struct result *result)
{
	static const struct format *const formats[] = { &format_text, &format_csv, &format_markdown,
							&format_extrap };
	size_t length;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		free(written(formats[i], result, &length));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	struct result result, again;

	say_setup("fuzz", SAY_LATER);
	if (!json_read(&result, (const char *)bytes, length, "fuzz")) {
		char *text = written(&format_json, &result, &length);

		if (json_read(&again, text, length, "fuzz") || result_difference(&result, &again))
			abort();
		result_free(&again);
		free(text);
		if (!result_check(&result, "fuzz"))
			show(&result);
	}
	result_free(&result);
	say_forget();
	return 0;
}
