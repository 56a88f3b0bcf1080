/* Reading sums. */
#define _GNU_SOURCE
#include "manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/say.h"

static int manifest_take(struct manifest *manifest, const char *line, const char *path,
			 size_t number)
{
	enum { DIGITS = CHECKSUM_TEXT - 1 };
	struct manifest_line *into;

	if (array_reserve(&manifest->lines, &manifest->room, manifest->count + 1))
		return -ENOMEM;
	into = &manifest->lines[manifest->count];
	if (strlen(line) < DIGITS + 3 || line[DIGITS] != ' ' ||
	    (line[DIGITS + 1] != ' ' && line[DIGITS + 1] != '*') ||
	    !checksum_read(into->sum, line, DIGITS))
		return say_fail(EINVAL,
				"%s:%zu: no line of sha256sum's: 64 hexadecimal digits, two "
				"spaces and a name",
				path, number);
	line += DIGITS + 2;
	into->name = strdup(strncmp(line, "./", 2) ? line : line + 2);
	if (!into->name)
		return -ENOMEM;
	manifest->count++;
	return 0;
}

static int manifest_order(const void *one, const void *other)
{
	return strcmp(((const struct manifest_line *)one)->name,
		      ((const struct manifest_line *)other)->name);
}

/* One name, one sum. */
static int manifest_check(const struct manifest *manifest, const char *path)
{
	for (size_t i = 1; i < manifest->count; i++) {
		const struct manifest_line *line = &manifest->lines[i];

		if (!manifest_order(line - 1, line) && strcmp(line[-1].sum, line->sum))
			return say_fail(EINVAL, "%s has two sums for %.*s", path, SAY_WORD,
					line->name);
	}
	return 0;
}

int manifest_read(struct manifest *manifest, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0, number = 0;
	int ret = 0;

	if (!file)
		return say_fail(EINVAL, "--manifest %s cannot be read: %s", path, strerror(errno));
	while (!ret && getline(&line, &room, file) > 0) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (*line && *line != '#')
			ret = manifest_take(manifest, line, path, number);
	}
	if (!ret && ferror(file))
		ret = say_fail(EINVAL, "--manifest %s cannot be read: %s", path, strerror(errno));
	free(line);
	fclose(file);
	if (ret)
		return ret;
	manifest->path = path;
	if (manifest->count)
		qsort(manifest->lines, manifest->count, sizeof(*manifest->lines), manifest_order);
	return manifest_check(manifest, path);
}

const char *manifest_find(const struct manifest *manifest, const char *name)
{
	const struct manifest_line wanted = { .name = (char *)name }, *found;

	if (!manifest->count)
		return "";
	found = bsearch(&wanted, manifest->lines, manifest->count, sizeof(*manifest->lines),
			manifest_order);
	return found ? found->sum : "";
}

void manifest_free(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		free(manifest->lines[i].name);
	free(manifest->lines);
	*manifest = (struct manifest){ 0 };
}
