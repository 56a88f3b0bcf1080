/* Texts in a page, whatever bytes they are of. */
#define _GNU_SOURCE
#include "html_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/utf8.h"

void html_text_put(FILE *file, const char *text)
{
	while (*text) {
		size_t length = utf8_character(text);

		if (!length)
			fputs("\xef\xbf\xbd", file);
		else if (*text == '<')
			fputs("&lt;", file);
		else if (*text == '>')
			fputs("&gt;", file);
		else if (*text == '&')
			fputs("&amp;", file);
		else if (*text == '"')
			fputs("&quot;", file);
		else
			fwrite(text, 1, length, file);
		text += length ? length : 1;
	}
}

void html_text_paragraphs(FILE *file, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);

		fputs("<p>", file);
		html_text_put(file, line ? line : "");
		fputs("</p>\n", file);
		free(line);
		text += length + (text[length] == '\n');
	}
}

/* A word in the quotes of every shell. */
static void html_put_quoted(FILE *file, const char *word)
{
	fputc('\'', file);
	for (size_t length; *word; word += length) {
		length = strcspn(word, "'");
		html_text_put(file, strndupa(word, length));
		if (word[length]) {
			fputs("'\\''", file);
			length++;
		}
	}
	fputc('\'', file);
}

/* A word that a page cannot show, in the escapes of bash. */
static void html_put_escaped(FILE *file, const char *word)
{
	fputs("$'", file);
	for (; *word; word++) {
		if (*word == '\'' || *word == '\\')
			fprintf(file, "\\%c", *word);
		else if (!isprint((unsigned char)*word))
			fprintf(file, "\\x%02x", (unsigned char)*word);
		else
			html_text_put(file, (char[]){ *word, '\0' });
	}
	fputc('\'', file);
}

void html_text_word(FILE *file, const char *word)
{
	bool plain = *word != '\0', shown = true;

	for (const char *at = word; shown && *at; at += utf8_character(at)) {
		plain = plain && (isalnum((unsigned char)*at) || strchr("%+,-./:=@_", *at));
		shown = utf8_character(at) && *at != '\n';
	}
	if (!shown)
		html_put_escaped(file, word);
	else if (plain)
		html_text_put(file, word);
	else
		html_put_quoted(file, word);
}
