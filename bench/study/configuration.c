/* What is asked of one row, as the row tells it. */
#include "configuration.h"

#include <errno.h>

int configuration_describe(const struct configuration *c, struct row *row)
{
	row->ranks = c->ranks ? c->ranks : 1;
	row->workers = row->ranks * (c->workers ? c->workers : 1);
	row->inflight = c->inflight ? c->inflight : 1;
	row->nodes = c->nodes;
	row->repeat = c->repeat ? c->repeat : 1;
	return record_set_text(&row->strategy, c->strategy) ||
			       record_set_text(&row->schedule, c->schedule ? c->schedule : "") ||
			       record_set_text(&row->places, c->places ? c->places : "") ||
			       record_set_text(&row->bind, c->bind ? c->bind : "")
		       ? -ENOMEM
		       : 0;
}
