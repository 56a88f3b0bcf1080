/* Lines no longer than a terminal is wide. */
#ifndef WRAP_H
#define WRAP_H

#include <stdio.h>

/*
 * Writes words and a newline, from the column on where the line is; later lines begin at indent. A word
 * that is longer than a line is not cut, nor is a line of the text that begins with a space, as a
 * command to type does.
 */
void wrap_text(FILE *file, const char *text, int column, int indent);

#endif
