/* NAME.part-about, beside a part that may be gone on with: which bytes of what they are. */
#ifndef PART_ABOUT_H
#define PART_ABOUT_H

#include "sink.h"

/* Tells what the part is of. It is no error if that cannot be done: the part is then begun anew. */
void part_about_note(struct sink *sink);

/* Reads what the part that is there is of. Leaves no version where that does not fit. trusted: see
 * sink_open(). */
void part_about_recall(struct sink *sink, bool trusted);

/* Takes it away, and the version with it. */
void part_about_forget(struct sink *sink);

#endif
