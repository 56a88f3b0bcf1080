/* Any bytes as lines of a list: what is taken has a URL, and a name that leads nowhere. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "io/reading.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

static void read_back(const struct list *list)
{
	struct list_text text = { 0 };
	struct url url;

	for (uint64_t i = 0; i < list->count; i++)
		if (list_read(list, i, 0, &text, &url) || strncmp(url.text, "http", 4) ||
		    names_wrong(url.name) || !url.mirrors || url.size < -1)
			abort();
	free(text.bytes);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	struct reading reading = { .lenient = true, .naming = true };
	char *copy = malloc(length + 1), *rest = copy, *line;
	struct list list = { 0 };

	if (!copy)
		return 0;
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	say_setup("fuzz", SAY_LATER);
	entry_clear(&reading.entry);
	while ((line = strsep(&rest, "\n"))) {
		if (*line == ' ')
			reading_add_more(&reading, line + 1, "fuzz:1: ");
		else if (*line)
			reading_add(&reading, line, "fuzz:1: ");
	}
	if (!reading_end(&reading, &list))
		read_back(&list);
	list_free(&list);
	reading_free(&reading);
	say_forget();
	free(copy);
	return 0;
}
