/* What is shown of each download: before it, with --dry-run, and after. */
#ifndef BODIES_H
#define BODIES_H

#include <stdio.h>

#include "bench/result/table.h"
#include "bench/claim.h"
#include "bench/work.h"

/* Each URL, and the name of its file. */
void bodies_plan(FILE *file, const struct work *work);

/* A line for each that was whole, where there are not too many: of all, or of a chunk. */
void bodies_print(FILE *file, const struct work *work);
void bodies_print_chunk(FILE *file, const struct work *work, const struct chunk *chunk);

/* Says what became of all of them, and where the files are. */
void bodies_say(const struct work *work);

/* All of them, of a work that outlives the table; none of a bulk. */
struct table bodies_table(const struct work *work);

#endif
