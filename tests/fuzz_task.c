/* Any text as a task: what is taken is written as it is read, and refused texts are only
 * refused. */
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "compute/closed_form.h"
#include "compute/tasks.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	char *text = malloc(length + 1), again[TASK_TEXT];
	struct task task, same;
	u128 sum;

	if (!text)
		return 0;
	memcpy(text, bytes, length);
	text[length] = '\0';
	say_setup("fuzz", SAY_LATER);
	if (!tasks_parse(&task, text, "")) {
		tasks_format(&task, again);
		if (task.begin > task.end || task.end > END_MAX ||
		    closed_form(&sum, task.begin, task.end) || tasks_parse(&same, again, "") ||
		    same.begin != task.begin || same.end != task.end)
			abort();
	}
	say_forget();
	free(text);
	return 0;
}
