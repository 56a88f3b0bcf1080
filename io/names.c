/* Names out of URLs, which anybody may have written. */
#define _GNU_SOURCE
#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/base/utf8.h"
#include "io/payload.h"
#include "io/urls.h"

/* Of a URL, in a name: 48 bits, so that a million of one name have one each. */
enum { HASH_DIGITS = 12 };

static unsigned int name_digit(char byte)
{
	return byte >= '0' && byte <= '9'   ? (unsigned int)(byte - '0')
	       : byte >= 'a' && byte <= 'f' ? (unsigned int)(byte - 'a') + 10
	       : byte >= 'A' && byte <= 'F' ? (unsigned int)(byte - 'A') + 10
					    : 16;
}

/* Undoes percent-encoding, once. Returns the length. A NUL in it becomes '/', which no name has. */
static size_t name_decode(char *into, const char *text, size_t length)
{
	size_t size = 0;

	for (size_t i = 0; i < length; i++) {
		char byte = text[i];

		if (byte == '%' && i + 2 < length && name_digit(text[i + 1]) < 16 &&
		    name_digit(text[i + 2]) < 16) {
			byte = (char)(name_digit(text[i + 1]) << 4 | name_digit(text[i + 2]));
			i += 2;
		}
		into[size++] = byte ? byte : '/';
	}
	into[size] = '\0';
	return size;
}

/* The bytes of a character that a name may have; 0 if it may not. */
static size_t name_character(const char *text)
{
	size_t length = utf8_character(text);

	if (*text == '/' || *text == '\\' || *text == '\n' || *text == '\t')
		return 0;
	/* U+202A to U+202E and U+2066 to U+2069 turn the direction of what follows. */
	if (length == 3 && ((!memcmp(text, "\xe2\x80", 2) && (unsigned char)text[2] >= 0xaa &&
			     (unsigned char)text[2] <= 0xae) ||
			    (!memcmp(text, "\xe2\x81", 2) && (unsigned char)text[2] >= 0xa6 &&
			     (unsigned char)text[2] <= 0xa9)))
		return 0;
	return length;
}

static bool name_ends(const char *name, const char *end)
{
	size_t length = strlen(name), size = strlen(end);

	return length >= size && !strcasecmp(name + length - size, end);
}

static bool name_is_partial(const char *name)
{
	return name_ends(name, NAME_PART) || name_ends(name, NAME_ABOUT);
}

/* The last part of a name, from its dot on, if it is short; "" otherwise. */
static const char *name_extension(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot > name && strlen(dot) <= 16 ? dot : "";
}

/* Puts the hash of a URL before the extension; `more` tells apart those that share it. */
static void name_distinguish(char name[NAME_ROOM], const char *url, unsigned int more)
{
	char extension[32], mark[48];
	size_t stem;

	snprintf(extension, sizeof(extension), "%s", name_extension(name));
	stem = strlen(name) - strlen(extension);
	snprintf(mark, sizeof(mark), more ? "~%0*llx-%u" : "~%0*llx", HASH_DIGITS,
		 (unsigned long long)(payload_key(0, url) >> (64 - 4 * HASH_DIGITS)), more);
	if (stem > NAME_BYTES - strlen(mark) - strlen(extension))
		stem = NAME_BYTES - strlen(mark) - strlen(extension);
	/* Not in the midst of a character. */
	while (stem && (name[stem] & 0xc0) == 0x80)
		stem--;
	snprintf(name + stem, NAME_ROOM - stem, "%s%s", mark, extension);
}

void names_of_url(char name[NAME_ROOM], const char *url)
{
	/* Of a longer segment the name would be cut all the same. */
	enum { SEGMENT_BYTES = 3 * NAME_BYTES };
	char segment[SEGMENT_BYTES + 1];
	const char *path, *last;
	size_t length = urls_path(url, &path), size = 0;
	bool cut = false;

	last = memrchr(path, '/', length);
	last = last ? last + 1 : path;
	length -= (size_t)(last - path);
	if (length > SEGMENT_BYTES) {
		cut = true;
		length = SEGMENT_BYTES;
	}
	name_decode(segment, last, length);
	for (const char *at = segment; *at;) {
		size_t bytes = name_character(at);
		bool hidden = !size && (*at == '.' || *at == '-');
		/* A list takes blanks off its lines' ends, and what is behind " #" for a comment. */
		bool lost = *at == ' ' && (!at[1] || at[1] == '#');

		if (size + (bytes ? bytes : 1) > NAME_BYTES - 1) {
			cut = true;
			break;
		}
		if (!bytes || hidden || lost)
			name[size] = '_';
		else
			memcpy(name + size, at, bytes);
		size += bytes ? bytes : 1;
		at += bytes ? bytes : 1;
	}
	name[size] = '\0';
	if (!size)
		strcpy(name, "index.html");
	if (name_is_partial(name))
		strcat(name, "_");
	if (cut)
		name_distinguish(name, url, 0);
}

const char *names_wrong(const char *name)
{
	_Static_assert(NAME_BYTES == 200, "the message names it");

	if (!*name)
		return "is empty";
	if (strlen(name) > NAME_BYTES)
		return "is over 200 bytes long";
	if (*name == '.' || *name == '-')
		return "begins with a dot or a dash";
	if (name_is_partial(name))
		return "ends as files that are not whole yet do";
	for (const char *at = name; *at;) {
		size_t bytes = name_character(at);

		if (*at == '/' || *at == '\\')
			return "leads to another folder: give a plain name";
		if (!bytes)
			return "has control characters in it, or is no UTF-8";
		at += bytes;
	}
	return NULL;
}

static bool names_add(struct names *names, uint64_t bits)
{
	size_t at = bits & (names->room - 1);

	while (names->taken[at] && names->taken[at] != bits)
		at = (at + 1) & (names->room - 1);
	if (names->taken[at])
		return false;
	names->taken[at] = bits;
	names->count++;
	return true;
}

/* Keeps a quarter free, so that what is searched is found soon. */
static int names_grow(struct names *names)
{
	struct names grown = { .room = names->room ? 2 * names->room : 64 };

	if (names->count < names->room / 4 * 3)
		return 0;
	grown.taken = calloc(grown.room, sizeof(*grown.taken));
	if (!grown.taken)
		return -ENOMEM;
	for (size_t i = 0; i < names->room; i++)
		if (names->taken[i])
			names_add(&grown, names->taken[i]);
	names_free(names);
	*names = grown;
	return 0;
}

int names_take(struct names *names, char name[NAME_ROOM], const char *url)
{
	char wanted[NAME_ROOM];
	unsigned int more = 0;

	if (names_grow(names))
		return -ENOMEM;
	memcpy(wanted, name, NAME_ROOM);
	/* 0 is free. */
	while (!names_add(names, payload_key(1, name) | 1)) {
		memcpy(name, wanted, NAME_ROOM);
		name_distinguish(name, url, more++);
	}
	return more > 0;
}

void names_free(struct names *names)
{
	free(names->taken);
	*names = (struct names){ 0 };
}
