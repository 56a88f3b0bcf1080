/* A file of sums as sha256sum has them: 64 digits, two spaces or a space and a star, a name. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stddef.h>

#include "io/engine/checksum.h"

struct manifest_line {
	char *name;
	char sum[CHECKSUM_TEXT];
};

struct manifest {
	const char *path;            /* of the file, once it is read */
	struct manifest_line *lines; /* in the order of their names */
	size_t count, room;
};

/* Of zeroes at first. Returns 0, -ENOMEM, or -EINVAL having said which line is wrong, or that two
 * contradict each other. */
int manifest_read(struct manifest *manifest, const char *path);

/* The sum of a name; "" if it has none. */
const char *manifest_find(const struct manifest *manifest, const char *name);

void manifest_free(struct manifest *manifest);

#endif
