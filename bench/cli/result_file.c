/* Files of results. */
#define _GNU_SOURCE
#include "result_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/result/json_read.h"

int result_file_read(struct result *result, const char *name)
{
	FILE *file = fopen(name, "re");
	char *text = NULL;
	size_t room = 0;
	ssize_t length;
	int ret;

	*result = (struct result){ 0 };
	if (!file)
		return say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	length = getdelim(&text, &room, '\0', file);
	if (ferror(file) || (length < 0 && !feof(file)))
		ret = say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	else
		ret = json_read(result, length > 0 ? text : "", length > 0 ? (size_t)length : 0,
				name);
	free(text);
	fclose(file);
	return ret ? ret : result_check(result, name);
}
