/*
 * What a body is: bytes that follow from a seed, a path and an offset alone, so that a server and
 * its clients agree on them without a word.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Spreads 64 bits over 64 bits, one to one: the output function of SplitMix64 (Steele, Lea and
 * Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014; the constants are variant 13
 * of David Stafford, Better Bit Mixing, 2011).
 */
static inline uint64_t payload_mix(uint64_t bits)
{
	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
	return bits ^ bits >> 31;
}

/* The number that stands for a path under a seed: the 64-bit FNV-1a hash of the path (by G. Fowler,
 * L. C. Noll and K.-P. Vo, www.isthe.com/chongo/tech/comp/fnv), mixed with the seed. */
uint64_t payload_key(uint64_t seed, const char *path);
/* The same for a path of so many bytes. */
uint64_t payload_key_of(uint64_t seed, const char *path, size_t length);

/*
 * Writes the bytes offset ... offset + length - 1 of the body of a path, by its key. The path is
 * the URL's as it was sent, "/" and percent signs and all, without the query; a body has no end of
 * its own.
 *
 * Byte n is byte n % 8, lowest first, of the word payload_mix(key + (n / 8 + 1) * gamma), where
 * gamma is the odd number nearest to 2^64 over the golden ratio: SplitMix64 from the key on, and
 * any word of it at once.
 */
void payload_fill(void *bytes, size_t length, uint64_t key, uint64_t offset);

/* Whether the bytes are those that payload_fill() would write. Keeps no copy of them. */
bool payload_matches(const void *bytes, size_t length, uint64_t key, uint64_t offset);

#endif
