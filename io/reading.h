/* From the lines of a list to downloads, each with a name for its file. */
#ifndef READING_H
#define READING_H

#include <stdbool.h>

#include "entry.h"
#include "list.h"
#include "manifest.h"
#include "names.h"

struct reading {
	bool lenient; /* a line that is wrong is said, and left out; otherwise it ends the job */
	bool naming;  /* files are saved */
	struct entry entry; /* the last one, of which more may be said */
	bool wrong;         /* it is left out */
	struct list list;   /* those before it */
	struct names names;
	struct manifest manifest;   /* sums for names, where the list has none */
	uint64_t renamed, left_out; /* so many had a name that was taken; were wrong */
	uint64_t unknown; /* so many have no sum, neither in the list nor in the manifest */
	char renamed_url[80], renamed_to[NAME_ROOM]; /* the first of them */
};

/* One operand, or a line of a list; where: "", or "FILE:LINE: ". Returns 0, -ENOMEM, or -EINVAL
 * having said what is wrong. */
int reading_add(struct reading *reading, const char *text, const char *where);

/* A line with space before it: it may say more of the one above it. Returns the same. */
int reading_add_more(struct reading *reading, const char *text, const char *where);

/* After the last line: says of which names there were several and how many have no sum, and hands
 * the list over. Returns 0 or -errno having said why. */
int reading_end(struct reading *reading, struct list *list);

void reading_free(struct reading *reading);

#endif
