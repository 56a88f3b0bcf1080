/* Reading what a list says of a download. */
#define _GNU_SOURCE
#include "entry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/base/array.h"
#include "bench/base/number.h"
#include "bench/base/say.h"

/* A header as it is sent, with its end. */
enum { HEADER_BYTES = 8000 };

#define SIZE_MAX_BYTES 1000000000000000u

/* Headers that say how the transfer itself goes. */
static const char *const entry_reserved[] = {
	"Connection", "Content-Length", "Expect",  "If-Range",          "Keep-Alive", "Range",
	"TE",         "Trailer",        "Upgrade", "Transfer-Encoding", NULL
};

static int entry_read_out(struct entry *entry, const char *value, const char *where)
{
	const char *why = names_wrong(value);

	if (why)
		return say_fail(EINVAL, "%sout= %s", where, why);
	snprintf(entry->name, sizeof(entry->name), "%s", value);
	return 0;
}

static int entry_read_checksum(struct entry *entry, const char *value, const char *where)
{
	if (strncasecmp(value, "sha-256=", 8) ||
	    !checksum_read(entry->sum, value + 8, strlen(value + 8)))
		return say_fail(EINVAL, "%schecksum= takes sha-256= and 64 hexadecimal digits",
				where);
	return 0;
}

static int entry_read_size(struct entry *entry, const char *value, const char *where)
{
	uint64_t bytes;

	if (number_bytes(&bytes, value, 0, SIZE_MAX_BYTES))
		return say_fail(EINVAL, "%ssize= takes a whole number of bytes, not '%.*s'", where,
				SAY_WORD, value);
	entry->size = (int64_t)bytes;
	return 0;
}

static int entry_read_header(struct entry *entry, const char *value, const char *where)
{
	return entry_add_header(&entry->headers, value, where);
}

static const struct entry_key {
	const char *name;
	int (*read)(struct entry *entry, const char *value, const char *where);
} entry_keys[] = {
	{ "out=", entry_read_out },
	{ "checksum=", entry_read_checksum },
	{ "size=", entry_read_size },
	{ "header=", entry_read_header },
};

/* NULL, or what is wrong with a header. */
static const char *entry_wrong_header(const char *text)
{
	size_t name = strcspn(text, ":");

	_Static_assert(HEADER_BYTES == 8000, "the message names it");
	if (!text[name] || !name)
		return "is none: give 'Name: value'";
	if (strlen(text) > HEADER_BYTES)
		return "is over 8000 bytes long";
	for (size_t i = 0; text[i]; i++)
		if ((text[i] < ' ' && text[i] != '\t' && text[i] >= 0) || text[i] == 0x7f ||
		    (i < name && (text[i] == ' ' || text[i] == '\t')))
			return "has control characters in it, or space in its name";
	for (size_t i = 0; entry_reserved[i]; i++)
		if (name == strlen(entry_reserved[i]) &&
		    !strncasecmp(text, entry_reserved[i], name))
			return "says how the transfer goes: that is not the list's to say";
	return NULL;
}

int entry_add_header(char **headers, const char *text, const char *where)
{
	size_t before = *headers ? strlen(*headers) : 0, length = strlen(text);
	const char *why = entry_wrong_header(text);

	/* What is behind the colon may be a secret. */
	if (why)
		return say_fail(EINVAL, "%sthe header '%.*s' %s", where,
				(int)strnlen(text, strcspn(text, ":") < SAY_WORD
							   ? strcspn(text, ":")
							   : SAY_WORD),
				text, why);
	if (array_reserve(headers, NULL, before + length + 2))
		return -ENOMEM;
	memcpy(*headers + before, text, length);
	strcpy(*headers + before + length, "\n");
	return 0;
}

static const struct entry_key *entry_key_of(const char *word)
{
	for (size_t i = 0; i < sizeof(entry_keys) / sizeof(entry_keys[0]); i++)
		if (!strncmp(word, entry_keys[i].name, strlen(entry_keys[i].name)))
			return &entry_keys[i];
	return NULL;
}

int entry_read(struct entry *entry, const char *line, const char *where)
{
	char *copy = strdup(line), *rest = copy, *word;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (word = strsep(&rest, "\t"))) {
		const struct entry_key *key = entry->urls.count ? entry_key_of(word) : NULL;

		/* Several tabs are as good as one. */
		if (!*word && entry->urls.count)
			continue;
		ret = key ? key->read(entry, word + strlen(key->name), where)
			  : urls_add(&entry->urls, word, where);
	}
	free(copy);
	return ret;
}

bool entry_is_more(const char *line)
{
	return entry_key_of(line) != NULL;
}

int entry_read_more(struct entry *entry, const char *line, const char *where)
{
	const struct entry_key *key = entry_key_of(line);

	if (!entry->urls.count)
		return say_fail(EINVAL, "%sthere is no URL above it that this could belong to",
				where);
	return key->read(entry, line + strlen(key->name), where);
}

void entry_clear(struct entry *entry)
{
	urls_free(&entry->urls);
	free(entry->headers);
	*entry = (struct entry){ .size = -1 };
}
