/* Three lines of text: the URL, the start of the machine, the version. */
#define _GNU_SOURCE
#include "part_about.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *about_name(const struct sink *sink, char name[ABOUT_ROOM])
{
	snprintf(name, ABOUT_ROOM, "%s" NAME_ABOUT, sink->name);
	return name;
}

/* What names this start of the machine: what was written before it may never have come to the
 * disk. */
static void about_boot(char id[64])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, id, 63);

	if (fd >= 0)
		close(fd);
	id[got > 0 ? got : 0] = '\0';
	id[strcspn(id, "\n")] = '\0';
}

void part_about_note(struct sink *sink)
{
	char name[ABOUT_ROOM], boot[64], text[SINK_VERSION + 128];
	int length, fd;

	sink->noted = true;
	about_boot(boot);
	length = snprintf(text, sizeof(text), "url %016" PRIx64 "\nboot %s\nversion %s\n",
			  sink->url, boot, sink->version);
	about_name(sink, name);
	unlinkat(sink->folder->fd, name, 0);
	fd = openat(sink->folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0666);
	if (fd < 0)
		return;
	if (write(fd, text, (size_t)length) != length)
		unlinkat(sink->folder->fd, name, 0);
	close(fd);
}

void part_about_forget(struct sink *sink)
{
	char name[ABOUT_ROOM];

	if (sink->noted)
		unlinkat(sink->folder->fd, about_name(sink, name), 0);
	sink->noted = false;
	sink->version[0] = '\0';
}

/* The rest of a line that begins with a word; NULL if none does. */
static char *about_line(char *text, const char *word)
{
	size_t length = strlen(word);

	for (char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
		if (!strncmp(line, word, length))
			return line + length;
	return NULL;
}

void part_about_recall(struct sink *sink, bool trusted)
{
	char name[ABOUT_ROOM], boot[64], known[64], text[SINK_VERSION + 128], *line;
	int fd = openat(sink->folder->fd, about_name(sink, name),
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	sink->noted = fd >= 0 || errno != ENOENT;
	/* Without its last end of a line it was not written to its end. */
	if (got <= 0 || text[got - 1] != '\n')
		return;
	text[got - 1] = '\0';
	about_boot(boot);
	snprintf(known, sizeof(known), "%016" PRIx64 "\n", sink->url);
	line = about_line(text, "url ");
	if (!line || strncmp(line, known, strlen(known)))
		return;
	line = about_line(text, "boot ");
	if (!trusted && (!line || !*boot || strncmp(line, boot, strlen(boot))))
		return;
	line = about_line(text, "version ");
	if (line && !strchr(line, '\n') && strlen(line) < SINK_VERSION)
		strcpy(sink->version, line);
}
