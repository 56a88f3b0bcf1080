/* A trial in a fresh process: its words, its input, its findings. */
#define _GNU_SOURCE
#include "trial_process.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/array.h"
#include "bench/launcher/launch.h"
#include "bench/result/json_read.h"

/* The words of a command line, the last one NULL. All are its own. */
struct trial_words {
	char **list;
	size_t count, room;
	bool incomplete; /* for want of memory */
};

static void trial_take_word(struct trial_words *words, char *word)
{
	if (array_reserve(&words->list, &words->room, words->count + 2) || !word) {
		words->incomplete = true;
		free(word);
		return;
	}
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

__attribute__((format(printf, 2, 3))) static void trial_add_word(struct trial_words *words,
								 const char *format, ...)
{
	char *word;
	va_list args;

	va_start(args, format);
	if (vasprintf(&word, format, args) < 0)
		word = NULL;
	va_end(args);
	trial_take_word(words, word);
}

/* An option that is left out where it has no value. */
static void trial_add_count(struct trial_words *words, const char *option, unsigned int count)
{
	if (count)
		trial_add_word(words, "%s%u", option, count);
}

static void trial_add_text(struct trial_words *words, const char *option, const char *text)
{
	if (text)
		trial_add_word(words, "%s%s", option, text);
}

static void trial_add_list(struct trial_words *words, char *const *list)
{
	for (; list && *list; list++)
		trial_add_word(words, "%s", *list);
}

static void trial_free_words(struct trial_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
}

/* Weights mean something to several workers with static shares. */
static bool trial_has_shares(const struct trial_process *process, const struct configuration *c)
{
	const char *schedule = c->schedule ? c->schedule : process->schedule;

	return c->ranks + c->workers > 1 && schedule && !strcmp(schedule, "static");
}

static void trial_fill_words(struct trial_words *words, const struct trial_process *process,
			     const struct configuration *c)
{
	trial_add_word(words, "%s", process->program);
	trial_add_word(words, "%s", process->verb);
	trial_add_word(words, "-q");
	trial_add_word(words, "--no-progress");
	trial_add_word(words, "--json");
	trial_add_word(words, "%s%s", process->chooses, c->strategy);
	trial_add_count(words, "-n", c->ranks);
	trial_add_count(words, "-w", c->workers);
	trial_add_count(words, "-k", c->inflight);
	if (c->repeat > 1)
		trial_add_count(words, "--repeat=", c->repeat);
	if (c->clocks)
		trial_add_word(words, "--clock");
	trial_add_text(words, "--places=", c->places);
	trial_add_text(words, "--bind=", c->bind);
	trial_add_list(words, process->options);
	trial_add_text(words, "--schedule=", c->schedule);
	if (trial_has_shares(process, c))
		trial_add_text(words, "--weights=", process->weights);
	if (process->feed >= 0)
		trial_add_word(words, "--file=-");
	trial_add_word(words, "--");
	trial_add_list(words, process->operands);
}

/* The first line that a failed trial said, without the program's name. */
static void trial_first_line(const struct trial_process *process, const struct output *err,
			     int code, char why[TRIAL_WHY])
{
	const char *text = err->text ? err->text : "", *name = process->program;
	size_t skip = strlen(name);

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
	struct trial_words words = { 0 };
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
	trial_free_words(&words);
	return code;
}
