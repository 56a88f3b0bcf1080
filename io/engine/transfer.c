/*
 * Setting up a handle, taking in what comes, and describing it. What made the difference is noted
 * where it is done; the figures are requests a second against nginx on loopback, 1.5 kB a body.
 */
#include "transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/base/clock.h"
#include "error.h"
#include "quirks.h"
#include "shared.h"
#include "sockets.h"

/* Bytes/s: less is a stall. */
enum { SPEED_MIN = 10 };

/* Bytes that one transfer may read at once, and all of a loop together: small reads took a 1 GB
 * body from 1.0 to 0.7 of curl's rate, and large ones cost small bodies 2 %. */
enum { BUFFER_MIN = 16 << 10, BUFFER_MAX = 256 << 10, BUFFERS = 16 << 20 };

static size_t transfer_on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	uint64_t most = transfer->home->options->max_filesize;
	size_t length = size * count;

	if (most && transfer->body.bytes + length > most) {
		transfer->too_large = true;
		return 0;
	}
	body_take(&transfer->body, transfer->easy, bytes, length);
	transfer->home->stirred = transfer->home->multiplexed;
	return length;
}

/* The head of an answer, the last one of several, says whether we know the body that follows. */
static size_t transfer_on_header(char *line, size_t size, size_t count, void *context)
{
	static const char name[] = "corescale-seed:";
	enum { NAME = sizeof(name) - 1 };
	struct transfer *transfer = context;
	size_t length = size * count;
	char value[32];

	if (length > 5 && !memcmp(line, "HTTP/", 5)) {
		const char *space = memchr(line, ' ', length);

		if (length > 6 && line[5] == '2')
			transfer->home->multiplexed = transfer->home->stirred = true;
		transfer->body.seeded = false;
		transfer->ok = space && line + length - space > 4 && !memcmp(space, " 200", 4);
	} else if (length > NAME && !strncasecmp(line, name, NAME)) {
		snprintf(value, sizeof(value), "%.*s", (int)(length - NAME), line + NAME);
		transfer->body.seed = strtoull(value, NULL, 10);
		transfer->body.seeded = transfer->ok;
	}
	return length;
}

static long transfer_buffer(unsigned int slots)
{
	long size = BUFFERS / (long)slots;

	return size < BUFFER_MIN ? BUFFER_MIN : size > BUFFER_MAX ? BUFFER_MAX : size;
}

/*
 * Whom to trust. libcurl keeps the authorities that it has read for the next connection only where
 * no directory of them is searched as well; to read a system's file takes some 25 ms of CPU time.
 */
static void transfer_set_up_tls(CURL *easy, const struct fetch_options *options)
{
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->insecure ? 0L : 2L);
	if (options->cacert)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->cacert);
	if (options->cacert || curl_version_info(CURLVERSION_NOW)->cainfo)
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

/* What is the same for all transfers of a handle. */
static void transfer_set_up(struct transfer *transfer)
{
	static const long versions[] = {
		[FETCH_HTTP_AUTO] = CURL_HTTP_VERSION_2TLS,
		[FETCH_HTTP_ONE] = CURL_HTTP_VERSION_1_1,
		[FETCH_HTTP_TWO] = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
	};
	const struct fetch_options *options = transfer->home->options;
	CURL *easy = transfer->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_SHARE, shared_handle());
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "fetchall");
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, transfer_buffer(transfer->home->slots));
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS_MAX);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, versions[options->http]);
	transfer_set_up_tls(easy, options);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(options->connect_timeout * 1000 + 0.5));
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SPEED_MIN);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(options->stall_timeout + 0.999));
	if (options->max_filesize)
		curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
				 (curl_off_t)options->max_filesize);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, transfer_on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, transfer_on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, sockets_create);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer->home->sockets);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, sockets_destroy);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->home->sockets);
}

int transfer_open(struct transfer *transfer, struct transfer_home *home)
{
	transfer->home = home;
	transfer->easy = curl_easy_init();
	if (!transfer->easy || body_open(&transfer->body))
		return -ENOMEM;
	transfer_set_up(transfer);
	return 0;
}

void transfer_close(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->easy);
	body_close(&transfer->body);
}

static CURLcode transfer_set_login(struct transfer *transfer, const struct url *url)
{
	bool wanted = *url->user || *url->password;
	CURLcode code = CURLE_OK;

	if (wanted || transfer->has_login) {
		code = curl_easy_setopt(transfer->easy, CURLOPT_USERNAME,
					wanted ? url->user : NULL);
		if (!code)
			code = curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD,
						wanted ? url->password : NULL);
	}
	transfer->has_login = wanted;
	return code;
}

/* Whether a URL names this host by its loopback: a proxy could not know which host that is. */
static bool transfer_is_here(const char *url)
{
	const char *host = strstr(url, "://") + 3;

	return (!strncmp(host, "127.", 4) && strchr(":/", host[strspn(host, "0123456789.")])) ||
	       !strncmp(host, "[::1]", 5) ||
	       (!strncmp(host, "localhost", 9) && strchr(":/", host[9]));
}

int transfer_begin(struct transfer *transfer, const struct url *url)
{
	enum fetch_http http = transfer->home->options->http;
	/* Where streams may share a connection, wait whether they do before opening another. */
	bool tls = !strncmp(url->text, "https:", 6),
	     lonely = http == FETCH_HTTP_TWO && !tls && quirks_lonely_http2(),
	     may_share = !lonely && (http == FETCH_HTTP_TWO || (http == FETCH_HTTP_AUTO && tls));
	CURLcode code = curl_easy_setopt(transfer->easy, CURLOPT_URL, url->text);

	if (!code)
		code = transfer_set_login(transfer, url);
	if (code)
		return -ENOMEM;
	curl_easy_setopt(transfer->easy, CURLOPT_PROXY, transfer_is_here(url->text) ? "" : NULL);
	curl_easy_setopt(transfer->easy, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
	if (http == FETCH_HTTP_TWO) {
		curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, lonely ? 1L : 0L);
		curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, lonely ? 1L : 0L);
	}
	transfer->outcome = (struct outcome){ .start_ns = clock_ns() };
	transfer->too_large = false;
	body_begin(&transfer->body);
	return 0;
}

static uint32_t transfer_phase(CURL *easy, CURLINFO begin, CURLINFO end)
{
	curl_off_t from = 0, to = 0;

	if (begin != CURLINFO_NONE)
		curl_easy_getinfo(easy, begin, &from);
	curl_easy_getinfo(easy, end, &to);
	return to > from ? to - from > UINT32_MAX ? UINT32_MAX : (uint32_t)(to - from) : 0;
}

static uint8_t transfer_byte(long number)
{
	return number < 0 ? 0 : number > UINT8_MAX ? UINT8_MAX : (uint8_t)number;
}

static uint8_t transfer_version(CURL *easy)
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

void transfer_end(struct transfer *transfer, CURLcode code)
{
	struct outcome *outcome = &transfer->outcome;
	CURL *easy = transfer->easy;
	long number = 0;

	outcome->total_ns = clock_ns() - outcome->start_ns;
	outcome->bytes = transfer->body.bytes;
	outcome->hash = body_hash(&transfer->body);
	if (transfer->body.checked)
		outcome->flags |= OUTCOME_CHECKED;
	if (transfer->body.wrong)
		outcome->flags |= OUTCOME_WRONG;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &number);
	outcome->status = (uint16_t)number;
	outcome->error = error_of(code, outcome, transfer->too_large);
	outcome->code = transfer_byte(code);
	outcome->http = transfer_version(easy);
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &number);
	outcome->connections = transfer_byte(number);
	if (number) {
		outcome->resolve_us =
			transfer_phase(easy, CURLINFO_NONE, CURLINFO_NAMELOOKUP_TIME_T);
		outcome->connect_us =
			transfer_phase(easy, CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T);
		outcome->tls_us =
			transfer_phase(easy, CURLINFO_CONNECT_TIME_T, CURLINFO_APPCONNECT_TIME_T);
	}
	outcome->first_byte_us =
		transfer_phase(easy, CURLINFO_PRETRANSFER_TIME_T, CURLINFO_STARTTRANSFER_TIME_T);
	if (outcome->error == FETCH_UNCONNECTED || outcome->error == FETCH_UNTRUSTED) {
		curl_easy_getinfo(easy,
				  outcome->error == FETCH_UNTRUSTED ? CURLINFO_SSL_VERIFYRESULT
								    : CURLINFO_OS_ERRNO,
				  &number);
		outcome->os_error = transfer_byte(number);
	}
}
