/* What goes over a connection: a header, and a body at the pace and to the end that it has. */
#include "respond.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bench/base/clock.h"
#include "bench/base/number.h"
#include "io/payload.h"
#include "wake.h"

#define SECOND_NS 1000000000u

/* A limited bandwidth sends a slice, waits, and sends the next. */
#define SLICE_NS (SECOND_NS / 50)

/* A stalled connection looks as often whether its client has gone. */
#define STALL_NS SECOND_NS

enum {
	SMALL = 1 << 15, /* a body up to so many bytes is sent with its header, in one call */
	BLOCK = 1 << 16, /* of a larger one, so much at a time */
};

struct request {
	struct responder *responder;
	struct sleeper sleeper;
	struct answer answer;
	bool allowed;      /* GET or HEAD */
	bool has_body;     /* GET of something */
	bool delayed;      /* the delay is over, or under way */
	uint64_t from;     /* the body is what is behind so many bytes */
	uint64_t whole;    /* bytes of all of it */
	char tag[24];      /* the ETag */
	uint64_t begun_ns; /* when the body could begin */
	char path[];
};

/* Bytes of a body that the bandwidth has let through, so long after its beginning. */
static uint64_t respond_let_through(uint64_t size, uint64_t bandwidth, uint64_t elapsed_ns,
				    uint64_t *next_ns)
{
	double all_ns = (double)size / (double)bandwidth * SECOND_NS;
	uint64_t slices = elapsed_ns / SLICE_NS;
	double bytes = (double)slices * SLICE_NS / SECOND_NS * (double)bandwidth;

	*next_ns = (slices + 1) * SLICE_NS;
	if ((double)*next_ns > all_ns)
		*next_ns = (uint64_t)all_ns + 1;
	return (double)elapsed_ns >= all_ns || bytes >= (double)size ? size : (uint64_t)bytes;
}

static bool respond_client_gone(const struct request *request)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		request->sleeper.connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	ssize_t got;
	char byte;

	if (!info)
		return true;
	got = recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

static bool respond_stall(struct request *request)
{
	return !respond_client_gone(request) &&
	       wake_at(request->responder->wake, &request->sleeper, clock_ns() + STALL_NS);
}

/* Bytes of the body, damaged where it is to be. */
static void respond_fill_body(const struct request *request, char *bytes, size_t length,
			      uint64_t position)
{
	uint64_t middle = request->whole / 2, at = request->from + position;

	payload_fill(bytes, length, payload_key(request->responder->scenario.seed, request->path),
		     at);
	if (request->answer.damage == DAMAGE_FLIP && at <= middle && middle < at + length)
		bytes[middle - at] ^= 1;
}

/* Gives libmicrohttpd the next bytes of a body; none if it is to come again when resumed. */
static ssize_t respond_read_body(void *from, uint64_t position, char *bytes, size_t room)
{
	struct request *request = from;
	const struct answer *answer = &request->answer;
	const struct scenario *scenario = &request->responder->scenario;
	uint64_t until = answer->sent, next_ns;

	if (position >= answer->sent) {
		if (answer->ending == ENDING_STALL && respond_stall(request))
			return 0;
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (scenario->bandwidth) {
		uint64_t through = respond_let_through(answer->size, scenario->bandwidth,
						       clock_ns() - request->begun_ns, &next_ns);

		if (through <= position)
			return wake_at(request->responder->wake, &request->sleeper,
				       request->begun_ns + next_ns)
				       ? 0
				       : MHD_CONTENT_READER_END_WITH_ERROR;
		until = through < until ? through : until;
	}
	if (room > until - position)
		room = until - position;
	respond_fill_body(request, bytes, room, position);
	return (ssize_t)room;
}

/* A small whole body is made at once, which lets it leave together with its header. */
static struct MHD_Response *respond_make(struct request *request)
{
	const struct answer *answer = &request->answer;
	const struct scenario *scenario = &request->responder->scenario;
	size_t size = answer->size;
	void *bytes;

	if (!size)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (size > SMALL || !request->has_body || scenario->bandwidth || answer->sent < size)
		return MHD_create_response_from_callback(size, size < BLOCK ? size : BLOCK,
							 respond_read_body, request, NULL);
	bytes = malloc(size);
	if (!bytes)
		return NULL;
	respond_fill_body(request, bytes, size, 0);
	return MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE);
}

/* What tells this body from another, and which part of it comes. */
static bool respond_add_version(struct MHD_Response *response, const struct request *request)
{
	char range[96];
	bool ok = MHD_add_response_header(response, "ETag", request->tag);

	if (request->answer.status == MHD_HTTP_PARTIAL_CONTENT)
		snprintf(range, sizeof(range), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
			 request->from, request->whole - 1, request->whole);
	else if (request->answer.status == MHD_HTTP_RANGE_NOT_SATISFIABLE)
		snprintf(range, sizeof(range), "bytes */%" PRIu64, request->whole);
	else
		return ok;
	return ok && MHD_add_response_header(response, "Content-Range", range);
}

static bool respond_add_headers(struct MHD_Response *response, const struct request *request)
{
	const struct responder *responder = request->responder;
	char seconds[16];
	bool ok;

	ok = MHD_add_response_header(response, "Content-Type", "application/octet-stream") &&
	     MHD_add_response_header(response, "Corescale-Seed", responder->seed);
	if (ok && request->allowed)
		ok = respond_add_version(response, request);
	if (ok && !request->allowed)
		ok = MHD_add_response_header(response, "Allow", "GET, HEAD");
	if (ok && !responder->scenario.keepalive)
		ok = MHD_add_response_header(response, "Connection", "close");
	if (ok && request->answer.retry_after >= 0) {
		snprintf(seconds, sizeof(seconds), "%d", request->answer.retry_after);
		ok = MHD_add_response_header(response, "Retry-After", seconds);
	}
	return ok;
}

static enum MHD_Result respond_now(struct request *request)
{
	struct MHD_Response *response;
	enum MHD_Result ret = MHD_NO;

	request->begun_ns = clock_ns();
	response = respond_make(request);
	if (!response)
		return MHD_NO;
	if (respond_add_headers(response, request))
		ret = MHD_queue_response(request->sleeper.connection, request->answer.status,
					 response);
	MHD_destroy_response(response);
	return ret;
}

static void respond_note_version(struct request *request)
{
	request->whole = request->answer.size;
	snprintf(request->tag, sizeof(request->tag), "\"%016" PRIx64 "\"",
		 payload_key(request->responder->scenario.seed, request->path) + request->whole);
}

/* "bytes=N-": what is behind the first N bytes, if the body is still that version. Other ranges are
 * not understood, and all of it is sent. */
static void respond_take_range(struct request *request)
{
	struct MHD_Connection *connection = request->sleeper.connection;
	struct answer *answer = &request->answer;
	const char *range = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Range"),
		   *tag = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-Range");
	uint64_t from;

	if (!range || strncmp(range, "bytes=", 6) || (tag && strcmp(tag, request->tag)))
		return;
	range += 6;
	if (number_take_whole(&range, &from) || strcmp(range, "-"))
		return;
	if (from >= answer->size) {
		answer->status = MHD_HTTP_RANGE_NOT_SATISFIABLE;
		answer->size = answer->sent = 0;
		answer->ending = ENDING_WHOLE;
		return;
	}
	request->from = from;
	answer->status = MHD_HTTP_PARTIAL_CONTENT;
	answer->size -= from;
	answer->sent = answer->ending == ENDING_WHOLE ? answer->size : answer->size / 2;
}

static struct request *request_new(struct responder *responder, struct MHD_Connection *connection,
				   const char *path, const char *method)
{
	size_t length = strlen(path) + 1;
	struct request *request = malloc(sizeof(*request) + length);
	bool get = !strcmp(method, "GET");
	uint64_t number;

	if (!request)
		return NULL;
	*request = (struct request){
		.responder = responder,
		.sleeper.connection = connection,
		.answer = { .status = MHD_HTTP_METHOD_NOT_ALLOWED, .retry_after = -1 },
		.allowed = get || !strcmp(method, "HEAD"),
	};
	memcpy(request->path, path, length);
	if (request->allowed) {
		number = responder->counters[payload_key(0, path) % RESPOND_COUNTERS]++;
		request->answer = scenario_answer(&responder->scenario, path, number);
		respond_note_version(request);
		if (get && request->answer.status == MHD_HTTP_OK)
			respond_take_range(request);
		request->has_body = get && request->answer.size;
	}
	atomic_fetch_add_explicit(&responder->requests, 1, memory_order_relaxed);
	return request;
}

/* Called when a header is there, for each part of a body, at the end of the request, and after
 * each wait. */
enum MHD_Result respond_to(void *from, struct MHD_Connection *connection, const char *path,
			   const char *method, const char *version, const char *upload,
			   size_t *upload_length, void **state)
{
	struct request *request = *state;

	(void)version;
	(void)upload;
	if (!request) {
		*state = request_new(from, connection, path, method);
		return *state ? MHD_YES : MHD_NO;
	}
	if (*upload_length) {
		*upload_length = 0;
		return MHD_YES;
	}
	if (request->answer.delay_ns && !request->delayed) {
		request->delayed = true;
		return wake_at(request->responder->wake, &request->sleeper,
			       clock_ns() + request->answer.delay_ns)
			       ? MHD_YES
			       : MHD_NO;
	}
	/* Woken before its time, because the server stops: no answer may come early. */
	if (request->delayed && clock_ns() < request->sleeper.due_ns)
		return MHD_NO;
	if (!request->has_body && request->answer.ending == ENDING_DROP)
		return MHD_NO;
	if (!request->has_body && request->answer.ending == ENDING_STALL)
		return respond_stall(request) ? MHD_YES : MHD_NO;
	return respond_now(request);
}

void respond_forget(void *from, struct MHD_Connection *connection, void **state,
		    enum MHD_RequestTerminationCode why)
{
	(void)from;
	(void)connection;
	(void)why;
	free(*state);
	*state = NULL;
}

/* Percent signs stay in the path: a client that checks the body has the path of its URL. */
size_t respond_leave_escaped(void *from, struct MHD_Connection *connection, char *text)
{
	(void)from;
	(void)connection;
	return strlen(text);
}
