/* Checking and keeping URLs. */
#include "urls.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "bench/base/array.h"
#include "bench/base/say.h"

/* What a message shows of a URL that is refused. */
enum { SHOWN_MAX = 80 };

/*
 * A refused text may be anything: all from its "//", or its begin, to its last @ may be
 * credentials. Bytes that a terminal might act on are shown as '?'.
 */
static const char *urls_shown(char room[SHOWN_MAX], const char *text)
{
	const char *slashes = strstr(text, "//"), *at = strrchr(text, '@');
	size_t head = at && slashes && slashes < at ? (size_t)(slashes - text) + 2 : 0, length = 0;

	if (head > SHOWN_MAX / 2)
		head = 0;
	memcpy(room, text, head);
	length = head;
	if (at) {
		memcpy(room + length, "...", 3);
		length += 3;
		text = at;
	}
	while (*text && length < SHOWN_MAX - 4)
		room[length++] = *text++;
	memcpy(room + length, *text ? "..." : "", *text ? 4 : 1);
	for (char *byte = room; *byte; byte++)
		if (*byte < ' ' || *byte > '~')
			*byte = '?';
	return room;
}

static int urls_refuse(const char *text, const char *where, const char *why)
{
	char room[SHOWN_MAX];

	return say_fail(EINVAL, "%s'%s' %s", where, urls_shown(room, text), why);
}

/* NULL, or what is wrong with the bytes, whatever they mean. */
static const char *urls_wrong_bytes(const char *text)
{
	_Static_assert(URL_MAX == 65536, "the message names it");

	if (strlen(text) > URL_MAX)
		return "is over 65536 bytes long: no server takes such a URL";
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return "has bytes outside ASCII: percent-encode them, as in %C3%A9, and "
			       "write a host name as xn--...";
		if (*text < ' ' || *text == 0x7f)
			return "has control characters in it: percent-encode them, as in %09";
		if (*text == ' ')
			return "has a space in it: write it as %20";
	}
	return NULL;
}

/* What is wrong, in words that say what to do. */
static const char *urls_wrong_parts(CURLUcode code)
{
	switch (code) {
	case CURLUE_BAD_SCHEME:
		return "has no scheme: begin it with http:// or https://";
	case CURLUE_NO_HOST:
		return "has no host: give one, as in http://example.org/";
	case CURLUE_BAD_HOSTNAME:
	case CURLUE_BAD_IPV6:
		return "has a host that is no name and no address";
	case CURLUE_BAD_PORT_NUMBER:
		return "has a port that is no number from 0 to 65535";
	case CURLUE_BAD_LOGIN:
	case CURLUE_BAD_USER:
	case CURLUE_BAD_PASSWORD:
		return "has credentials that cannot be read: percent-encode them";
	default:
		return "is no URL: give one as in http://example.org/path";
	}
}

static bool urls_scheme_is(const char *text, size_t length, const char *scheme)
{
	return length == strlen(scheme) && !strncasecmp(text, scheme, length);
}

/* NULL, or what is wrong with the scheme: asked before the rest, which follows from it. */
static const char *urls_wrong_scheme(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789+-.");

	if (!length || strncmp(text + length, "://", 3))
		return urls_scheme_is(text, length, "file") && text[length] == ':'
			       ? "is a file: only http and https are downloaded"
			       : urls_wrong_parts(CURLUE_BAD_SCHEME);
	if (urls_scheme_is(text, length, "http") || urls_scheme_is(text, length, "https"))
		return strchr("/?#", text[length + 3]) ? urls_wrong_parts(CURLUE_NO_HOST) : NULL;
	return "has another scheme than http and https: only those are downloaded";
}

/* A part with its percent-encoding undone; "" if there is none. */
static CURLUcode urls_decoded(CURLU *parts, CURLUPart part, char **text)
{
	CURLUcode code = curl_url_get(parts, part, text, CURLU_URLDECODE);

	if (code != CURLUE_NO_USER && code != CURLUE_NO_PASSWORD)
		return code;
	*text = NULL;
	return CURLUE_OK;
}

/* Room for so many more bytes, and one more URL. */
static int urls_reserve(struct urls *urls, size_t length)
{
	return array_reserve(&urls->block, &urls->room, urls->length + length) ||
			       array_reserve(&urls->at, &urls->at_room, urls->count + 1)
		       ? -ENOMEM
		       : 0;
}

static int urls_append(struct urls *urls, const char *const texts[3])
{
	size_t lengths[3], sum = 0;
	int ret;

	for (int i = 0; i < 3; i++)
		sum += lengths[i] = strlen(texts[i]) + 1;
	ret = urls_reserve(urls, sum);
	if (ret)
		return ret;
	urls->at[urls->count++] = urls->length;
	for (int i = 0; i < 3; i++) {
		memcpy(urls->block + urls->length, texts[i], lengths[i]);
		urls->length += lengths[i];
	}
	return 0;
}

/* Takes the credentials and the fragment out, and leaves the rest in *text. */
static CURLUcode urls_split(CURLU *parts, char **text, char **user, char **password)
{
	static const CURLUPart out[] = { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT };
	CURLUcode code = urls_decoded(parts, CURLUPART_USER, user);

	if (!code)
		code = urls_decoded(parts, CURLUPART_PASSWORD, password);
	for (size_t i = 0; !code && i < sizeof(out) / sizeof(out[0]); i++)
		code = curl_url_set(parts, out[i], NULL, 0);
	return code ? code : curl_url_get(parts, CURLUPART_URL, text, 0);
}

int urls_add(struct urls *urls, const char *text, const char *where)
{
	const char *why = urls_wrong_bytes(text);
	char *plain = NULL, *user = NULL, *password = NULL;
	CURLU *parts;
	CURLUcode code;
	int ret;

	if (!why)
		why = urls_wrong_scheme(text);
	if (why)
		return urls_refuse(text, where, why);
	parts = curl_url();
	if (!parts)
		return -ENOMEM;
	code = curl_url_set(parts, CURLUPART_URL, text, 0);
	if (!code)
		code = urls_split(parts, &plain, &user, &password);
	if (code == CURLUE_OUT_OF_MEMORY)
		ret = -ENOMEM;
	else if (code)
		ret = urls_refuse(text, where, urls_wrong_parts(code));
	else
		ret = urls_append(urls, (const char *const[]){ plain, user ? user : "",
							       password ? password : "" });
	curl_free(plain);
	curl_free(user);
	curl_free(password);
	curl_url_cleanup(parts);
	return ret;
}

struct url urls_get(const struct urls *urls, size_t number)
{
	const char *text = urls->block + urls->at[number];
	const char *user = text + strlen(text) + 1;

	return (struct url){ .text = text,
			     .user = user,
			     .password = user + strlen(user) + 1,
			     .name = "",
			     .sum = "",
			     .headers = "",
			     .size = -1,
			     .mirrors = 1 };
}

void urls_free(struct urls *urls)
{
	free(urls->block);
	free(urls->at);
	*urls = (struct urls){ 0 };
}

size_t urls_path(const char *text, const char **path)
{
	const char *host = strstr(text, "://");

	*path = host ? host + 3 : text;
	*path += strcspn(*path, "/?#");
	return strcspn(*path, "?#");
}
