/* A clock that stands still between looks that are far apart. */
#include "listening.h"

void listening_begin(struct listening *listening, uint64_t now_ns)
{
	*listening = (struct listening){ .looked_ns = now_ns, .at_ns = now_ns };
}

uint64_t listening_look(struct listening *listening, uint64_t now_ns, uint64_t patience_ns)
{
	uint64_t gap = now_ns - listening->looked_ns;

	listening->looked_ns = now_ns;
	listening->at_ns += gap < patience_ns / 4 ? gap : patience_ns / 4;
	return listening->at_ns;
}
