/* Words quoted for a shell: bash reads the same words back. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <string.h>

#include "bench/base/shell.h"

/* What bash makes of a quoted word, by its own printf. */
static void check_read_back(const char *word)
{
	char *quoted = shell_quote(word), *command, back[1024] = "";
	FILE *shell;

	assert_non_null(quoted);
	assert_true(asprintf(&command, "bash -c \"$(cat <<'EOF_'\nprintf %%s %s\nEOF_\n)\"",
			     quoted) > 0);
	shell = popen(command, "r");
	assert_non_null(shell);
	back[fread(back, 1, sizeof(back) - 1, shell)] = '\0';
	pclose(shell);
	if (strcmp(back, word))
		fail_msg("'%s' was quoted as %s, and read back as '%s'", word, quoted, back);
	for (const char *at = quoted; *at; at++)
		assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
	free(command);
	free(quoted);
}

static void bash_reads_words_back(void **state)
{
	static const char *const words[] = {
		"a b",
		"$HOME",
		"`id`",
		"it's",
		"\"",
		"\\",
		"*",
		"~",
		"a=b",
		"!x",
		"#",
		"pack:2 [numa] core:4",
		"a\nb",
		"\t",
		("\x01"
		 "23"),
		"\xff\xfe",
		"\xc3\xa4",
		"\xc3\xa4\x1b[31m",
		"\x7f",
		"a;b",
		"x&y|z",
		"''",
		"'\n'",
		"http://h/?a=1&b=2",
	};

	(void)state;
	if (system("bash -c true"))
		skip_because("there is no bash");
	for (size_t i = 0; i < COUNT(words); i++)
		check_read_back(words[i]);
}

static void leaves_plain_words(void **state)
{
	static const struct {
		const char *word, *quoted;
	} known[] = {
		{ "run", "run" },   { "1e7", "1e7" },           { "5:10", "5:10" },
		{ "-n4", "-n4" },   { "cores,1", "cores,1" },   { "", "''" },
		{ "a b", "'a b'" }, { "it's", "'it'\\''s'" },   { "\n", "$'\\012'" },
		{ "=ls", "'=ls'" }, { "--json=f", "--json=f" }, { "a=b", "'a=b'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char *quoted = shell_quote(known[i].word);

		assert_string_equal(quoted, known[i].quoted);
		free(quoted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bash_reads_words_back),
		cmocka_unit_test(leaves_plain_words),
	};

	return RUN_TESTS(tests);
}
