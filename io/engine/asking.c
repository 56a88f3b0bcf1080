/* Lists of headers, and whom they are for. */
#include "asking.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/urls.h"
#include "error.h"
#include "sink.h"

static int asking_add(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer)
		*list = longer;
	return longer ? 0 : -ENOMEM;
}

/* Each line of a text, without its end. */
static int asking_add_lines(struct curl_slist **list, const char *lines)
{
	char line[ASKING_LINE];
	int ret = 0;

	while (!ret && *lines) {
		size_t length = strcspn(lines, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)length, lines);
		ret = asking_add(list, line);
		lines += length + (lines[length] == '\n');
	}
	return ret;
}

int asking_set(struct asking *asking, CURL *easy, const char *headers, const struct url *url,
	       uint64_t from, const char *version)
{
	char line[SINK_VERSION + 32], range[32];
	int ret = 0;

	asking_free(asking);
	asking->away = false;
	asking->scheme = ERROR_FOLLOWED;
	if (from) {
		snprintf(line, sizeof(line), "If-Range: %s", version);
		ret = asking_add(&asking->ours, line);
		if (!ret)
			ret = asking_add(&asking->whole, line);
		snprintf(range, sizeof(range), "%" PRIu64 "-", from);
	}
	if (!ret && headers)
		ret = asking_add_lines(&asking->whole, headers);
	if (!ret)
		ret = asking_add_lines(&asking->whole, url->headers);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, asking->whole);
	if (!ret && curl_easy_setopt(easy, CURLOPT_RANGE, from ? range : NULL))
		ret = -ENOMEM;
	return ret;
}

/* Whether a redirect stays with the scheme, host and port of a URL: said in so many bytes, or by
 * a path alone. What could be read otherwise does not. */
static bool asking_stays(const char *url, const char *to, size_t length)
{
	const char *path;
	size_t origin;

	/* Some readers leave such bytes out. */
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)to[i] <= ' ' || to[i] == 0x7f)
			return false;
	urls_path(url, &path);
	origin = (size_t)(path - url);
	if (length >= origin && !strncmp(to, url, origin))
		return length == origin || strchr("/?#", to[origin]);
	if (memchr(to, '\\', length) || (length > 1 && to[0] == '/' && to[1] == '/'))
		return false;
	return length && (to[0] == '/' || !memchr(to, ':', length));
}

void asking_redirected(struct asking *asking, CURL *easy, const struct url *url, const char *line,
		       size_t length)
{
	const char *end = line + length;

	line = memchr(line, ':', length);
	line = line ? line + 1 : end;
	while (line < end && strchr(" \t\r\n", *line))
		line++;
	while (line < end && strchr(" \t\r\n", end[-1]))
		end--;
	asking->scheme = error_scheme(line, (size_t)(end - line));
	if (asking->away || asking_stays(url->text, line, (size_t)(end - line)))
		return;
	asking->away = true;
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, asking->ours);
}

void asking_free(struct asking *asking)
{
	curl_slist_free_all(asking->ours);
	curl_slist_free_all(asking->whole);
	asking->ours = asking->whole = NULL;
}
