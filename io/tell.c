/* A line is one write: those of several workers never mix. */
#define _GNU_SOURCE
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "io/engine/checksum.h"
#include "io/engine/error.h"
#include "io/engine/sink.h"
#include "urls.h"

/* What is added to the name of the file of sums until it is whole. */
#define TELL_PART ".part"

/* Room for its path: a longer one than the system takes is cut, and refused when it is opened. */
enum { PART_ROOM = PATH_MAX + sizeof(TELL_PART) };

static int tell_open_file(const char *path, const char *option, int flags)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0666);

	if (fd < 0)
		say_fail(EINVAL, "%s %s cannot be written: %s", option, path, strerror(errno));
	return fd;
}

static void tell_name_part(char path[PART_ROOM], const char *manifest)
{
	snprintf(path, PART_ROOM, "%s" TELL_PART, manifest);
}

int tell_open(struct tell *tell, const struct fetch_options *options)
{
	char part[PART_ROOM];

	*tell = (struct tell){ .log = -1, .sums = -1 };
	if (options->log)
		tell->log = tell_open_file(options->log, "--log", 0);
	if (options->log && tell->log < 0)
		return -EINVAL;
	if (!options->manifest)
		return 0;
	tell_name_part(part, options->manifest);
	tell->sums = tell_open_file(part, "--write-manifest", O_TRUNC);
	return tell->sums < 0 ? -EINVAL : 0;
}

bool tell_wanted(const struct tell *tell)
{
	return tell->log >= 0 || tell->sums >= 0;
}

/* A text as JSON has it, or null. */
static void tell_put_text(FILE *file, const char *key, const char *text)
{
	if (!text) {
		fprintf(file, ", \"%s\": null", key);
		return;
	}
	fprintf(file, ", \"%s\": \"", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', file);
		/* URLs, names and our own words have no control characters in them. */
		fputc(*text, file);
	}
	fputc('"', file);
}

static const char *tell_saved(const struct outcome *outcome)
{
	return outcome->flags & OUTCOME_THERE     ? "there"
	       : outcome->flags & OUTCOME_RESUMED ? "resumed"
	       : outcome->flags & OUTCOME_SAVED   ? "whole"
						  : NULL;
}

static void tell_put_line(FILE *file, const struct url *url, const struct outcome *outcome,
			  const char *sum, unsigned int tries)
{
	char reason[ERROR_REASON];

	fprintf(file, "{\"status\": %u, \"bytes\": %" PRIu64 ", \"seconds\": %.6f, \"tries\": %u",
		outcome->status, outcome->bytes, (double)outcome->total_ns * 1e-9, tries);
	fprintf(file, ", \"first_byte_s\": %.6f", outcome->first_byte_us * 1e-6);
	tell_put_text(file, "url", url->text);
	tell_put_text(file, "file", *url->name ? url->name : NULL);
	tell_put_text(file, "saved", outcome->error ? NULL : tell_saved(outcome));
	tell_put_text(file, "sha256", *sum ? sum : NULL);
	tell_put_text(file, "error", outcome->error ? error_names[outcome->error].key : NULL);
	tell_put_text(file, "reason", outcome->error ? error_reason(outcome, reason) : NULL);
	fputs("}\n", file);
}

static void tell_write(int fd, const char *text, size_t length)
{
	/* A log that cannot be written is no reason to stop: it is short of a line. */
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			say_warn("--log or --write-manifest: a line is missing: %s",
				 strerror(written ? errno : ENOSPC));
			return;
		}
		text += written;
		length -= (size_t)written;
	}
}

void tell_end(const struct tell *tell, const struct url *url, const struct outcome *outcome,
	      const char *sum, unsigned int tries)
{
	char *text = NULL;
	size_t length = 0;
	FILE *file;

	if (tell->sums >= 0 && *sum && !outcome->error) {
		char line[CHECKSUM_TEXT + NAME_ROOM + sizeof("  \n")];
		int count = snprintf(line, sizeof(line), "%s  %s\n", sum, url->name);

		tell_write(tell->sums, line, (size_t)count);
	}
	if (tell->log < 0)
		return;
	file = open_memstream(&text, &length);
	if (!file)
		return;
	tell_put_line(file, url, outcome, sum, tries);
	if (!fclose(file))
		tell_write(tell->log, text, length);
	free(text);
}

int tell_finish(struct tell *tell, const struct fetch_options *options)
{
	char part[PART_ROOM];
	int err;

	if (tell->sums < 0)
		return 0;
	tell_name_part(part, options->manifest);
	err = fsync(tell->sums) || rename(part, options->manifest) ? errno : 0;
	close(tell->sums);
	tell->sums = -1;
	return err ? say_fail(EIO, "--write-manifest %s cannot be written: %s", options->manifest,
			      strerror(err))
		   : 0;
}

void tell_close(struct tell *tell)
{
	if (tell->log >= 0)
		close(tell->log);
	if (tell->sums >= 0)
		close(tell->sums);
}
