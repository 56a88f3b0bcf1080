/* Telling faults from versions. */
#define _GNU_SOURCE
#include "quirks.h"

#include <dlfcn.h>
#include <string.h>

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

bool quirks_one_transfer_a_handle(void)
{
	return quirks_between(0x075300, 0x080100);
}

/* Of openssl/ssl.h: libcurl brought that library, and we need no more of it. */
enum { SSL_CB_READ_ALERT = 0x4004, SSL_AD_CLOSE_NOTIFY = 0 };
typedef void (*ssl_info)(const void *ssl, int where, int value);
typedef void (*ssl_set_info)(void *ssl_ctx, ssl_info info);

static _Thread_local bool *quirks_closed;

static ssl_set_info quirks_openssl(void)
{
	const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
	ssl_set_info set = NULL;

	if (library && !strncmp(library, "OpenSSL/", 8))
		*(void **)&set = dlsym(RTLD_DEFAULT, "SSL_CTX_set_info_callback");
	return set;
}

bool quirks_tells_closes(void)
{
	return quirks_openssl() != NULL;
}

static void quirks_on_info(const void *ssl, int where, int value)
{
	(void)ssl;
	if (where == SSL_CB_READ_ALERT && (value & 0xff) == SSL_AD_CLOSE_NOTIFY && quirks_closed)
		*quirks_closed = true;
}

CURLcode quirks_on_tls(CURL *easy, void *ssl_ctx, void *unused)
{
	ssl_set_info set = quirks_openssl();

	(void)easy, (void)unused;
	if (set)
		set(ssl_ctx, quirks_on_info);
	return CURLE_OK;
}

void quirks_expect_close(bool *closed)
{
	quirks_closed = closed;
}
