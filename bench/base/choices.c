/* Several values of one option. */
#include "choices.h"

#include <errno.h>
#include <string.h>

#include "say.h"

static int choices_add(struct choices *choices, const char *option, const char *text,
		       unsigned int number)
{
	if (choices->count == CHOICES_MAX)
		return say_fail(EINVAL, "%s takes up to %d values", option, CHOICES_MAX);
	choices->texts[choices->count] = text;
	choices->numbers[choices->count++] = number;
	return 0;
}

int choices_add_text(struct choices *choices, const char *option, const char *text)
{
	for (size_t i = 0; i < choices->count; i++)
		if (!strcmp(text, choices->texts[i]))
			return 0;
	return choices_add(choices, option, text, 0);
}

int choices_add_number(struct choices *choices, const char *option, unsigned int number)
{
	for (size_t i = 0; i < choices->count; i++)
		if (number == choices->numbers[i])
			return 0;
	return choices_add(choices, option, NULL, number);
}
