/* The lines of a list of tasks or URLs, as it is read: in bounded memory, whatever the list. */
#ifndef JOB_LINES_H
#define JOB_LINES_H

#include <stdio.h>

struct job_lines {
	FILE *file;
	const char *name; /* for messages */
	size_t number;    /* of the line that was read last, from 1 on */
	char *text;       /* that line, without its end */
};

/* file and name stay the caller's. Returns 0 or -ENOMEM. */
int job_lines_open(struct job_lines *lines, FILE *file, const char *name);
void job_lines_close(struct job_lines *lines);

/* Reads the next line. Returns 1; 0 at the end of the list; -EINVAL having said why: it has a NUL
 * byte, over 131072 bytes, or cannot be read. */
int job_lines_next(struct job_lines *lines);

/* Cuts the comment and the space around what is left, in place. A # within a word is part of it. */
char *job_lines_trim(char *line);

#endif
