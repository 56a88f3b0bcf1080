/* Which of the words that there are was meant: the one with the least edit distance. */
#include "nearest.h"

#include <ctype.h>
#include <string.h>

/* A longer word is near to none: those that there are to choose from are shorter. */
enum { LETTERS_MAX = 32 };

static unsigned int nearest_least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * The optimal string alignment distance: one for a letter left out, added or changed, and for two
 * neighbours swapped (L. Boytsov, Indexing methods for approximate dictionary searching, 2011,
 * 2.2). Small and capital letters are the same.
 */
static unsigned int nearest_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned int rows[3][LETTERS_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_length; j++)
		above[j] = (unsigned int)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int *oldest = before;

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_length; j++) {
			int x = tolower((unsigned char)a[i - 1]),
			    y = tolower((unsigned char)b[j - 1]);

			row[j] = nearest_least(nearest_least(above[j], row[j - 1]) + 1,
					       above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]))
				row[j] = nearest_least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_length];
}

bool nearest_try(struct nearest *nearest, const char *choice)
{
	size_t length = strlen(choice);
	/* One letter in three may be wrong: beyond that almost any short word is near. */
	unsigned int distance, most = (unsigned int)(nearest->length + 1) / 3;

	if (nearest->length > LETTERS_MAX || length > LETTERS_MAX)
		return false;
	distance = nearest_distance(nearest->word, nearest->length, choice, length);
	if (distance > most || (nearest->best && distance >= nearest->distance))
		return false;
	nearest->best = choice;
	nearest->distance = distance;
	return true;
}
