/* Files of results, as operands. */
#ifndef RESULT_FILE_H
#define RESULT_FILE_H

#include "bench/result/result.h"

/* Reads a result, and checks it (result_check). *result is to be freed in any case. Returns 0;
 * -EINVAL having said what is wrong with the file; or -ENOMEM. */
int result_file_read(struct result *result, const char *name);

#endif
