/* What a launch leaves known to those that it launched. */
#include "launch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/process.h"
#include "bench/base/say.h"
#include "argv_secrets.h"
#include "launcher.h"
#include "rank_environment.h"
#include "scratch.h"
#include "wire.h"

/* "<clock_ns at the launch> <1 if stderr is a terminal> <boot>", from the process that launched the
 * whole; boot tells hosts apart, whose clocks have nothing to do with each other */
#define LAUNCHED LAUNCHER_OURS "LAUNCHED"

/* The folder for the memory that ranks share, from there too. */
#define SHARED LAUNCHER_OURS "SHARED"

/* The options, from the process that started these ranks. */
#define REQUEST LAUNCHER_OURS "REQUEST"

enum { BOOT_TEXT = 40 };

static struct {
	uint64_t began_ns;
	bool ours, terminal;
	char *request; /* as it was in the environment; NULL if there was none */
	char **words;  /* of the request */
	char *shared;  /* the folder for the memory that ranks share, held by its lock */
	int shared_lock;
} launch = { .shared_lock = -1 };

/* Which boot of which host this is; "" if the system does not say. */
static void launch_boot(char boot[BOOT_TEXT])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	boot[0] = '\0';
	if (file && fgets(boot, BOOT_TEXT, file))
		boot[strcspn(boot, "\n")] = '\0';
	if (file)
		fclose(file);
}

void launch_begin(void)
{
	const char *mark = getenv(LAUNCHED), *request = getenv(REQUEST);
	char boot[BOOT_TEXT], marked[BOOT_TEXT] = "";
	uint64_t ns;
	int terminal;

	launch.began_ns = clock_ns();
	launch.terminal = isatty(STDERR_FILENO);
	launch.ours = mark && sscanf(mark, "%" SCNu64 " %d %39s", &ns, &terminal, marked) >= 2;
	launch_boot(boot);
	if (launch.ours)
		launch.terminal = terminal == 1;
	if (launch.ours && !strcmp(boot, marked) && ns <= launch.began_ns)
		launch.began_ns = ns;
	if (request)
		launch.request = strdup(request);
	if (getenv(SHARED))
		launch.shared = strdup(getenv(SHARED));
	/* They are for us, and for nobody that we start. */
	unsetenv(LAUNCHED);
	unsetenv(REQUEST);
	unsetenv(SHARED);
}

void launch_end(void)
{
	scratch_leave(launch.shared, launch.shared_lock);
	launch.shared_lock = -1;
	free(launch.shared);
	free(launch.request);
	free(launch.words);
	launch.shared = launch.request = NULL;
	launch.words = NULL;
}

uint64_t launch_began_ns(void)
{
	return launch.began_ns;
}

bool launch_is_ours(void)
{
	return launch.ours;
}

bool launch_on_terminal(void)
{
	return launch.terminal;
}

bool launch_has_request(void)
{
	return launch.request != NULL;
}

void launch_mark(struct words *environment, uint64_t ns, bool terminal)
{
	char text[40 + BOOT_TEXT], boot[BOOT_TEXT];

	launch_boot(boot);
	snprintf(text, sizeof(text), "%" PRIu64 " %d %s", ns, terminal, boot);
	environment_set(environment, LAUNCHED, text);
}

void launch_share(struct words *environment, const char *folder)
{
	environment_set(environment, SHARED, folder);
}

int launch_ask(struct words *environment, char *const *words, size_t count)
{
	char *text = wire_write(words, count);
	int ret = text ? 0 : -ENOMEM;

	if (!ret && strlen(text) > REQUEST_BYTES)
		ret = say_fail(EINVAL,
			       "the options have %zu bytes, and ranks can be told %d: shorten them",
			       strlen(text), REQUEST_BYTES);
	if (!ret)
		environment_set(environment, REQUEST, text);
	free(text);
	return ret;
}

int launch_take_request(int *argc, char ***argv)
{
	size_t count;
	int ret;

	if (!launch.request)
		return 0;
	/* One that only runs its last words would have us start it again, and so on without end. */
	if (!rank_environment_present())
		return say_fail(
			ENOTSUP,
			"what started this as a rank did not tell it which one, so it is no "
			"launcher of MPI: see which mpirun is in PATH, or take openmp or "
			"processes");
	ret = wire_read(launch.request, &launch.words, &count);
	if (ret)
		return say_fail(-ret, REQUEST " is not what a run of this program sets");
	*argc = (int)count;
	*argv = launch.words;
	if (launch.shared)
		launch.shared_lock = scratch_join(launch.shared);
	return 0;
}

int launch_self(char *const *argv, int feed, uint64_t until_ns, struct output *out,
		struct output *err)
{
	struct words environment;
	char **words = process_own_words(argv), **shown = NULL;
	int ret;

	*out = *err = (struct output){ 0 };
	/* What a launcher told us is not for a process that it did not start. */
	environment_copy(&environment, launcher_tells);
	launch_mark(&environment, clock_ns(), false);
	ret = words ? argv_secrets_hand_on(&shown, &environment, words) : -ENOMEM;
	if (!ret)
		ret = environment.incomplete
			      ? -ENOMEM
			      : capture_program(shown, environment.list, feed, until_ns, out, err);
	words_free_list(shown);
	words_free(&environment);
	free(words);
	return ret;
}
