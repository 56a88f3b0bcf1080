/* Texts in a page, whatever bytes they are of. */
#define _GNU_SOURCE
#include "html_text.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/shell.h"
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

void html_text_word(FILE *file, const char *word)
{
	char *quoted = shell_quote(word);

	html_text_put(file, quoted ? quoted : "");
	free(quoted);
}
