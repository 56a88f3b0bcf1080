/* Faults of the libcurl that is there, and the version that ends each. */
#ifndef QUIRKS_H
#define QUIRKS_H

#include <stdbool.h>

#include <curl/curl.h>

/* A second transfer on a connection of HTTP/2 without TLS sends the preface again, and fails:
 * 7.88.0 to 7.88.1 (curl issue 10634, mended in 8.0.0). */
bool quirks_lonely_http2(void);

/* A handle must not serve a second transfer: a head that begins with a folded line is joined to a
 * header of the transfer before, which was freed: 7.83.0 to 8.0.1 (curl issue 11101, mended in
 * 8.1.0). curl_easy_reset() does not help. A handle that serves for ever also uses up the five
 * connections that may die under it: they are counted for its life. */
bool quirks_one_transfer_a_handle(void);

/*
 * libcurl takes the end of a TCP connection for TLS's own close: no version ends that. So a body of
 * no announced length may have been cut off by anybody. OpenSSL tells of what it reads.
 *
 * quirks_tells_closes(): whether it is there to tell. quirks_on_tls() is for
 * CURLOPT_SSL_CTX_FUNCTION. quirks_expect_close(): where this thread is to note, from now on, that
 * TLS's own close was read.
 */
bool quirks_tells_closes(void);
CURLcode quirks_on_tls(CURL *easy, void *ssl_ctx, void *unused);
void quirks_expect_close(bool *closed);

#endif
