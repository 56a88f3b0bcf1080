/* Messages to people, on stderr. */
#define _GNU_SOURCE
#include "say.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "array.h"
#include "nearest.h"
#include "wrap.h"

/* The variable with what the run that launched this one has said already, a warning a line. */
#define SAID "CORESCALE_SAID"

static struct {
	const char *program;
	enum say_level level;
	bool progress_shown;
	char **warnings;
	size_t warning_count, warning_room;
	char *later; /* an error that another rank may say first */
	bool failed; /* an error was said, or kept */
} self = { .program = "corescale", .level = SAY_NORMAL };

/* One thread speaks at a time: that of a checkpoint does so, too. */
static pthread_mutex_t say_mutex = PTHREAD_MUTEX_INITIALIZER;

static void say_take(void)
{
	pthread_mutex_lock(&say_mutex);
}

static void say_give(void)
{
	pthread_mutex_unlock(&say_mutex);
}

/* What is forked while another thread speaks has that thread's lock, but not the thread. */
static void say_mind_forks(void)
{
	pthread_atfork(say_take, say_give, say_give);
}

static void say_lock(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, say_mind_forks);
	say_take();
}

void say_setup(const char *program, enum say_level level)
{
	self.program = program;
	self.level = level;
}

enum say_level say_level(void)
{
	return self.level;
}

static void say_write(const char *at, size_t left)
{
	while (left) {
		ssize_t wrote = write(STDERR_FILENO, at, left);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return;
		at += wrote;
		left -= (size_t)wrote;
	}
}

/* A message, malloc'd; NULL without memory. */
static char *__attribute__((format(printf, 1, 0))) say_compose(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

/* One write a line, so that the lines of several ranks do not mix; by no stream, which would put a
 * buffer of 8 kB on the stack that may be too small. */
static void say_line(const char *label, char *text)
{
	char *line;
	int length;

	/* A line stays a line, whatever a user's word has in it. */
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	length = asprintf(&line, "%s%s: %s%s\n", self.progress_shown ? "\r\033[K" : "",
			  self.program, label, text);
	if (length >= 0) {
		say_write(line, (size_t)length);
		free(line);
	}
	self.progress_shown = false;
}

int say_fail(int err, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = say_compose(format, args);
	va_end(args);
	say_lock();
	self.failed = true;
	if (text && self.level == SAY_LATER && !self.later) {
		self.later = text;
		text = NULL;
	}
	if (text && self.level != SAY_LATER)
		say_line("", text);
	say_give();
	free(text);
	return -err;
}

bool say_has_failed(void)
{
	return self.failed;
}

void say_what_was_kept(unsigned int rank)
{
	const struct timespec patience = { .tv_sec = 1, .tv_nsec = 500000000 };
	char label[32];

	if (!self.later)
		return;
	nanosleep(&patience, NULL);
	snprintf(label, sizeof(label), "rank %u: ", rank);
	say_line(label, self.later);
	free(self.later);
	self.later = NULL;
}

int say_no_such(const char *what, const char *name, int length, const char *(*nth)(size_t n))
{
	struct nearest nearest = { .word = name,
				   .length = length < 0 ? strlen(name) : (size_t)length };
	char choices[1024] = "", meant[64] = "";

	for (size_t n = 0, at = 0; nth(n) && at < sizeof(choices); n++) {
		at += (size_t)snprintf(choices + at, sizeof(choices) - at, "%s%s", n ? ", " : "",
				       nth(n));
		if (nearest_try(&nearest, nth(n)))
			snprintf(meant, sizeof(meant), "; did you mean %s?", nearest.best);
	}
	return say_fail(EINVAL, "no %s '%.*s%s': it is one of %s%s", what,
			(int)(nearest.length < SAY_WORD ? nearest.length : SAY_WORD), name,
			nearest.length > SAY_WORD ? "..." : "", choices, meant);
}

static bool say_is_kept(const char *text)
{
	for (size_t i = 0; i < self.warning_count; i++)
		if (!strcmp(self.warnings[i], text))
			return true;
	return false;
}

/* Whether the run of this program that launched this one has said it. */
static bool say_was_handed_on(const char *text)
{
	const char *said = getenv(SAID), *at = said ? strstr(said, text) : NULL;

	return at && (at == said || at[-1] == '\n') && strchr("\n", at[strlen(text)]);
}

void say_hand_on(void)
{
	char *said = NULL;
	size_t size;
	FILE *file = open_memstream(&said, &size);

	for (size_t i = 0; file && i < self.warning_count; i++)
		fprintf(file, "%s\n", self.warnings[i]);
	if (file && !fclose(file) && self.warning_count)
		setenv(SAID, said, 1);
	free(said);
}

/* Keeps a text for the report, unless it is there. Takes it over. */
static void say_keep(char *text)
{
	if (say_is_kept(text) ||
	    array_reserve(&self.warnings, &self.warning_room, self.warning_count + 1))
		free(text);
	else
		self.warnings[self.warning_count++] = text;
}

void say_warn(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = say_compose(format, args);
	va_end(args);
	if (!text)
		return;
	say_lock();
	if ((self.level == SAY_NORMAL || self.level == SAY_VERBOSE) && !say_is_kept(text) &&
	    !say_was_handed_on(text))
		say_line("warning: ", text);
	say_keep(text);
	say_give();
}

static void __attribute__((format(printf, 1, 0))) say_plain(const char *format, va_list args)
{
	char *text = say_compose(format, args);

	if (!text)
		return;
	say_lock();
	say_line("", text);
	say_give();
	free(text);
}

void say_fact(const char *format, ...)
{
	va_list args;

	if (self.level != SAY_NORMAL && self.level != SAY_VERBOSE)
		return;
	va_start(args, format);
	say_plain(format, args);
	va_end(args);
}

void say_note(const char *format, ...)
{
	va_list args;

	if (self.level != SAY_VERBOSE)
		return;
	va_start(args, format);
	say_plain(format, args);
	va_end(args);
}

void say_progress(const char *format, ...)
{
	char *text = NULL, *line = NULL;
	int length = -1;
	va_list args;

	if (format) {
		va_start(args, format);
		text = say_compose(format, args);
		va_end(args);
	}
	say_lock();
	if (text)
		length = asprintf(&line, "\r%.*s\033[K", (int)wrap_fitting(text, STDERR_FILENO),
				  text);
	else if (self.progress_shown)
		length = asprintf(&line, "\r\033[K");
	if (length >= 0)
		say_write(line, (size_t)length);
	self.progress_shown = text != NULL;
	say_give();
	if (length >= 0)
		free(line);
	free(text);
}

void say_results(const char *lines, size_t length)
{
	bool terminal = isatty(STDOUT_FILENO);

	/* Whoever reads a pipe may be slow: nobody else waits for that. */
	if (terminal) {
		say_lock();
		fputs(self.progress_shown ? "\r\033[K" : "", stderr);
		self.progress_shown = false;
	}
	fwrite(lines, 1, length, stdout);
	fflush(stdout);
	if (terminal)
		say_give();
}

size_t say_warnings(char *const **texts)
{
	*texts = self.warnings;
	return self.warning_count;
}

void say_forget(void)
{
	for (size_t i = 0; i < self.warning_count; i++)
		free(self.warnings[i]);
	free(self.warnings);
	self.warnings = NULL;
	self.warning_count = self.warning_room = 0;
}
