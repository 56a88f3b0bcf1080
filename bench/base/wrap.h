/* Lines no longer than a terminal is wide. */
#ifndef WRAP_H
#define WRAP_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes words and a newline, from the column on where the line is; later lines begin at indent. A
 * word that is longer than a line is not cut, nor is a line of the text that begins with a space,
 * as a command to type does.
 */
void wrap_text(FILE *file, const char *text, int column, int indent);

/*
 * How many bytes of a line fit a terminal as wide as it is now, the last column left free; a
 * descriptor that is none, as where a launcher stands between, is taken for one of the usual width.
 * What is longer would go on in the next line, where nothing overwrites it.
 */
size_t wrap_fitting(const char *line, int terminal);

#endif
