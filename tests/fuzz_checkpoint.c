/* Any bytes as a checkpoint: what is believed of them is whole, in bounds, and written as it was
 * read. */
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/team/checkpoint_text.h"
#include "compute/sumsq.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

/* The job that the corpus is of: the sum of 0 <= i < 1000, and that of 5 <= i < 10. */
static struct work *made_work(void)
{
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	if (tasks_add(&tasks, (struct task){ 0, 1000 }) ||
	    tasks_add(&tasks, (struct task){ 5, 10 }) || sumsq_new(&sumsq, &tasks, NULL))
		abort();
	return &sumsq->work;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	static struct work *work;
	struct work_range *ranges;
	struct parts parts;
	size_t whole, records, count, size, again;
	char *text;

	say_setup("fuzz", SAY_LATER);
	work = work ? work : made_work();
	parts_open(&parts, work);
	if (!checkpoint_text_parse((const char *)bytes, length, 1, &parts, &whole, &records)) {
		if (whole > length || parts.fresh.count != records)
			abort();
		text = checkpoint_text_parts(&parts, &parts.fresh, 1, &size);
		again = records ? (size_t)((const char *)memchr(bytes, '\n', length) -
					   (const char *)bytes) +
					  1
				: 0;
		if (records && (size != whole - again || memcmp(text, bytes + again, size)))
			abort();
		free(text);
		if (!parts_settle(&parts)) {
			if (parts_items(&parts) > work->items ||
			    parts_missing(&parts, &ranges, &count))
				abort();
			free(ranges);
		}
	}
	parts_close(&parts);
	say_forget();
	return 0;
}
