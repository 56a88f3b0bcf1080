/* Words of a command line, written so that a shell reads the same words back. */
#include "shell.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

/* Letters, digits, and what no shell expands, wherever it stands in a word. An = may assign, but
 * not in an option. */
static bool shell_is_plain(const char *word)
{
	const char *plain = *word == '-' ? "%+,-./:=@_" : "%+,-./:@_";

	if (!*word)
		return false;
	for (; *word; word++)
		if (!isalnum((unsigned char)*word) && !strchr(plain, *word))
			return false;
	return true;
}

/* Nothing but characters that a terminal shows on one line. */
static bool shell_is_text(const char *word)
{
	while (*word && !iscntrl((unsigned char)*word) && utf8_character(word))
		word += utf8_character(word);
	return !*word;
}

static void shell_put_quoted(FILE *file, const char *word)
{
	fputc('\'', file);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", file);
		else
			fputc(*word, file);
	fputc('\'', file);
}

static void shell_put_escaped(FILE *file, const char *word)
{
	fputs("$'", file);
	for (; *word; word++)
		if (*word == '\'' || *word == '\\')
			fprintf(file, "\\%c", *word);
		else if (*word < ' ' || *word == 0x7f)
			/* Three octal digits: one behind them is not taken for a fourth. */
			fprintf(file, "\\%03o", (unsigned char)*word);
		else
			fputc(*word, file);
	fputc('\'', file);
}

char *shell_quote(const char *word)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = shell_is_plain(word) ? NULL : open_memstream(&text, &size);

	if (!file)
		return shell_is_plain(word) ? strdup(word) : NULL;
	if (shell_is_text(word))
		shell_put_quoted(file, word);
	else
		shell_put_escaped(file, word);
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}
