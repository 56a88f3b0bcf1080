/* Extra-P: its JSON Lines input, one measurement a line, to model how the time grows. */
#include "bench/result/document.h"

static int write(FILE *file, const struct document *document)
{
	for (size_t i = 0; i < document->run_count; i++) {
		const struct run *run = &document->runs[i];
		struct cell name = { 0 };

		run_show_name(document, run, &name);
		for (size_t j = 0; j < run->sample_count; j++)
			fprintf(file,
				"{\"params\":{\"p\":%u},\"callpath\":\"%s\",\"metric\":\"time\","
				"\"value\":%.9g}\n",
				run->workers * run->inflight, name.text, run->samples[j]);
	}
	return 0;
}

const struct format format_extrap = { .option = "extrap", .write = write };
