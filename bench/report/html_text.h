/* Texts in a page, whatever bytes they are of: what no page can show is U+FFFD. */
#ifndef HTML_TEXT_H
#define HTML_TEXT_H

#include <stdio.h>

/* Between tags, or in the quotes of an attribute. */
void html_text_put(FILE *file, const char *text);

/* Lines, each a paragraph. */
void html_text_paragraphs(FILE *file, const char *text);

/* A word of a command, as bash reads it back: byte for byte. */
void html_text_word(FILE *file, const char *word);

#endif
