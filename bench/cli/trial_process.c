/* A trial in a fresh process: its words, its input, its findings. */
#include "trial_process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/words.h"
#include "bench/launcher/launch.h"
#include "bench/result/json_read.h"

/* An option that is left out where it has no value. */
static void trial_add_count(struct words *words, const char *option, unsigned int count)
{
	if (count)
		words_add(words, "%s%u", option, count);
}

static void trial_add_text(struct words *words, const char *option, const char *text)
{
	if (text)
		words_add(words, "%s%s", option, text);
}

/* Weights mean something to several workers with static shares. */
static bool trial_has_shares(const struct trial_process *process, const struct configuration *c)
{
	const char *schedule = c->schedule ? c->schedule : process->schedule;

	return c->ranks + c->workers > 1 && schedule && !strcmp(schedule, "static");
}

static void trial_fill_words(struct words *words, const struct trial_process *process,
			     const struct configuration *c)
{
	words_add(words, "%s", process->program);
	words_add(words, "%s", process->verb);
	words_add(words, "-q");
	words_add(words, "--no-progress");
	words_add(words, "--json");
	words_add(words, "%s%s", process->chooses, c->strategy);
	trial_add_count(words, "-n", c->ranks);
	trial_add_count(words, "--per-node=", c->per_node);
	trial_add_count(words, "-w", c->workers);
	trial_add_count(words, "-k", c->inflight);
	if (c->repeat > 1)
		trial_add_count(words, "--repeat=", c->repeat);
	if (c->clocks)
		words_add(words, "--clock");
	trial_add_text(words, "--places=", c->places);
	trial_add_text(words, "--bind=", c->bind);
	words_add_list(words, process->options);
	trial_add_text(words, "--schedule=", c->schedule);
	if (trial_has_shares(process, c))
		trial_add_text(words, "--weights=", process->weights);
	if (process->feed >= 0)
		words_add(words, "--file=-");
	words_add(words, "--");
	words_add_list(words, process->operands);
}

/* The first line that a failed trial said, but for empty ones, without the program's name. */
static void trial_first_line(const struct trial_process *process, const struct output *err,
			     int code, char why[TRIAL_WHY])
{
	const char *text = err->text ? err->text : "", *name = process->program;
	size_t skip = strlen(name);

	text += strspn(text, "\n");
	if (!strncmp(text, name, skip) && text[skip] == ':')
		text += skip + 2;
	if (*text)
		snprintf(why, TRIAL_WHY, "%.*s", (int)strcspn(text, "\n"), text);
	else
		snprintf(why, TRIAL_WHY, "it ended with code %d", code);
}

/* Reads what the process printed; a result that is not one measured row is none. */
static void trial_read(struct result *found, const struct output *out, int code,
		       const struct trial_process *process, const char *name)
{
	if (json_read(found, out->text ? out->text : "", out->length, name) ||
	    found->row_count != 1 || !found->rows[0].sample_count ||
	    (code == 0 && !process->loses && !found->rows[0].verified)) {
		result_free(found);
		*found = (struct result){ 0 };
	}
}

int trial_process_make(void *context, const struct configuration *configuration, uint64_t until_ns,
		       struct result *found, char why[TRIAL_WHY])
{
	const struct trial_process *process = context;
	struct words words = { 0 };
	struct output out = { 0 }, err = { 0 };
	int code;

	*found = (struct result){ 0 };
	trial_fill_words(&words, process, configuration);
	if (process->feed >= 0)
		lseek(process->feed, 0, SEEK_SET);
	code = words.incomplete ? -ENOMEM
				: launch_self(words.list, process->feed, until_ns, &out, &err);
	if (code > 0)
		trial_first_line(process, &err, code, why);
	if (code == 0 || ((code == 1 || code == 3) && out.length))
		trial_read(found, &out, code, process, configuration->strategy);
	if (code == 0 && !found->row_count) {
		snprintf(why, TRIAL_WHY, "it printed no verified run");
		code = 1;
	}
	free(out.text);
	free(err.text);
	words_free(&words);
	return code;
}
