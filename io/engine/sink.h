/*
 * Where a body is saved: NAME.part in a folder while it comes, NAME once it is whole and on the
 * disk. Nothing is ever written outside of the folder, or through a link in it.
 *
 * A body that is too short for a part of it to be gone on with stays in memory until it is whole:
 * it costs the transfers no call to the file system, and is no file that a kill would leave.
 *
 *	sink_open() -> sink_write() ... -> sink_settle(), or sink_leave(), or sink_drop()
 */
#ifndef SINK_H
#define SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest name, in bytes, and its room: with what is added while it is not whole it still fits
 * the 255 bytes that file systems take. */
enum { NAME_BYTES = 200, NAME_ROOM = NAME_BYTES + 1 };

/* What the name of a file that is not whole yet ends with, and that of what is known of it. */
#define NAME_PART  ".part"
#define NAME_ABOUT ".part-about"

enum { ABOUT_ROOM = NAME_ROOM + sizeof(NAME_ABOUT) };
_Static_assert(ABOUT_ROOM <= 256, "file systems take names of 255 bytes");

struct folder {
	int fd;             /* -1: nothing is saved */
	bool clobber;       /* files that are there are replaced */
	unsigned int files; /* that may be open in it at once */
};

/* What tells one version of a body from another: an entity tag or a date, as a header has it. */
enum { SINK_VERSION = 256 };

struct sink {
	const struct folder *folder;
	char name[NAME_ROOM];
	int fd;       /* of NAME.part, which is locked by it; -1: there is none */
	bool waits;   /* there is no file yet: what came is in memory */
	char *memory; /* its own, of room bytes */
	size_t room;
	uint64_t bytes;             /* in either, from the first on */
	uint64_t url;               /* a hash of where they are from */
	char version[SINK_VERSION]; /* of these bytes; "": others cannot be put behind them later */
	bool noted;                 /* it stands in NAME.part-about */
};

/* Opens a folder, and makes it if it is not there, but not the one that it is in. Returns 0 or
 * -errno. */
int sink_open_folder(struct folder *folder, const char *path, bool clobber);
void sink_close_folder(struct folder *folder);

/*
 * Begins a file, or goes on with what is left of it: then bytes is not 0, and only bytes of that
 * version may follow. trusted: what is there is checked by a sum later, so a part may also be from
 * before the machine was last started. Returns 0; -EEXIST if it is there already, as a file;
 * -EBUSY if another process is writing it; -ELOOP if a link is in its place; or another -errno.
 */
int sink_open(struct sink *sink, const struct folder *folder, const char *name, const char *url,
	      bool trusted);

/* Whether it was opened, and neither settled, nor left, nor dropped. */
bool sink_is_open(const struct sink *sink);

/* Hands it over: the first is a copy of the second, which is open no more. */
void sink_move(struct sink *to, struct sink *from);

/* Puts bytes behind those that are there. Returns 0 or -errno. */
int sink_write(struct sink *sink, const void *bytes, size_t length);

/* Opens a whole file that sink_open() found, to be read, with its size in bytes. Returns 0 or
 * -errno. */
int sink_look(struct sink *sink);

/* Reads what is there. Returns how many bytes, 0 behind the last, or -errno. */
long sink_read(const struct sink *sink, void *bytes, size_t room, uint64_t from);

/* Forgets what is there, and takes bytes of another version. Returns 0 or -errno. */
int sink_restart(struct sink *sink, const char *version);

/* Closes it and takes it away; or leaves what may be gone on with later. */
void sink_drop(struct sink *sink);
void sink_leave(struct sink *sink);

/*
 * Brings whole files to the disk, gives them their names, and closes them. errors[i]: 0, or -errno
 * of what could not be done to sinks[i], which is then taken away; -EEXIST if such a file has come
 * meanwhile. Of a folder that cannot be brought there all have an error, and the names that they
 * got.
 */
void sink_settle(const struct folder *folder, struct sink *sinks, int *errors, size_t count);

#endif
