/* Lines no longer than a terminal is wide. */
#include "wrap.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

/* Of a terminal; the last stays free. */
enum { WRAP_COLUMNS = 80 };

void wrap_text(FILE *file, const char *text, int column, int indent)
{
	bool begun = false;

	for (; *text; text += *text != '\0') {
		int length = (int)strcspn(text, !begun && *text == ' ' ? "\n" : " \n");

		if (begun && column + 1 + length >= WRAP_COLUMNS) {
			fprintf(file, "\n%*s", indent, "");
			column = indent;
			begun = false;
		}
		fprintf(file, "%s%.*s", begun ? " " : "", length, text);
		column += length + begun;
		begun = true;
		text += length;
		if (*text == '\n') {
			fprintf(file, "\n%*s", text[1] == '\n' ? 0 : indent, "");
			column = indent;
			begun = false;
		}
	}
	fputc('\n', file);
}

size_t wrap_fitting(const char *line, int terminal)
{
	struct winsize size;
	size_t columns = WRAP_COLUMNS;
	size_t at = 0;

	if (!ioctl(terminal, TIOCGWINSZ, &size) && size.ws_col)
		columns = size.ws_col;
	for (; line[at]; at++)
		/* Bytes within a character take no column. */
		if ((line[at] & 0xc0) != 0x80 && !--columns)
			break;
	return at;
}
