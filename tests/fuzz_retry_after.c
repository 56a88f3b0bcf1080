/* Any bytes as a Retry-After: none asks for more than is given, and none is read beyond its end. */
#include <stdlib.h>
#include <string.h>

#include "io/engine/retry.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	/* Of just its size, so that whoever reads beyond it is seen. */
	char *text = malloc(length ? length : 1);
	int seconds;

	if (!text)
		return 0;
	memcpy(text, bytes, length);
	seconds = retry_after(text, length, 1700000000);
	if (seconds < -1 || seconds > RETRY_AFTER_MAX)
		abort();
	retry_date(text, length);
	free(text);
	return 0;
}
