/* What is secret is overwritten where the system reads it, and goes to children another way. */
#define _GNU_SOURCE
#include "argv_secrets.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/base/secret_words.h"
#include "launcher.h"
#include "wire.h"

/* All words of a process, from the one that started it. */
#define WORDS LAUNCHER_OURS "WORDS"

static char **argv_secrets_words;

/* A word where the system reads it: there is room for no more bytes than it has. */
static void argv_secrets_overwrite(char *word, const char *shown)
{
	size_t length = strlen(word), size = strlen(shown);

	memset(word, '*', length);
	memcpy(word, shown, size < length ? size : length);
}

static int argv_secrets_copy(char **argv, size_t count)
{
	char **shown = secret_words_hide(argv);

	argv_secrets_words = calloc(count + 1, sizeof(*argv_secrets_words));
	for (size_t i = 0; shown && argv_secrets_words && i < count; i++) {
		argv_secrets_words[i] = strdup(argv[i]);
		if (!argv_secrets_words[i]) {
			argv_secrets_forget();
			break;
		}
		if (strcmp(argv[i], shown[i]))
			argv_secrets_overwrite(argv[i], shown[i]);
	}
	if (!shown)
		argv_secrets_forget();
	words_free_list(shown);
	return argv_secrets_words
		       ? 0
		       : say_fail(ENOMEM, "not enough memory for the words of the command");
}

int argv_secrets_take(int *argc, char ***argv)
{
	const char *text = getenv(WORDS);
	char **words = *argv;
	size_t count = (size_t)*argc;
	int ret = 0;

	if (text)
		ret = wire_read(text, &words, &count);
	if (ret)
		return say_fail(-ret, WORDS " is not what a run of this program sets");
	ret = argv_secrets_copy(words, count);
	if (text)
		free(words);
	unsetenv(WORDS);
	*argc = (int)count;
	*argv = argv_secrets_words;
	return ret;
}

void argv_secrets_forget(void)
{
	words_free_list(argv_secrets_words);
	argv_secrets_words = NULL;
}

int argv_secrets_hand_on(char ***shown, struct words *environment, char *const *words)
{
	size_t count = 0;
	bool secret = false;
	char *text;

	*shown = secret_words_hide(words);
	if (!*shown)
		return -ENOMEM;
	for (; words[count]; count++)
		secret = secret || strcmp(words[count], (*shown)[count]);
	if (!secret)
		return 0;
	text = wire_write(words, count);
	if (!text)
		return -ENOMEM;
	if (strlen(text) > REQUEST_BYTES) {
		free(text);
		return say_fail(EINVAL, "so many URLs with credentials or headers: give them in a "
					"list, with -f FILE");
	}
	environment_set(environment, WORDS, text);
	free(text);
	return 0;
}
