/* Weighting: how the shares of a static schedule are to be weighed, as it was asked. */
#ifndef WEIGHTING_H
#define WEIGHTING_H

#include <stddef.h>

struct weighting {
	/*
	 * Measured in a short run of the job off the clock, whose results are forgotten, but only
	 * if placement_unequal(); equal; measured in any case; or given, one weight for each worker
	 * of the whole team.
	 */
	enum { WEIGHTING_IF_UNEQUAL, WEIGHTING_EQUAL, WEIGHTING_MEASURED, WEIGHTING_GIVEN } how;
	const char *text; /* as it was asked; NULL: it was not */
	double *list;     /* malloc'd, if given */
	unsigned int count;
};

/* The words that may be asked for, from 0 on; NULL after the last. */
const char *weighting_nth_word(size_t n);

/* Takes one of those, or a list as in "2,2,1". Returns 0, or -errno having said why. */
int weighting_parse(struct weighting *weighting, const char *text);
void weighting_free(struct weighting *weighting);

#endif
