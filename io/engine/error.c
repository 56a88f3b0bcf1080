/* Kinds of failures, told from libcurl's codes. */
#include "error.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "fetch.h"

const struct error_name error_names[FETCH_ERRORS] = {
	[FETCH_OK] = { "succeeded", "succeeded" },
	[FETCH_UNRESOLVED] = { "name not resolved", "name_not_resolved" },
	[FETCH_UNCONNECTED] = { "could not connect", "could_not_connect" },
	[FETCH_UNTRUSTED] = { "TLS not trusted", "tls_not_trusted" },
	[FETCH_TLS] = { "TLS failed", "tls_failed" },
	[FETCH_TIMEOUT] = { "timed out", "timed_out" },
	[FETCH_REDIRECTS] = { "redirect loop", "redirect_loop" },
	[FETCH_SCHEME] = { "redirected to another scheme", "redirected_scheme" },
	[FETCH_SHORT] = { "body too short", "body_too_short" },
	[FETCH_LARGE] = { "too large", "too_large" },
	[FETCH_BROKEN] = { "broken off", "broken_off" },
	[FETCH_HTTP_4XX] = { "HTTP 4xx", "http_4xx" },
	[FETCH_HTTP_5XX] = { "HTTP 5xx", "http_5xx" },
	[FETCH_OTHER] = { "other", "other" },
};

enum fetch_error error_of(int code, const struct outcome *outcome, bool too_large)
{
	switch ((CURLcode)code) {
	case CURLE_OK:
		return outcome->status >= 500   ? FETCH_HTTP_5XX
		       : outcome->status >= 400 ? FETCH_HTTP_4XX
		       /* A part, or a redirect to nowhere: neither was asked for. */
		       : outcome->status == 206 || outcome->status >= 300 ? FETCH_OTHER
									  : FETCH_OK;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return FETCH_UNRESOLVED;
	case CURLE_COULDNT_CONNECT:
		return FETCH_UNCONNECTED;
	case CURLE_PEER_FAILED_VERIFICATION:
		return FETCH_UNTRUSTED;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CERTPROBLEM:
		return FETCH_TLS;
	case CURLE_OPERATION_TIMEDOUT:
		return FETCH_TIMEOUT;
	case CURLE_TOO_MANY_REDIRECTS:
		return FETCH_REDIRECTS;
	case CURLE_UNSUPPORTED_PROTOCOL:
		/* Also of bytes that are no HTTP. */
		return outcome->status ? FETCH_SCHEME : FETCH_BROKEN;
	case CURLE_PARTIAL_FILE:
		return FETCH_SHORT;
	case CURLE_FILESIZE_EXCEEDED:
		return FETCH_LARGE;
	case CURLE_WRITE_ERROR:
		return too_large ? FETCH_LARGE : FETCH_OTHER;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return FETCH_BROKEN;
	default:
		return FETCH_OTHER;
	}
}

const char *error_reason(const struct outcome *outcome, char text[ERROR_REASON])
{
	enum fetch_error error = outcome->error;

	/* An answer that came whole, and was not what was asked for. */
	if (error == FETCH_OTHER && outcome->code == CURLE_OK)
		error = FETCH_HTTP_5XX;
	switch (error) {
	case FETCH_HTTP_4XX:
	case FETCH_HTTP_5XX:
		snprintf(text, ERROR_REASON, "HTTP %u", outcome->status);
		break;
	case FETCH_UNTRUSTED:
		/* OpenSSL's word for it; below 2 it found nothing wrong with the certificate. */
		snprintf(text, ERROR_REASON, "%s",
			 outcome->os_error > 1
				 ? "no authority that is trusted vouches for it: see --cacert"
				 : "its certificate is for another host");
		break;
	case FETCH_REDIRECTS:
		snprintf(text, ERROR_REASON, "redirected over %d times", FETCH_REDIRECTS_MAX);
		break;
	case FETCH_LARGE:
		snprintf(text, ERROR_REASON, "more than --max-filesize allows");
		break;
	case FETCH_TIMEOUT:
		snprintf(text, ERROR_REASON, "%s",
			 outcome->bytes || outcome->status ? "stalled after its answer began"
							   : "no answer in time");
		break;
	case FETCH_BROKEN:
		if (outcome->code == CURLE_UNSUPPORTED_PROTOCOL) {
			snprintf(text, ERROR_REASON, "the answer is not HTTP");
			break;
		}
		/* fall through */
	default:
		snprintf(text, ERROR_REASON, "%s",
			 outcome->os_error ? strerror(outcome->os_error)
					   : curl_easy_strerror((CURLcode)outcome->code));
	}
	return text;
}
