#define _GNU_SOURCE
#include "weighting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"

/* No core is a million times slower than another; and sums of such numbers stay finite. */
#define WEIGHTING_LEAST 1e-3
#define WEIGHTING_MOST  1e6

/* One weight for each worker. */
static int weighting_take_list(struct weighting *weighting, const char *text)
{
	weighting->how = WEIGHTING_GIVEN;
	weighting->list = calloc(strlen(text) / 2 + 1, sizeof(*weighting->list));
	if (!weighting->list)
		return -ENOMEM;
	for (const char *at = text;; at++) {
		double weight;

		if (number_take_real(&at, &weight) || (*at && *at != ',') ||
		    weight < WEIGHTING_LEAST || weight > WEIGHTING_MOST)
			return say_fail(
				EINVAL,
				"--weights takes equal, measured, or a number from %g to %g "
				"for each worker, as in 2,2,1: not '%.*s'",
				WEIGHTING_LEAST, WEIGHTING_MOST, SAY_WORD, text);
		weighting->list[weighting->count++] = weight;
		if (!*at)
			return 0;
	}
}

const char *weighting_nth_word(size_t n)
{
	/* From WEIGHTING_EQUAL on. */
	static const char *const words[] = { "equal", "measured", NULL };

	return words[n];
}

int weighting_parse(struct weighting *weighting, const char *text)
{
	weighting_free(weighting);
	weighting->text = text;
	for (size_t n = 0; weighting_nth_word(n); n++)
		if (!strcmp(weighting_nth_word(n), text)) {
			weighting->how = WEIGHTING_EQUAL + n;
			return 0;
		}
	return weighting_take_list(weighting, text);
}

void weighting_free(struct weighting *weighting)
{
	free(weighting->list);
	*weighting = (struct weighting){ 0 };
}
