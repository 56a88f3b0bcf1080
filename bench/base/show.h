/* Numbers to text, as people read them: three digits that count, and the unit for them. */
#ifndef SHOW_H
#define SHOW_H

/* Room for any of these texts. */
enum { SHOW_TEXT = 64 };

/* Each writes a text for any number; "none" for an infinite amount or number. */

/* "3.41 ms", from seconds. */
void show_seconds(char text[SHOW_TEXT], double seconds);

/* "3.39 .. 3.44": low and high in the unit of show_seconds() for `seconds`, which stands beside. */
void show_interval(char text[SHOW_TEXT], double seconds, double low, double high);

/* "57.2 Gterm/s": with k, M, G, T or P before the unit. */
void show_amount(char text[SHOW_TEXT], double value, const char *unit);

/* "1.94": 9.99, 99.9 or 999, with a point where there is room for one. */
void show_three(char text[SHOW_TEXT], double value);

/* "0.0361", "1.2e+07": a number of any size. */
void show_number(char text[SHOW_TEXT], double value);

/* "0.91 .. 1.07": two of those. */
void show_range(char text[SHOW_TEXT], double low, double high);

#endif
