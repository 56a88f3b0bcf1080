/* Files of results, as operands. */
#ifndef RESULT_FILE_H
#define RESULT_FILE_H

#include "bench/result/result.h"

/* Reads a result from a file. *result is to be freed in any case. Returns 0, or -errno having said
 * why. */
int result_file_read(struct result *result, const char *name);

#endif
