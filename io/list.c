/* A download is kept as the length of its texts, and they: name, sum, size, headers, and then text,
 * user and password of each of its URLs, a NUL behind each. */
#include "list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"

enum {
	EVERY = 16,   /* downloads for each place that is remembered: list.h names it */
	PIECE = 4096, /* read at once */
	HEAD = sizeof(uint32_t),
};

/* Texts before those of the URLs, and of each URL. */
enum { LIST_FACTS = 4, LIST_URL = 3 };

static int list_note_place(struct list *list, uint64_t place)
{
	size_t at = list->count / EVERY;

	if (list->count++ % EVERY)
		return 0;
	if (array_reserve(&list->at, &list->at_room, at + 1))
		return -ENOMEM;
	list->at[at] = place;
	return 0;
}

int list_add(struct list *list, const struct entry *entry, const char *name)
{
	char size[24] = "";
	const char *const facts[LIST_FACTS] = { name, entry->sum, size,
						entry->headers ? entry->headers : "" };
	uint32_t length = (uint32_t)entry->urls.length;
	int ret = list_note_place(list, list->spool.length + list->spool.pending_length);

	if (entry->size >= 0)
		snprintf(size, sizeof(size), "%" PRId64, entry->size);
	for (int i = 0; i < LIST_FACTS; i++)
		length += (uint32_t)strlen(facts[i]) + 1;
	if (!ret)
		ret = spool_write(&list->spool, &length, HEAD);
	for (int i = 0; !ret && i < LIST_FACTS; i++)
		ret = spool_write(&list->spool, facts[i], strlen(facts[i]) + 1);
	return ret ? ret : spool_write(&list->spool, entry->urls.block, entry->urls.length);
}

int list_end(struct list *list)
{
	return spool_end(&list->spool);
}

/* Sees to it that `count` bytes at `at` are in the text: those that were read for the download
 * before may be. Returns them, or NULL with *ret set. */
static const char *list_show(const struct list *list, struct list_text *text, uint64_t at,
			     size_t count, int *ret)
{
	size_t wanted = count < PIECE ? PIECE : count;
	long got;

	if (at >= text->from && at + count <= text->from + text->have)
		return text->bytes + (at - text->from);
	if (text->room < wanted && array_reserve(&text->bytes, &text->room, wanted)) {
		*ret = -ENOMEM;
		return NULL;
	}
	got = spool_read(&list->spool, at, text->bytes, wanted);
	text->from = at;
	text->have = got > 0 ? (size_t)got : 0;
	*ret = text->have < count ? -EIO : 0;
	return *ret ? NULL : text->bytes;
}

static const char *list_next_text(const char **at)
{
	const char *text = *at;

	*at += strlen(text) + 1;
	return text;
}

static void list_fill(struct url *url, const char *at, const char *end, unsigned int mirror)
{
	const char *size;

	url->name = list_next_text(&at);
	url->sum = list_next_text(&at);
	size = list_next_text(&at);
	url->size = *size ? (int64_t)strtoll(size, NULL, 10) : -1;
	url->headers = list_next_text(&at);
	url->mirrors = 0;
	for (const char *text = at; text < end; url->mirrors++)
		for (int i = 0; i < LIST_URL; i++)
			list_next_text(&text);
	mirror %= url->mirrors;
	do {
		url->text = list_next_text(&at);
		url->user = list_next_text(&at);
		url->password = list_next_text(&at);
	} while (mirror--);
}

int list_read(const struct list *list, uint64_t number, unsigned int mirror, struct list_text *text,
	      struct url *url)
{
	uint64_t at = list->at[number / EVERY];
	const char *bytes;
	uint32_t length;
	int ret;

	for (uint64_t left = number % EVERY;; left--, at += HEAD + length) {
		bytes = list_show(list, text, at, HEAD, &ret);
		if (!bytes)
			return ret;
		memcpy(&length, bytes, HEAD);
		if (!left)
			break;
	}
	bytes = list_show(list, text, at + HEAD, length, &ret);
	if (!bytes)
		return ret;
	list_fill(url, bytes, bytes + length, mirror);
	return 0;
}

long list_copy(const struct list *list, uint64_t from, void *bytes, size_t room)
{
	return spool_read(&list->spool, from, bytes, room);
}

int list_take(struct list *list, const void *bytes, size_t length)
{
	return spool_write(&list->spool, bytes, length);
}

/* Whether bytes are the texts of a download. */
static int list_is_whole(const char *bytes, size_t length)
{
	size_t texts = 0;

	for (size_t i = 0; i < length; i++)
		texts += !bytes[i];
	return length && !bytes[length - 1] && texts >= LIST_FACTS + LIST_URL &&
	       (texts - LIST_FACTS) % LIST_URL == 0;
}

/* Finds the download at *at, and goes on behind it. Returns 0, -ENOMEM, -EIO, or -EPROTO. */
static int list_note_next(struct list *list, struct list_text *text, uint64_t *at)
{
	uint64_t left = list->spool.length - *at;
	const char *bytes;
	uint32_t length;
	int ret;

	if (left < HEAD)
		return -EPROTO;
	bytes = list_show(list, text, *at, HEAD, &ret);
	if (!bytes)
		return ret;
	memcpy(&length, bytes, HEAD);
	if (left - HEAD < length)
		return -EPROTO;
	bytes = list_show(list, text, *at + HEAD, length, &ret);
	if (!bytes)
		return ret;
	if (!list_is_whole(bytes, length))
		return -EPROTO;
	ret = list_note_place(list, *at);
	*at += HEAD + length;
	return ret;
}

int list_taken(struct list *list, uint64_t count)
{
	struct list_text text = { 0 };
	uint64_t at = 0;
	int ret = list_end(list);

	list->count = 0;
	while (!ret && at < list->spool.length)
		ret = list_note_next(list, &text, &at);
	free(text.bytes);
	return ret ? ret : list->count == count ? 0 : -EPROTO;
}

void list_free(struct list *list)
{
	spool_free(&list->spool);
	free(list->at);
	*list = (struct list){ 0 };
}
