/* The bytes of bodies, computed in whole words from a counter. */
#include "payload.h"

#include <endian.h>
#include <string.h>

enum { WORD = sizeof(uint64_t), BLOCK = 4096 };

uint64_t payload_key_of(uint64_t seed, const char *path, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)path[i]) * 0x100000001b3u;
	/* The seed is mixed first, so that neighbouring seeds and similar paths do not cancel. */
	return payload_mix(hash ^ payload_mix(seed));
}

uint64_t payload_key(uint64_t seed, const char *path)
{
	return payload_key_of(seed, path, strlen(path));
}

static uint64_t payload_word_at(uint64_t key, uint64_t index)
{
	return htole64(payload_mix(key + (index + 1) * 0x9e3779b97f4a7c15u));
}

/* Copies what there is room for of the word that has the offset in it. Returns how much. */
static size_t payload_fill_part(unsigned char *bytes, size_t length, uint64_t key, uint64_t offset)
{
	uint64_t word = payload_word_at(key, offset / WORD);
	size_t skip = offset % WORD, part = WORD - skip;

	part = part < length ? part : length;
	memcpy(bytes, (const unsigned char *)&word + skip, part);
	return part;
}

void payload_fill(void *room, size_t length, uint64_t key, uint64_t offset)
{
	unsigned char *bytes = room;
	size_t done = 0;

	if (offset % WORD)
		done = payload_fill_part(bytes, length, key, offset);
	for (; length - done >= WORD; done += WORD) {
		uint64_t word = payload_word_at(key, (offset + done) / WORD);

		memcpy(bytes + done, &word, WORD);
	}
	if (done < length)
		payload_fill_part(bytes + done, length - done, key, offset + done);
}

bool payload_matches(const void *bytes, size_t length, uint64_t key, uint64_t offset)
{
	unsigned char block[BLOCK];

	/* A block stays in the nearest cache, where filling and comparing it are fastest. */
	for (size_t done = 0; done < length;) {
		size_t part = length - done < BLOCK ? length - done : BLOCK;

		payload_fill(block, part, key, offset + done);
		if (memcmp(block, (const unsigned char *)bytes + done, part))
			return false;
		done += part;
	}
	return true;
}
