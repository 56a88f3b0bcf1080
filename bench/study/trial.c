/* Measurements in fresh processes: their words, their input, their findings. */
#define _GNU_SOURCE
#include "trial.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/launcher/launch.h"

/* Our own words, beside what is handed on and the operands. */
enum { WORDS_MAX = 24 };

struct words {
	char **list;
	size_t count;
	char *ours[WORDS_MAX]; /* those that are put together here */
	size_t our_count;
	bool incomplete; /* for want of memory */
};

__attribute__((format(printf, 2, 3))) static void add_word(struct words *words, const char *format,
							   ...)
{
	char *word;
	va_list args;

	va_start(args, format);
	if (vasprintf(&word, format, args) < 0)
		word = NULL;
	va_end(args);
	words->incomplete = words->incomplete || !word;
	if (word)
		words->list[words->count++] = words->ours[words->our_count++] = word;
}

/* An option that is left out where it has no value. */
static void add_count(struct words *words, const char *option, unsigned int count)
{
	if (count)
		add_word(words, "%s%u", option, count);
}

static void add_text(struct words *words, const char *option, const char *text)
{
	if (text)
		add_word(words, "%s%s", option, text);
}

static void add_list(struct words *words, char *const *list, size_t count)
{
	memcpy(words->list + words->count, list, count * sizeof(*list));
	words->count += count;
}

/* Whether weights mean anything to it. */
static bool has_shares(const struct command *command, const struct contender *row)
{
	const struct schedule *schedule = &command->options.team.schedule;

	return row->ranks + row->workers > 1 &&
	       (row->schedule || schedule->type == &schedule_static);
}

static void fill_words(struct words *words, const struct command *command,
		       const struct contender *row, size_t operands)
{
	static char *const head[] = { (char *)"run", (char *)"-q", (char *)"--no-progress",
				      (char *)"--json" };

	add_word(words, "%s", command->program->name);
	add_list(words, head, sizeof(head) / sizeof(head[0]));
	add_word(words, "-s%s", row->strategy);
	add_count(words, "-n", row->ranks);
	add_count(words, "-w", row->workers);
	add_count(words, "-k", row->inflight);
	if (row->repeat > 1)
		add_count(words, "--repeat=", row->repeat);
	if (row->clocks)
		add_word(words, "--clock");
	add_text(words, "--places=", row->places);
	add_text(words, "--bind=", row->bind);
	add_text(words, "--file=", command->options.job.file);
	add_list(words, command->measured, command->measured_count);
	add_text(words, "--schedule=", row->schedule);
	if (has_shares(command, row))
		add_text(words, "--weights=", command->options.team.weights_text);
	add_word(words, "--");
	add_list(words, command->operands, operands);
}

/* Returns the exit code or -errno. */
static int launch(const struct command *command, const struct contender *row, int feed,
		  uint64_t until_ns, struct output *out, struct output *err)
{
	struct words words = { 0 };
	size_t operands = 0;
	int ret;

	while (command->operands[operands])
		operands++;
	words.list = calloc(WORDS_MAX + command->measured_count + operands, sizeof(*words.list));
	if (!words.list)
		return -ENOMEM;
	fill_words(&words, command, row, operands);
	if (feed >= 0)
		lseek(feed, 0, SEEK_SET);
	ret = words.incomplete ? -ENOMEM : launch_self(words.list, feed, until_ns, out, err);
	for (size_t i = 0; i < words.our_count; i++)
		free(words.ours[i]);
	free(words.list);
	return ret;
}

/* The first line that a failed measurement said, without the program's name. */
static void first_line(const struct command *command, const struct output *err, int code,
		       char why[256])
{
	const char *text = err->text ? err->text : "", *name = command->program->name;
	size_t skip = strlen(name);

	if (!strncmp(text, name, skip) && text[skip] == ':')
		text += skip + 2;
	if (*text)
		snprintf(why, 256, "%.*s", (int)strcspn(text, "\n"), text);
	else
		snprintf(why, 256, "it ended with code %d", code);
}

int measurement_make(struct document *found, const struct command *command,
		     const struct contender *row, int feed, uint64_t until_ns, char why[256])
{
	struct output out = { 0 }, err = { 0 };
	int code = launch(command, row, feed, until_ns, &out, &err);

	*found = (struct document){ 0 };
	if (code > 0)
		first_line(command, &err, code, why);
	if (code == 0 || (code == 1 && out.length)) {
		if (json_read(found, out.text ? out.text : "", out.length, row->strategy) ||
		    found->run_count != 1 || !found->runs[0].sample_count ||
		    (code == 0 && !found->runs[0].verified)) {
			document_free(found);
			*found = (struct document){ 0 };
		}
		if (code == 0 && !found->run_count) {
			snprintf(why, 256, "it printed no verified run");
			code = 1;
		}
	}
	free(out.text);
	free(err.text);
	return code;
}
