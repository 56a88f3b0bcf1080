/* Describing what came of a transfer. */
#include "outcome.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/base/clock.h"
#include "error.h"
#include "shared.h"
#include "sockets.h"
#include "transfer.h"

static uint32_t outcome_phase(CURL *easy, CURLINFO begin, CURLINFO end)
{
	curl_off_t from = 0, to = 0;

	if (begin != CURLINFO_NONE)
		curl_easy_getinfo(easy, begin, &from);
	curl_easy_getinfo(easy, end, &to);
	return to > from ? to - from > UINT32_MAX ? UINT32_MAX : (uint32_t)(to - from) : 0;
}

static uint8_t outcome_byte(long number)
{
	return number < 0 ? 0 : number > UINT8_MAX ? UINT8_MAX : (uint8_t)number;
}

static uint8_t outcome_version(CURL *easy)
{
	long number = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &number);
	switch (number) {
	case CURL_HTTP_VERSION_1_0:
		return 10;
	case CURL_HTTP_VERSION_1_1:
		return 11;
	case CURL_HTTP_VERSION_2_0:
		return 20;
	default:
		return 0;
	}
}

/* Whether the port that was connected to is another than the URL's: then it is a proxy's. */
static bool outcome_is_proxied(CURL *easy)
{
	long tunnel = 0, port = 0, wanted;
	const char *url = "", *host;

	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	wanted = !strncasecmp(url, "https:", 6) ? 443 : 80;
	host = strstr(url, "://");
	host = host ? host + 3 : url;
	host += *host == '[' ? strcspn(host, "]") : 0;
	host += strcspn(host, ":/?#");
	if (*host == ':')
		wanted = strtol(host + 1, NULL, 10);
	return tunnel || (port && port != wanted);
}

/* Whether the URL that it came to has that scheme. */
static bool outcome_goes_to(const struct transfer *transfer, const char *scheme)
{
	const char *url = "";

	curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &url);
	return !strncasecmp(url, scheme, strlen(scheme));
}

/* libcurl names the URL of a redirect that it knows of, and does not follow. */
static bool outcome_is_downgrade(const struct transfer *transfer)
{
	return transfer->secure && outcome_goes_to(transfer, "http:");
}

/* Whether the end of the connection was the end of the body, and not TLS's own. */
static bool outcome_is_cut(const struct transfer *transfer)
{
	const struct sockets *sockets = transfer->home->sockets;
	const struct head *head = &transfer->head;
	long port = 0;

	if (!transfer->home->tells_closes || head->http2 || head->chunked || head->length >= 0 ||
	    head->status == 204 || head->status == 304 || !outcome_goes_to(transfer, "https:"))
		return false;
	curl_easy_getinfo(transfer->easy, CURLINFO_LOCAL_PORT, &port);
	return port > 0 && port <= UINT16_MAX && !sockets->by_port[port].closed && !sockets->closed;
}

static enum fetch_error outcome_error(struct transfer *transfer, CURLcode code)
{
	if (transfer->refused)
		return transfer->refused;
	/* libcurl takes a connection that closes within a head for the end of the answer. */
	if (!code && transfer->head.open)
		return FETCH_BROKEN;
	if (!code && outcome_is_cut(transfer))
		return FETCH_SHORT;
	if (!code && transfer->body.wrong)
		return FETCH_WRONG;
	/* Bytes that are no HTTP have the same code as a redirect to where we do not go. */
	if (code == CURLE_UNSUPPORTED_PROTOCOL && transfer->head.status / 100 == 3 &&
	    (transfer->asking.scheme || outcome_is_downgrade(transfer)))
		return FETCH_SCHEME;
	return error_of(code, transfer->outcome.status);
}

static void outcome_note_phases(struct outcome *outcome, CURL *easy)
{
	if (outcome->connections) {
		outcome->resolve_us =
			outcome_phase(easy, CURLINFO_NONE, CURLINFO_NAMELOOKUP_TIME_T);
		outcome->connect_us =
			outcome_phase(easy, CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T);
		outcome->tls_us =
			outcome_phase(easy, CURLINFO_CONNECT_TIME_T, CURLINFO_APPCONNECT_TIME_T);
		shared_looked_up(outcome->connections);
	}
	outcome->first_byte_us =
		outcome_phase(easy, CURLINFO_PRETRANSFER_TIME_T, CURLINFO_STARTTRANSFER_TIME_T);
}

/* What else there is to say of a failure, as error.c reads it. */
static uint8_t outcome_cause(const struct transfer *transfer, enum timeouts_end limit)
{
	enum fetch_error error = transfer->outcome.error;
	long number = 0;

	if (error == FETCH_SUM || error == FETCH_UNSAVED)
		return outcome_byte(-transfer->saving.error);
	if (error == FETCH_TIMEOUT)
		return (uint8_t)limit;
	if (error == FETCH_SCHEME)
		return transfer->asking.scheme ? transfer->asking.scheme : ERROR_DOWNGRADE;
	if (error == FETCH_UNTRUSTED)
		curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &number);
	else if (error == FETCH_UNCONNECTED)
		curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
	return outcome_byte(number);
}

/* What became of the body, and of its file. */
static void outcome_note_file(struct transfer *transfer)
{
	struct outcome *outcome = &transfer->outcome;
	struct saving *saving = &transfer->saving;

	outcome->error = saving_end(saving, &transfer->head, &transfer->body, &transfer->url,
				    outcome->error);
	/* What was there is compared as well, as it is read back. */
	if (!outcome->error && transfer->body.wrong) {
		outcome->error = FETCH_WRONG;
		sink_drop(&saving->sink);
	}
	outcome->bytes = transfer->body.bytes - saving->kept;
	outcome->hash = body_hash(&transfer->body);
	outcome->flags = (transfer->body.checked ? OUTCOME_CHECKED : 0) |
			 (saving->kept ? OUTCOME_RESUMED : 0) |
			 (sink_is_open(&saving->sink) ? OUTCOME_SAVED : 0);
}

void outcome_fill_unasked(struct transfer *transfer, enum fetch_error verdict, int why)
{
	struct outcome *outcome = &transfer->outcome;

	outcome->total_ns = clock_ns() - outcome->start_ns;
	outcome->error = verdict;
	outcome->flags = why > 0 ? OUTCOME_THERE : 0;
	if (why < 0)
		outcome->os_error = outcome_byte(-why);
	else
		outcome->os_error = outcome_byte(-transfer->saving.error);
}

void outcome_fill(struct transfer *transfer, CURLcode code, enum timeouts_end limit)
{
	struct outcome *outcome = &transfer->outcome;
	CURL *easy = transfer->easy;
	long status = 0, tunnel = 0, connections = 0;
	struct watch *watch;

	outcome->total_ns = clock_ns() - outcome->start_ns;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
	outcome->status = (uint16_t)status;
	outcome->http = outcome_version(easy);
	outcome->connections = outcome_byte(connections);
	outcome_note_phases(outcome, easy);
	outcome->error = outcome_error(transfer, code);
	outcome_note_file(transfer);
	outcome->code = outcome_byte(code);
	if (transfer->home->proxies && outcome_is_proxied(easy))
		outcome->flags |= OUTCOME_PROXIED;
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (code && !status && tunnel >= 300) {
		outcome->status = (uint16_t)tunnel;
		outcome->error = FETCH_PROXY;
	}
	outcome->os_error = outcome_cause(transfer, limit);
	if (outcome->http == 20) {
		watch = sockets_find(transfer->home->sockets, transfer_socket(transfer));
		if (watch)
			watch->http2 = true;
	}
}
