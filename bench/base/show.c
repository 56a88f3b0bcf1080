/* Numbers to text, as people read them. */
#include "show.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void show_three(char text[SHOW_TEXT], double value)
{
	double magnitude = fabs(value);

	snprintf(text, SHOW_TEXT, "%.*f", magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0, value);
}

/* The unit that leaves a number from 1 to 1000 before it, as an index into units of powers of 1000
 * from the first. */
static int show_unit(double *value, int units)
{
	int unit = 0;

	while (unit + 1 < units && fabs(*value) >= 999.5) {
		*value /= 1000;
		unit++;
	}
	return unit;
}

void show_seconds(char text[SHOW_TEXT], double seconds)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double value = seconds * 1e9;
	int unit = show_unit(&value, 4);
	char number[SHOW_TEXT];

	show_three(number, value);
	snprintf(text, SHOW_TEXT, "%.60s %s", number, units[unit]);
}

void show_interval(char text[SHOW_TEXT], double seconds, double low, double high)
{
	double value = seconds * 1e9, scale = 1e9;
	char low_text[SHOW_TEXT], high_text[SHOW_TEXT];

	for (int unit = show_unit(&value, 4); unit > 0; unit--)
		scale /= 1000;
	show_three(low_text, low * scale);
	show_three(high_text, high * scale);
	snprintf(text, SHOW_TEXT, "%.24s .. %.24s", low_text, high_text);
}

/* No power of ten where a person would write none. */
void show_number(char text[SHOW_TEXT], double value)
{
	double magnitude = fabs(value);

	if (isinf(value))
		strcpy(text, "none");
	else if (magnitude >= 1000 && magnitude < 1e6)
		snprintf(text, SHOW_TEXT, "%.0f", value);
	else
		snprintf(text, SHOW_TEXT, "%.3g", value);
}

void show_range(char text[SHOW_TEXT], double low, double high)
{
	char low_text[SHOW_TEXT], high_text[SHOW_TEXT];

	show_number(low_text, low);
	show_number(high_text, high);
	snprintf(text, SHOW_TEXT, "%.24s .. %.24s", low_text, high_text);
}

void show_amount(char text[SHOW_TEXT], double value, const char *what)
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T", "P" };
	int unit = show_unit(&value, 6);
	char number[SHOW_TEXT];

	show_three(number, value);
	if (isinf(value))
		strcpy(text, "none");
	else
		snprintf(text, SHOW_TEXT, "%.32s %s%.24s", number, prefixes[unit], what);
}
