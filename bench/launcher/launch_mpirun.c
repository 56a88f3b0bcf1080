/* This program under mpirun: its output is relayed, and its end becomes ours. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/base/process.h"
#include "launch.h"

/* The signal that asked this process to end, while a child runs. */
static volatile sig_atomic_t interrupted_by;
static volatile pid_t interrupted_child;
static volatile bool signals_reach_child; /* those to our process group */

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	/* Twice would be more than asked: at a second signal mpirun leaves its session behind. */
	if (!interrupted_by && (!signals_reach_child || info->si_code <= 0))
		kill(interrupted_child, number);
	interrupted_by = number;
}

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
enum { ENDINGS = sizeof(ending) / sizeof(ending[0]) };

static void watch_signals(pid_t child, bool own_group, struct sigaction before[ENDINGS])
{
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO | SA_RESTART };

	interrupted_by = 0;
	interrupted_child = child;
	signals_reach_child = !own_group;
	for (int i = 0; i < ENDINGS; i++) {
		sigaction(ending[i], &action, &before[i]);
		/* What nohup or a background job ignores stays ignored. */
		if (before[i].sa_handler == SIG_IGN)
			sigaction(ending[i], &before[i], NULL);
	}
}

/* Ends this process as the signal would have, if one came. */
static void unwatch_signals(const struct sigaction before[ENDINGS])
{
	for (int i = 0; i < ENDINGS; i++)
		sigaction(ending[i], &before[i], NULL);
	if (interrupted_by) {
		say_progress(NULL);
		raise(interrupted_by);
	}
}

static int write_all(int to, const char *bytes, size_t length)
{
	while (length) {
		ssize_t wrote = write(to, bytes, length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -errno;
		bytes += wrote;
		length -= (size_t)wrote;
	}
	return 0;
}

/*
 * mpirun explains the end of a rank in a banner between two dashed lines. It is held back: if the
 * ranks themselves said what is wrong, it adds nothing.
 */
struct banner {
	char *text;
	size_t length;
	bool inside, spoken; /* within a banner; a line came from the ranks themselves */
	char line[4096];     /* begun, not ended */
	size_t at;
};

static void banner_keep(struct banner *banner, const char *bytes, size_t length)
{
	char *grown = realloc(banner->text, banner->length + length + 1);

	if (!grown)
		return;
	memcpy(grown + banner->length, bytes, length);
	banner->text = grown;
	banner->length += length;
	grown[banner->length] = '\0';
}

/* One line, or what is there of it. */
static void banner_line(struct banner *banner)
{
	bool dashes = banner->at > 40 && strspn(banner->line, "-") >= banner->at - 1;

	if (dashes || banner->inside) {
		banner_keep(banner, banner->line, banner->at);
		if (dashes)
			banner->inside = !banner->inside;
	} else {
		banner->spoken = banner->spoken || (banner->at > 1 && banner->line[0] != '\r');
		write_all(STDERR_FILENO, banner->line, banner->at);
	}
	banner->at = 0;
}

static void banner_feed(struct banner *banner, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		banner->line[banner->at++] = bytes[i];
		banner->line[banner->at] = '\0';
		if (bytes[i] == '\n' || banner->at == sizeof(banner->line) - 1)
			banner_line(banner);
	}
	/* A progress line has no end. */
	if (banner->at && !banner->inside && banner->line[0] != '-')
		banner_line(banner);
}

/* Passes on all that mpirun prints until it ends. Returns its wait status, or -errno if our own
 * output failed. */
static int relay(struct process *child, struct banner *banner)
{
	int error = 0, status;
	char bytes[65536];

	while (child->out >= 0 || child->err >= 0) {
		struct pollfd ready[] = { { .fd = child->out, .events = POLLIN },
					  { .fd = child->err, .events = POLLIN } };

		if (poll(ready, 2, -1) < 0)
			continue;
		if (ready[0].revents) {
			size_t got = process_read(&child->out, bytes, sizeof(bytes));

			if (!error)
				error = write_all(STDOUT_FILENO, bytes, got);
			if (error && got)
				kill(child->pid, SIGTERM);
		}
		if (ready[1].revents)
			banner_feed(banner, bytes, process_read(&child->err, bytes, sizeof(bytes)));
	}
	status = process_wait(child);
	return error ? error : status;
}

/* The rank that mpirun's banner names, -1 if it names none. */
static int named_rank(const struct banner *banner)
{
	const char *found = banner->text ? strstr(banner->text, "process rank ") : NULL;

	return found ? atoi(found + strlen("process rank ")) : -1;
}

/* What mpirun's end means for ours. It is said in one line, if the ranks did not; mpirun's own
 * words are for its own failures. */
static int outcome(int status, struct banner *banner)
{
	int code = status < 0 ? 1 : WIFSIGNALED(status) ? 1 : WEXITSTATUS(status);
	int killed = code > 128 && code <= 128 + SIGRTMAX ? code - 128 : 0,
	    rank = named_rank(banner);

	if (status < 0)
		say_fail(-status, "standard output cannot be written: %s", strerror(-status));
	else if (WIFSIGNALED(status))
		say_fail(EIO, "mpirun was killed by signal %d (%s): the run is lost",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (killed && rank >= 0)
		say_fail(EIO, "rank %d was killed by signal %d (%s): the run is lost", rank, killed,
			 strsignal(killed));
	else if (killed)
		say_fail(EIO, "a rank was killed by signal %d (%s): the run is lost", killed,
			 strsignal(killed));
	else if (code && !banner->spoken && banner->length)
		write_all(STDERR_FILENO, banner->text, banner->length);
	if (status >= 0 && !WIFSIGNALED(status) && code > 4 && !killed)
		say_fail(EIO, "mpirun ended with code %d: the run is lost", code);
	return code > 4 ? 1 : code;
}

/* The command line that runs this program's argv under mpirun. malloc'd, its words are not. */
static const char **mpirun_words(const char *ranks, const char *self, char *const *argv,
				 bool feed_stdin)
{
	const char *const head[] = {
		"mpirun", "--oversubscribe", "--bind-to",
		"none",   "--mca",           "odls_base_sigkill_timeout",
		"0",      "--stdin",         feed_stdin ? "0" : "none",
	};
	size_t at = sizeof(head) / sizeof(head[0]), count = 0;
	const char **words;

	while (argv[count])
		count++;
	words = calloc(at + 4 + count, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, head, sizeof(head));
	if (geteuid() == 0)
		words[at++] = "--allow-run-as-root";
	words[at++] = "-n";
	words[at++] = ranks;
	words[at++] = self;
	memcpy(words + at, argv + 1, count * sizeof(*words));
	return words;
}

static void note_words(const char *const *words)
{
	char line[2048] = "";

	for (size_t i = 0, at = 0; words[i] && at < sizeof(line); i++) {
		char *word = say_hidden(words[i]);

		at += (size_t)snprintf(line + at, sizeof(line) - at, " %s", word ? word : "...");
		free(word);
	}
	say_note("starts%s", line);
}

/* Open MPI 4.1.4 needs 28 descriptors and 4 for each rank; without them it says so and hangs. */
static int reserve_descriptors(unsigned int ranks)
{
	rlim_t needed = 32 + 4 * (rlim_t)ranks;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= needed)
		return 0;
	if (limit.rlim_max < needed)
		return say_fail(EINVAL,
				"mpirun needs %llu file descriptors for %u ranks, and may have "
				"%llu: raise ulimit -Hn, or ask for fewer",
				(unsigned long long)needed, ranks,
				(unsigned long long)limit.rlim_max);
	limit.rlim_cur = needed;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

int launch_mpirun(unsigned int ranks, char *const *argv, bool feed_stdin)
{
	struct sigaction before[ENDINGS];
	struct banner banner = { 0 };
	char number[16], self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char **words;
	struct environment environment;
	struct process child;
	int ret;

	if (length < 0)
		return -errno;
	ret = reserve_descriptors(ranks);
	if (ret)
		return ret;
	self[length] = '\0';
	snprintf(number, sizeof(number), "%u", ranks);
	words = mpirun_words(number, self, argv, feed_stdin);
	if (!words)
		return -ENOMEM;
	note_words(words);
	environment_copy(&environment, NULL);
	launch_mark(&environment, launch_began_ns(), launch_on_terminal());
	ret = process_start(&child, (char *const *)words, environment.list,
			    feed_stdin ? STDIN_FILENO : -1);
	environment_free(&environment);
	if (ret) {
		ret = say_fail(ENOTSUP,
			       "mpirun cannot be started: %s; install Open MPI, or take openmp or "
			       "processes",
			       strerror(-ret));
	} else {
		watch_signals(child.pid, true, before);
		ret = relay(&child, &banner);
		unwatch_signals(before);
		ret = outcome(ret, &banner);
	}
	free(banner.text);
	free(words);
	return ret;
}
