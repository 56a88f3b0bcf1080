/* Counting, hashing and comparing the pieces of a body. */
#include "body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/payload.h"
#include "io/urls.h"

int body_open(struct body *body)
{
	body->state = XXH3_createState();
	return body->state ? 0 : -ENOMEM;
}

void body_close(struct body *body)
{
	XXH3_freeState(body->state);
	free(body->path);
}

void body_begin(struct body *body)
{
	body->bytes = 0;
	body->seeded = body->hashing = body->checked = body->wrong = false;
}

/* Compares a piece of a body with what the server's seed says that it is. */
static bool body_is_as_seeded(struct body *body, CURL *easy, const char *bytes, size_t length)
{
	const char *url = "", *path;
	size_t path_length;

	/* Not the URL that was asked for, if there was a redirect. */
	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	path_length = url_path(url, &path);
	if (path_length >= body->path_room) {
		char *grown = realloc(body->path, path_length + 1);

		if (!grown)
			return false;
		body->path = grown;
		body->path_room = path_length + 1;
	}
	memcpy(body->path, path, path_length);
	body->path[path_length] = '\0';
	return payload_matches(bytes, length, body->seed, body->path, body->bytes);
}

/* A body that comes in one piece is hashed at once, without a state. */
static void body_hash_piece(struct body *body, CURL *easy, const char *bytes, size_t length)
{
	curl_off_t whole = -1;

	if (!body->hashing) {
		curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &whole);
		if (whole == (curl_off_t)length) {
			body->hash = XXH3_64bits(bytes, length);
			return;
		}
		XXH3_64bits_reset(body->state);
		body->hashing = true;
	}
	XXH3_64bits_update(body->state, bytes, length);
}

void body_take(struct body *body, CURL *easy, const char *bytes, size_t length)
{
	if (body->seeded) {
		body->checked = true;
		if (!body_is_as_seeded(body, easy, bytes, length))
			body->wrong = true;
	}
	body_hash_piece(body, easy, bytes, length);
	body->bytes += length;
}

uint64_t body_hash(const struct body *body)
{
	if (body->hashing)
		return XXH3_64bits_digest(body->state);
	return body->bytes ? body->hash : XXH3_64bits("", 0);
}
