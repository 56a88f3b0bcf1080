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
#include "bandwidth.h"
#include "error.h"
#include "outcome.h"
#include "quirks.h"
#include "shared.h"
#include "sockets.h"

/* As libcurl has it for connections that die. */
enum { REPEATS_MAX = 5 };

/* Bytes that one transfer may read at once, and all of a loop together: small reads took a 1 GB
 * body from 1.0 to 0.7 of curl's rate, and large ones cost small bodies 2 %. */
enum { BUFFER_MIN = 16 << 10, BUFFER_MAX = 256 << 10, BUFFERS = 16 << 20 };

/* Breaks a transfer off: what a callback is to return. */
static size_t transfer_refuse(struct transfer *transfer, enum fetch_error error)
{
	transfer->refused = error;
	return 0;
}

static size_t transfer_on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	uint64_t most = transfer->home->options->max_filesize;
	size_t length = size * count;
	enum fetch_error error;

	if (most && transfer->body.bytes + length > most)
		return transfer_refuse(transfer, FETCH_LARGE);
	if (!transfer->body.bytes && transfer->head.seeded && transfer->home->options->seeded)
		body_expect(&transfer->body, transfer->easy, transfer->head.seed);
	error = saving_take(&transfer->saving, &transfer->head, &transfer->body, &transfer->url,
			    bytes, length);
	if (error)
		return transfer_refuse(transfer, error);
	body_take(&transfer->body, transfer->easy, bytes, length);
	transfer->home->stirred = transfer->home->multiplexed;
	bandwidth_came(transfer, length);
	return length;
}

/* Who came by https does not go on in the open, unless that was asked for. */
static void transfer_stay_secure(struct transfer *transfer)
{
	const char *url = "";

	curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &url);
	transfer->secure = !strncasecmp(url, "https:", 6);
	curl_easy_setopt(transfer->easy, CURLOPT_REDIR_PROTOCOLS_STR,
			 transfer->secure ? "https" : "http,https");
}

static size_t transfer_on_header(char *line, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct head *head = &transfer->head;
	size_t length = size * count;
	enum fetch_error error = head_take(head, line, length);

	if (error)
		return transfer_refuse(transfer, error);
	if (head->http2)
		transfer->home->multiplexed = transfer->home->stirred = true;
	if (head->status / 100 == 3 && !transfer->home->options->downgrade)
		transfer_stay_secure(transfer);
	if (head->status / 100 == 3 && length > 9 && !strncasecmp(line, "location:", 9))
		asking_redirected(&transfer->asking, transfer->easy, &transfer->url, line, length);
	if (*line == '\r' || *line == '\n')
		head_end(head);
	return length;
}

int transfer_socket(const struct transfer *transfer)
{
	long port = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_LOCAL_PORT, &port);
	return sockets_at_port(transfer->home->sockets, port);
}

/* Before a request is sent. */
static int transfer_on_request(void *context, char *remote, char *local, int remote_port,
			       int local_port)
{
	struct transfer *transfer = context;
	long fresh = 1;

	(void)remote, (void)local, (void)remote_port, (void)local_port;
	curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &fresh);
	if (!fresh)
		sockets_recheck(transfer->home->sockets, transfer_socket(transfer));
	return CURL_PREREQFUNC_OK;
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
static void transfer_set_up_tls(CURL *easy, const struct transfer_home *home)
{
	const struct fetch_options *options = home->options;

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->insecure ? 0L : 2L);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, quirks_on_tls);
	if (options->cacert)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->cacert);
	if (options->cacert || home->has_authorities)
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
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Nobody waits for the thread of a name that is given up: it may take seconds more. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "fetchall");
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, transfer_buffer(transfer->home->slots));
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS_MAX);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, versions[options->http]);
	transfer_set_up_tls(easy, transfer->home);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(options->connect_timeout * 1000 + 0.5));
	if (options->max_filesize)
		curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
				 (curl_off_t)options->max_filesize);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, transfer_on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, transfer_on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, transfer_on_request);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, sockets_create);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer->home->sockets);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, sockets_destroy);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->home->sockets);
}

static int transfer_renew(struct transfer *transfer)
{
	if (transfer->easy)
		curl_easy_cleanup(transfer->easy);
	transfer->easy = curl_easy_init();
	if (!transfer->easy)
		return -ENOMEM;
	transfer->has_login = false;
	transfer_set_up(transfer);
	return 0;
}

int transfer_open(struct transfer *transfer, struct transfer_home *home)
{
	transfer->home = home;
	transfer->saving.sink.fd = -1;
	return body_open(&transfer->body) ? -ENOMEM : transfer_renew(transfer);
}

void transfer_close(struct transfer *transfer)
{
	if (!transfer->home)
		return;
	curl_easy_cleanup(transfer->easy);
	body_close(&transfer->body);
	saving_close(&transfer->saving);
	asking_free(&transfer->asking);
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

/* Where streams may share a connection, wait whether they do before opening another. */
static void transfer_choose_connection(struct transfer *transfer)
{
	enum fetch_http http = transfer->home->options->http;
	bool tls = !strncmp(transfer->url.text, "https:", 6),
	     lonely = http == FETCH_HTTP_TWO && !tls && quirks_lonely_http2(),
	     may_share = !lonely && (http == FETCH_HTTP_TWO || (http == FETCH_HTTP_AUTO && tls));

	curl_easy_setopt(transfer->easy, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
	/* Where every connection dies under its second request, the last try must not meet
	 * another. */
	curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT,
			 lonely || transfer->repeats == REPEATS_MAX ? 1L : 0L);
	if (http == FETCH_HTTP_TWO)
		curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, lonely ? 1L : 0L);
}

/* Readies the handle for its URL, and forgets what came for another. */
static int transfer_ready(struct transfer *transfer)
{
	const struct url *url = &transfer->url;
	CURLcode code;

	/* A new handle and its options take 5 us. */
	if (transfer->home->one_each && transfer_renew(transfer))
		return -ENOMEM;
	code = curl_easy_setopt(transfer->easy, CURLOPT_URL, url->text);
	if (!code)
		code = transfer_set_login(transfer, url);
	if (code || asking_set(&transfer->asking, transfer->easy, transfer->home->options->headers,
			       url, transfer->saving.asked, transfer->saving.sink.version))
		return -ENOMEM;
	curl_easy_setopt(transfer->easy, CURLOPT_PROXY,
			 transfer->home->options->direct || transfer_is_here(url->text) ? ""
											: NULL);
	curl_easy_setopt(transfer->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(transfer->easy, CURLOPT_DNS_CACHE_TIMEOUT, shared_names_age());
	transfer_choose_connection(transfer);
	transfer->refused = FETCH_OK;
	transfer->secure = false;
	head_begin(&transfer->head);
	body_begin(&transfer->body);
	return 0;
}

int transfer_begin(struct transfer *transfer, const struct url *url)
{
	enum fetch_error verdict;
	int ret;

	transfer->url = *url;
	transfer->outcome = (struct outcome){ .start_ns = clock_ns() };
	transfer->repeats = 0;
	transfer->over = false;
	transfer->home->paused -= transfer->paused_until != 0;
	transfer->paused_until = 0;
	timeouts_begin(&transfer->timeouts);
	ret = saving_begin(&transfer->saving, transfer->home->folder, url,
			   transfer->home->options->sums, &verdict);
	if (ret == -ENOMEM)
		return ret;
	if (ret)
		outcome_fill_unasked(transfer, ret < 0 ? FETCH_UNSAVED : verdict, ret);
	return ret ? 1 : transfer_ready(transfer);
}

int transfer_repeat(struct transfer *transfer)
{
	transfer->repeats++;
	return transfer_ready(transfer);
}

bool transfer_may_repeat(const struct transfer *transfer, CURLcode code)
{
	long fresh = 1;

	if (transfer->refused || transfer->repeats == REPEATS_MAX || transfer->body.bytes ||
	    error_of((int)code, 0) != FETCH_BROKEN)
		return false;
	/* On its way through redirects: libcurl counts connections that die for all of the way. */
	if (transfer->head.status / 100 == 3)
		return true;
	curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &fresh);
	return !fresh && !transfer->head.bytes;
}

static bool transfer_is_connected(const struct transfer *transfer)
{
	curl_off_t sent_us = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_us);
	return sent_us > 0;
}

enum timeouts_end transfer_look(struct transfer *transfer, uint64_t passed_ns)
{
	const struct fetch_options *options = transfer->home->options;
	uint64_t bytes = transfer->head.bytes + transfer->body.bytes;
	enum timeouts_end end;
	struct sockets *sockets = transfer->home->sockets;
	struct watch *watch;
	int fd;

	if (transfer->paused_until)
		return TIMEOUTS_LASTS;
	end = timeouts_look(&transfer->timeouts, options, passed_ns, bytes,
			    bytes || transfer_is_connected(transfer));
	if (end != TIMEOUTS_STALL)
		return end;
	fd = transfer_socket(transfer);
	watch = sockets_find(sockets, fd);
	/* The first that was let down on it fails, and the others get another chance. */
	if (watch && watch->dead && !bytes && transfer->repeats < REPEATS_MAX) {
		transfer->repeats = REPEATS_MAX - 1;
		timeouts_begin(&transfer->timeouts);
		return TIMEOUTS_LASTS;
	}
	if (watch && sockets_silent_for(fd, options->stall_timeout / 2))
		sockets_shut(sockets, fd);
	return end;
}
