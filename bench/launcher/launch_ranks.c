/* This program in ranks that a launcher starts: its output is relayed, and its end becomes ours. */
#define _GNU_SOURCE
#include "launch_ranks.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/attend.h"
#include "bench/base/clock.h"
#include "bench/base/environment.h"
#include "bench/base/exit_code.h"
#include "bench/base/limits.h"
#include "bench/base/process.h"
#include "bench/base/say.h"
#include "banner.h"
#include "guard.h"
#include "launch.h"
#include "launcher.h"
#include "scratch.h"
#include "stage.h"

#define SECOND_NS 1000000000ull

/* What a launcher may take to end its ranks when it is asked. */
#define GRACE_NS (4 * SECOND_NS)

/* And to end by itself after the last word of rank 0, or its own. */
#define AFTER_NS (10 * SECOND_NS)

/* One launch, from its start to its end. */
struct relayed {
	const struct launch_ranks *relay;
	const struct launcher *launcher;
	struct stage_reader reader;
	struct banner banner;
	bool given_up; /* the launcher said that the job is at its end */
	struct scratch scratch;
	struct words environment;
	struct words words;
};

static int launch_write(const char *bytes, size_t length)
{
	while (length) {
		ssize_t wrote = write(STDOUT_FILENO, bytes, length);

		if (wrote < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = STDOUT_FILENO, .events = POLLOUT }, 1, 100);
		else if (wrote < 0 && errno != EINTR)
			return -errno;
		if (wrote > 0) {
			bytes += wrote;
			length -= (size_t)wrote;
		}
	}
	return 0;
}

/* When the stage has to be over; 0: whenever it is. */
static uint64_t launch_bound(const struct relayed *relayed)
{
	uint64_t start_ns = (uint64_t)(relayed->relay->start_s * 1e9);

	switch (relayed->reader.stage) {
	case STAGE_STARTING:
	case STAGE_LEAVING:
		return clock_ns() + start_ns;
	case STAGE_OVER:
		return clock_ns() + AFTER_NS;
	default:
		return 0;
	}
}

static int launch_out(struct attend *attend, const char *bytes, size_t length)
{
	struct relayed *relayed = attend->context;
	enum stage before = relayed->reader.stage;
	char kept[4096];
	int ret = 0;

	while (!ret && length) {
		size_t part = length < sizeof(kept) ? length : sizeof(kept), left;
		enum stage stage = relayed->reader.stage;

		memcpy(kept, bytes, part);
		left = stage_read(&relayed->reader, kept, part, &part);
		/* While rank 0 does not report, it is a launcher that speaks of its troubles. */
		if (stage == STAGE_REPORTING)
			ret = launch_write(kept, left);
		else
			banner_feed(&relayed->banner, kept, left);
		bytes += part;
		length -= part;
	}
	if (relayed->reader.stage != before && !relayed->given_up)
		attend->until_ns = launch_bound(relayed);
	return ret;
}

static int launch_err(struct attend *attend, const char *bytes, size_t length)
{
	struct relayed *relayed = attend->context;
	struct banner *banner = &relayed->banner;

	banner_feed(banner, bytes, length);
	/* One that has lost ranks while they start may wait for them for ever. */
	if (!relayed->given_up && banner->text && relayed->launcher->gives_up(banner->text)) {
		relayed->given_up = true;
		attend->until_ns = clock_ns() + AFTER_NS;
	}
	return 0;
}

/* A launcher without enough of them says so, and hangs. */
static int launch_reserve(const struct launcher *launcher, unsigned int ranks)
{
	unsigned int needed = launcher->descriptors(ranks);
	uint64_t have = limits_raise_files(needed);

	if (have < needed)
		return say_fail(EINVAL,
				"%s needs %u file descriptors for %u ranks, and may have %" PRIu64
				": "
				"raise ulimit -Hn, or ask for fewer",
				launcher->name, needed, ranks, have);
	return 0;
}

static const char *launch_place(const char *variable, const char *otherwise)
{
	const char *path = variable ? getenv(variable) : NULL;

	return path && *path ? path : otherwise;
}

/* Where it is told to, or else would, leave the files of its sessions. */
static const char *launch_sessions(const struct launcher *launcher)
{
	const char *place = NULL;

	for (const char *const *folder = launcher->folders; folder && *folder; folder++)
		place = launch_place(*folder, place);
	return place ? place : launch_place("TMPDIR", "/tmp");
}

/* What the launcher and the ranks find in their environment. */
static int launch_fill_environment(struct relayed *relayed)
{
	const struct launcher *launcher = relayed->launcher;
	struct words *environment = &relayed->environment;
	int ret;

	environment_copy(environment, launcher_tells);
	for (const char *const *setting = launcher->settings; setting && *setting; setting += 2)
		environment_set(environment, setting[0], setting[1]);
	for (const char *const *folder = launcher->folders; folder && *folder; folder++)
		environment_set(environment, *folder, relayed->scratch.folder);
	if (launcher->shared && *relayed->scratch.shared) {
		environment_set(environment, launcher->shared, relayed->scratch.shared);
		launch_share(environment, relayed->scratch.shared);
	}
	launch_mark(environment, launch_began_ns(), launch_on_terminal());
	ret = launch_ask(environment, relayed->relay->words, relayed->relay->word_count);
	return !ret && environment->incomplete ? -ENOMEM : ret;
}

static void launch_note_words(char *const *words)
{
	char line[2048] = "";

	for (size_t i = 0, at = 0; words[i] && at < sizeof(line); i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %s", words[i]);
	say_note("starts%s", line);
}

/* All that the launch needs. */
static int launch_prepare(struct relayed *relayed)
{
	const struct launcher *launcher = relayed->launcher;
	unsigned int ranks = relayed->relay->ranks;
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int ret = length < 0 ? -errno : launch_reserve(launcher, ranks);

	if (ret)
		return ret;
	self[length] = '\0';
	ret = scratch_open(&relayed->scratch, launch_sessions(launcher),
			   launch_place(launcher->shared, "/dev/shm"), launcher->bytes(ranks));
	if (!ret)
		ret = launch_fill_environment(relayed);
	if (ret)
		return ret;
	ret = launcher->words(&relayed->words,
			      &(struct launcher_start){ .ranks = ranks,
							.program = self,
							.environment = &relayed->environment,
							.request = relayed->relay->request });
	if (!ret && relayed->words.incomplete)
		ret = -ENOMEM;
	if (!ret)
		launch_note_words(relayed->words.list);
	return ret;
}

static void launch_clean(struct relayed *relayed)
{
	words_free(&relayed->words);
	words_free(&relayed->environment);
	scratch_close(&relayed->scratch);
}

/* Says which rank was killed, or which host was lost, if the launcher knows. */
static bool launch_judge_killed(const struct relayed *relayed)
{
	struct launcher_killed killed = { .rank = -1 };
	char who[32] = "a rank";

	if (relayed->banner.text)
		killed = relayed->launcher->killed(relayed->banner.text);
	if (killed.rank >= 0)
		snprintf(who, sizeof(who), "rank %d", killed.rank);
	if (killed.signal)
		say_fail(EIO, "%s%s%s was killed by signal %d (%s): the run is lost", who,
			 *killed.host ? " on " : "", killed.host, killed.signal,
			 strsignal(killed.signal));
	else if (*killed.host)
		say_fail(EIO,
			 "the connection to %s was lost, and its ranks with it: the run is lost",
			 killed.host);
	return killed.signal || *killed.host;
}

/* Ranks that did not get as far as they should. Like all that judges here, an exit code. */
static int launch_judge_late(const struct relayed *relayed)
{
	const char *name = relayed->launcher->name;
	double bound = relayed->relay->start_s;

	if (relayed->reader.stage == STAGE_OVER) {
		say_warn("%s did not end within %d s of the result, and was killed", name,
			 (int)(AFTER_NS / SECOND_NS));
		return relayed->reader.code;
	}
	if (launch_judge_killed(relayed))
		return 1;
	banner_show(&relayed->banner);
	if (relayed->given_up)
		return exit_code(
			say_fail(EIO,
				 "%s gave the job up, did not end within %d s, and was killed: the "
				 "run is lost",
				 name, (int)(AFTER_NS / SECOND_NS)));
	if (relayed->reader.stage == STAGE_LEAVING)
		return exit_code(say_fail(
			EIO,
			"the %u ranks did not leave MPI within %g s of their work, and were "
			"killed: the run is lost",
			relayed->relay->ranks, bound));
	return exit_code(
		say_fail(EIO,
			 "%s did not start %u ranks within %g s, and was killed: see its limits "
			 "(ulimit -a), or give --start-timeout more",
			 name, relayed->relay->ranks, bound));
}

/* What the launcher's end means where rank 0 did not say its last word. */
static int launch_judge_lost(const struct relayed *relayed, int status)
{
	const struct banner *banner = &relayed->banner;
	const char *name = relayed->launcher->name;
	int code = WEXITSTATUS(status);

	if (WIFSIGNALED(status))
		return exit_code(say_fail(EIO, "%s was killed by signal %d (%s): the run is lost",
					  name, WTERMSIG(status), strsignal(WTERMSIG(status))));
	if (launch_judge_killed(relayed))
		return 1;
	/* What a rank said of itself stands. */
	if (banner->spoken && code >= 1 && code <= 4)
		return code;
	banner_show(banner);
	if (code && relayed->reader.stage == STAGE_OVER)
		return exit_code(say_fail(
			EIO, "%s ended with code %d after the result, which stands", name, code));
	if (code)
		return exit_code(
			say_fail(EIO, "%s ended with code %d before the result: the run is lost",
				 name, code));
	return exit_code(say_fail(
		EIO, "%s ended with code 0, but there is no result: the run is lost", name));
}

static int launch_judge(const struct relayed *relayed, const struct attend *how)
{
	const struct stage_reader *reader = &relayed->reader;

	if (how->error)
		return exit_code(say_fail(-how->error, "standard output cannot be written: %s",
					  strerror(-how->error)));
	if (how->late)
		return launch_judge_late(relayed);
	if (reader->stage != STAGE_OVER || (!reader->code && how->status))
		return launch_judge_lost(relayed, how->status);
	return reader->code;
}

static int launch_run(struct relayed *relayed)
{
	struct attend how = {
		.out = launch_out,
		.err = launch_err,
		.context = relayed,
		.until_ns = launch_bound(relayed),
		.grace_ns = GRACE_NS,
	};
	struct process child;
	struct guard guard;
	int ret = process_start(&child, relayed->words.list, relayed->environment.list,
				relayed->relay->feed);

	if (ret == -ENOENT)
		return say_fail(ENOTSUP, "%s: %s", relayed->launcher->missing,
				relayed->launcher->advice);
	if (ret)
		return say_fail(-ret, "%s cannot be started: %s", relayed->launcher->name,
				strerror(-ret));
	guard_start(&guard, child.pid);
	attend(&how, &child);
	guard_end(&guard);
	banner_end(&relayed->banner);
	ret = how.signal ? -EINTR : launch_judge(relayed, &how);
	free(relayed->banner.text);
	return ret;
}

int launch_ranks(const struct launch_ranks *relay)
{
	struct relayed relayed = {
		.relay = relay,
		.launcher = relay->launcher,
		.banner = { .program = relay->program, .says = relay->launcher->says },
		.scratch = { .folder_lock = -1, .shared_lock = -1 },
	};
	const char *missing = launcher_missing(relay->launcher);
	int ret;

	if (missing)
		return say_fail(ENOTSUP, "no ranks can be started: %s; %s", missing,
				relayed.launcher->advice);
	attend_watch();
	ret = launch_prepare(&relayed);
	if (!ret)
		ret = launch_run(&relayed);
	launch_clean(&relayed);
	return attend_unwatch() ? -EINTR : ret;
}
