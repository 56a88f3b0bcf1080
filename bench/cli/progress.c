/* The progress line: share done, rate, time left. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "command.h"
#include "progress.h"

/* A run shorter than this needs no line. */
#define PATIENCE_NS 1000000000u

struct progress {
	const struct program *program;
	uint64_t began_ns;
};

bool progress_wanted(const struct command *command)
{
	return !command->talk.quiet && !command->talk.no_progress && launch_on_terminal();
}

int progress_open(struct progress **out, const struct command *command)
{
	*out = NULL;
	if (!progress_wanted(command))
		return 0;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->program = command->program;
	return 0;
}

void progress_begin(struct progress *progress)
{
	if (progress)
		progress->began_ns = clock_ns();
}

void progress_show(void *context, uint64_t done, uint64_t items)
{
	const struct progress *progress = context;
	uint64_t elapsed = clock_ns() - progress->began_ns;
	double share = items ? (double)done / (double)items : 1, seconds = (double)elapsed * 1e-9;
	struct cell rate = { .kind = CELL_RATE,
			     .text = progress->program->rate_unit,
			     .number = (double)done / seconds };
	char text[CELL_SHOWN], left[CELL_SHOWN], more[256] = "";

	if (elapsed < PATIENCE_NS || !done)
		return;
	show_seconds(left, seconds / share - seconds);
	if (progress->program->progress) {
		progress->program->progress(progress->program->config, seconds, more, sizeof(more));
		say_progress("%" PRIu64 " of %" PRIu64 ", %s left%s", done, items, left, more);
		return;
	}
	say_progress("%5.1f %%  %s  %s left", 100 * share, table_show_whole(&rate, text), left);
}

void progress_close(struct progress *progress)
{
	if (progress)
		say_progress(NULL);
	free(progress);
}
