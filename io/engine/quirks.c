/* Telling faults from versions. */
#include "quirks.h"

#include <curl/curl.h>

/* The library's that runs, not of the header that was compiled with: from <= version < until. */
static bool quirks_between(unsigned int from, unsigned int until)
{
	unsigned int version = curl_version_info(CURLVERSION_NOW)->version_num;

	return version >= from && version < until;
}

bool quirks_lonely_http2(void)
{
	return quirks_between(0x075800, 0x080000);
}
