/* Any bytes as a URL: the name of its file is one that could have been chosen. */
#include <stdlib.h>
#include <string.h>

#include "io/names.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	char *url = malloc(length + 1), name[NAME_ROOM];
	struct names names = { 0 };

	if (!url)
		return 0;
	memcpy(url, bytes, length);
	url[length] = '\0';
	names_of_url(name, url);
	if (names_wrong(name) || names_take(&names, name, url))
		abort();
	names_of_url(name, url);
	if (names_take(&names, name, url) != 1 || names_wrong(name))
		abort();
	names_free(&names);
	free(url);
	return 0;
}
