/* Counting, hashing and comparing the pieces of a body. */
#include "body.h"

#include <errno.h>

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
}

void body_begin(struct body *body)
{
	body->bytes = 0;
	body->hashing = body->checked = body->wrong = false;
}

void body_expect(struct body *body, CURL *easy, uint64_t seed)
{
	const char *url = "", *path;
	size_t length;

	/* Not the URL that was asked for, if there was a redirect. */
	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	length = urls_path(url, &path);
	body->key = payload_key_of(seed, path, length);
	body->checked = true;
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
	if (body->checked && !payload_matches(bytes, length, body->key, body->bytes))
		body->wrong = true;
	body_hash_piece(body, easy, bytes, length);
	body->bytes += length;
}

void body_take_back(struct body *body, const char *bytes, size_t length)
{
	if (body->checked && !payload_matches(bytes, length, body->key, body->bytes))
		body->wrong = true;
	if (!body->hashing)
		XXH3_64bits_reset(body->state);
	body->hashing = true;
	XXH3_64bits_update(body->state, bytes, length);
	body->bytes += length;
}

uint64_t body_hash(const struct body *body)
{
	if (body->hashing)
		return XXH3_64bits_digest(body->state);
	return body->bytes ? body->hash : XXH3_64bits("", 0);
}
