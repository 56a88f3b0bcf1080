/* Standard error of ranks, line by line. */
#include "banner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/array.h"

/* What cannot be written there can be told nobody. */
static void banner_write(const char *bytes, size_t length)
{
	while (length) {
		ssize_t wrote = write(STDERR_FILENO, bytes, length);

		if (wrote < 0 && errno != EINTR)
			return;
		if (wrote > 0) {
			bytes += wrote;
			length -= (size_t)wrote;
		}
	}
}

static void banner_keep(struct banner *banner, const char *bytes, size_t length)
{
	if (array_reserve(&banner->text, &banner->room, banner->length + length + 1))
		return;
	memcpy(banner->text + banner->length, bytes, length);
	banner->length += length;
	banner->text[banner->length] = '\0';
}

/* What mpirun says of a signal that it passes on, timeout(1)'s SIGCONT say, is no news to
 * anybody. */
static bool banner_is_chatter(const struct banner *banner)
{
	static const char passes[] = "mpirun: Forwarding signal ";

	return !strncmp(banner->line, passes, sizeof(passes) - 1);
}

/* Whether the line is the launcher's own though no banner. */
static bool banner_is_said(const struct banner *banner)
{
	for (const char *const *begin = banner->says; begin && *begin; begin++)
		if (!strncmp(banner->line, *begin, strlen(*begin)))
			return true;
	return false;
}

/* Whether the line, as far as it came, may become one that is not handed on as it comes. */
static bool banner_may_wait(const struct banner *banner)
{
	if (banner->line[0] == '-' || banner->line[0] == '=' ||
	    !strncmp(banner->line, banner->program, banner->at))
		return true;
	for (const char *const *begin = banner->says; begin && *begin; begin++)
		if (!strncmp(banner->line, *begin,
			     banner->at < strlen(*begin) ? banner->at : strlen(*begin)))
			return true;
	return false;
}

/* One line, or what is there of it. */
static void banner_line(struct banner *banner)
{
	size_t name = strlen(banner->program);
	bool dashes = banner->at > 40 && (strspn(banner->line, "-") >= banner->at - 1 ||
					  strspn(banner->line, "=") >= banner->at - 1);

	if (dashes || banner->inside || banner_is_said(banner)) {
		banner_keep(banner, banner->line, banner->at);
		if (dashes)
			banner->inside = !banner->inside;
	} else if (!banner_is_chatter(banner)) {
		if (!strncmp(banner->line, banner->program, name) && banner->line[name] == ':')
			banner->spoken = true;
		banner_write(banner->line, banner->at);
	}
	banner->at = 0;
}

void banner_feed(struct banner *banner, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		banner->line[banner->at++] = bytes[i];
		banner->line[banner->at] = '\0';
		if (bytes[i] == '\n' || banner->at == sizeof(banner->line) - 1)
			banner_line(banner);
	}
	/* A progress line has no end. What may become a banner or the program's own line waits. */
	if (banner->at && !banner->inside && !banner_may_wait(banner))
		banner_line(banner);
}

void banner_end(struct banner *banner)
{
	if (banner->at)
		banner_line(banner);
}

void banner_show(const struct banner *banner)
{
	if (banner->text)
		banner_write(banner->text, banner->length);
}
