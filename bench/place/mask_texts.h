/* Masks as texts, as workers bear them from rank to rank. */
#ifndef MASK_TEXTS_H
#define MASK_TEXTS_H

/*
 * Two of the masks that have a PU in common. Returns the number of the PU, -1 if there are none, or
 * -ENOMEM.
 */
int mask_texts_shared(const char *const *masks, unsigned int count, unsigned int *one,
		      unsigned int *other);

/* How many PUs there are in any of the masks, or -ENOMEM. */
int mask_texts_count(const char *const *masks, unsigned int count);

#endif
