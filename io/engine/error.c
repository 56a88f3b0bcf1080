/* Kinds of failures, told from libcurl's codes. */
#include "error.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "fetch.h"
#include "timeouts.h"

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
	[FETCH_HEAD] = { "head too large", "head_too_large" },
	[FETCH_LENGTH] = { "length contradicts itself", "length_contradicts_itself" },
	[FETCH_WRONG] = { "not what its seed makes it", "not_as_seeded" },
	[FETCH_SUM] = { "not as its sum or size", "not_as_summed" },
	[FETCH_CODED] = { "coded unasked", "coded_unasked" },
	[FETCH_UNSAVED] = { "could not be saved", "not_saved" },
	[FETCH_NOT_HTTP] = { "not HTTP", "not_http" },
	[FETCH_BROKEN] = { "broken off", "broken_off" },
	[FETCH_PROXY] = { "refused by the proxy", "refused_by_proxy" },
	[FETCH_HTTP_4XX] = { "HTTP 4xx", "http_4xx" },
	[FETCH_HTTP_5XX] = { "HTTP 5xx", "http_5xx" },
	[FETCH_STATUS] = { "unexpected status", "unexpected_status" },
	[FETCH_OTHER] = { "other", "other" },
};

/* An answer came whole. A part, a redirect to nowhere, a word before the answer: none of them is
 * what was asked for. */
static enum fetch_error error_of_status(unsigned int status)
{
	if (status == 407)
		return FETCH_PROXY;
	if (status >= 400 && status < 500)
		return FETCH_HTTP_4XX;
	if (status >= 500 && status < 600)
		return FETCH_HTTP_5XX;
	return status < 200 || status == 206 || status >= 300 ? FETCH_STATUS : FETCH_OK;
}

enum fetch_error error_of(int code, unsigned int status)
{
	/* The server goes on in another language. */
	if (status == 101)
		return FETCH_STATUS;
	switch ((CURLcode)code) {
	case CURLE_OK:
		return error_of_status(status);
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
	case CURLE_UNSUPPORTED_PROTOCOL: /* that bytes are HTTP/0.9 */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_FUNCTION_ARGUMENT: /* that a head begins with a folded line */
		return FETCH_NOT_HTTP;
	case CURLE_PARTIAL_FILE: /* also of a stream whose connection was lost */
		return status ? FETCH_SHORT : FETCH_BROKEN;
	case CURLE_FILESIZE_EXCEEDED:
		return FETCH_LARGE;
	case CURLE_OUT_OF_MEMORY:
		return FETCH_OTHER;
	case CURLE_PROXY:
		return FETCH_PROXY;
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

/* What OpenSSL's X509_V_ERR_ has for a certificate. */
static const char *error_trust(unsigned int verdict)
{
	switch (verdict) {
	case 0: /* nothing is wrong with the certificate itself */
	case 1:
	case 62:
		return "its certificate is for another host";
	case 9:
		return "its certificate is not valid yet";
	case 10:
		return "its certificate has expired";
	case 18:
		return "its certificate is vouched for by itself alone: see --cacert";
	case 23:
		return "its certificate was revoked";
	default:
		return "no authority that is trusted vouches for it: see --cacert";
	}
}

static const char *error_timeout(const struct outcome *outcome)
{
	switch ((enum timeouts_end)outcome->os_error) {
	case TIMEOUTS_CONNECT:
		return "no connection in time: see --connect-timeout";
	case TIMEOUTS_TRANSFER:
		return "not over in time: see --transfer-timeout";
	case TIMEOUTS_RUN:
		return "not over when the run was: see --max-time";
	default:
		return outcome->bytes || outcome->status ? "stalled after its answer began"
							 : "no answer in time";
	}
}

/* Why there is no file. */
static const char *error_unsaved(unsigned int err)
{
	switch (err) {
	case ELOOP:
		return "a link, or no file, is in its place";
	case EISDIR:
		return "a folder is in its place";
	case EBUSY:
		return "another process is saving it";
	case EEXIST:
		return "such a file came meanwhile";
	default:
		return strerror((int)err);
	}
}

static const char *error_other(const struct outcome *outcome)
{
	return outcome->os_error ? strerror(outcome->os_error)
				 : curl_easy_strerror((CURLcode)outcome->code);
}

/* Those that redirects are known to name: of pages that are meant for browsers, mostly. */
static const char *const error_schemes[] = { "javascript", "data",  "file", "ftp", "ftps",
					     "mailto",     "about", "blob", "ws",  "wss" };

enum { SCHEMES = sizeof(error_schemes) / sizeof(error_schemes[0]) };

static bool error_is_scheme(const char *text, size_t length, const char *scheme)
{
	return strlen(scheme) == length && !strncasecmp(text, scheme, length);
}

unsigned char error_scheme(const char *to, size_t length)
{
	size_t name = 0;

	while (name < length && (isalnum((unsigned char)to[name]) || memchr("+-.", to[name], 3)))
		name++;
	if (!name || name == length || to[name] != ':' || !isalpha((unsigned char)to[0]) ||
	    error_is_scheme(to, name, "http") || error_is_scheme(to, name, "https"))
		return ERROR_FOLLOWED;
	for (size_t i = 0; i < SCHEMES; i++)
		if (error_is_scheme(to, name, error_schemes[i]))
			return (unsigned char)(ERROR_ELSEWHERE + 1 + i);
	return ERROR_ELSEWHERE;
}

static void error_say_scheme(unsigned int scheme, char text[ERROR_REASON])
{
	unsigned int named = scheme - ERROR_ELSEWHERE - 1;

	if (scheme == ERROR_DOWNGRADE)
		snprintf(text, ERROR_REASON, "redirected from https to http: see --downgrade");
	else
		snprintf(text, ERROR_REASON, "redirected to %s: only http and https are followed",
			 named < SCHEMES ? error_schemes[named] : "another scheme");
}

/* NULL where a status says more. */
static const char *error_words(const struct outcome *outcome)
{
	switch ((enum fetch_error)outcome->error) {
	case FETCH_PROXY:
	case FETCH_HTTP_4XX:
	case FETCH_HTTP_5XX:
	case FETCH_STATUS:
		return outcome->status ? NULL : error_other(outcome);
	case FETCH_UNTRUSTED:
		return error_trust(outcome->os_error);
	case FETCH_SHORT:
		return outcome->code ? error_other(outcome)
				     : "cut off: its end is not that of TLS, and has no length";
	case FETCH_BROKEN:
		return outcome->code ? error_other(outcome) : "cut off within its head";
	case FETCH_LARGE:
		return "more than --max-filesize allows";
	case FETCH_HEAD:
		return "its headers or trailers do not end";
	case FETCH_LENGTH:
		return "its Content-Length is no length, or more than one";
	case FETCH_WRONG:
		return "its bytes are not those of the server's seed";
	case FETCH_SUM:
		return outcome->flags & OUTCOME_THERE
			       ? "the file that is there is another: see --clobber"
		       : outcome->os_error ? "its size is not the one in the list"
					   : "its SHA-256 is not the one in the list";
	case FETCH_CODED:
		return "its transfer is coded, which nobody asked for";
	case FETCH_UNSAVED:
		return error_unsaved(outcome->os_error);
	case FETCH_NOT_HTTP:
		return "the answer is not HTTP";
	case FETCH_TIMEOUT:
		return error_timeout(outcome);
	default:
		return error_other(outcome);
	}
}

const char *error_reason(const struct outcome *outcome, char text[ERROR_REASON])
{
	const char *words = error_words(outcome);

	if (outcome->error == FETCH_REDIRECTS)
		snprintf(text, ERROR_REASON, "redirected over %d times", FETCH_REDIRECTS_MAX);
	else if (outcome->error == FETCH_SCHEME)
		error_say_scheme(outcome->os_error, text);
	else if (words)
		snprintf(text, ERROR_REASON, "%s", words);
	else
		snprintf(text, ERROR_REASON, "HTTP %u", outcome->status);
	return text;
}
