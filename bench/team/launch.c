/* Child processes whose output is relayed or captured, and whose end becomes ours. */
#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/place/place.h"
#include "bench/say.h"

/* "<clock_ns at the launch> <1 if stderr is a terminal>", from the process that launched the whole
 */
#define LAUNCHED "CORESCALE_LAUNCHED"

static uint64_t began_ns;

void launch_begin(void)
{
	began_ns = clock_ns();
}

uint64_t launch_began_ns(void)
{
	const char *launched = getenv(LAUNCHED);
	uint64_t ns = launched ? strtoull(launched, NULL, 10) : 0;

	return ns && ns <= began_ns ? ns : began_ns;
}

bool launch_is_ours(void)
{
	return getenv(LAUNCHED) != NULL;
}

bool launch_on_terminal(void)
{
	const char *launched = getenv(LAUNCHED);
	const char *terminal = launched ? strchr(launched, ' ') : NULL;

	return terminal ? terminal[1] == '1' : isatty(STDERR_FILENO);
}

static void set_launched(uint64_t ns, bool terminal)
{
	char text[40];

	snprintf(text, sizeof(text), "%" PRIu64 " %d", ns, terminal);
	setenv(LAUNCHED, text, 1);
}

struct child {
	pid_t pid;
	int out, err; /* our ends of the pipes; -1 when closed */
};

/* Both ends of a child's pipes; report tells why it could not become the program. */
struct ends {
	int in, out[2], err[2], report[2];
};

/* What happens in the child after fork: never returns. */
static _Noreturn void become(char *const *argv, const struct ends *ends, bool own_group,
			     pid_t parent)
{
	int error;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	place_undo_openmp();
	if (own_group)
		setpgid(0, 0);
	if (getppid() == parent && dup2(ends->in, 0) >= 0 && dup2(ends->out[1], 1) >= 0 &&
	    dup2(ends->err[1], 2) >= 0)
		execvp(argv[0], argv);
	error = errno;
	if (write(ends->report[1], &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static void close_ends(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/*
 * Starts argv[0], looked for in PATH. in: its standard input, -1 for nothing. own_group: a signal
 * to our process group does not reach it. Returns 0 or -errno.
 */
static int child_start(struct child *child, char *const *argv, int in, bool own_group)
{
	struct ends ends = { .in = in, .out = { -1, -1 }, .err = { -1, -1 }, .report = { -1, -1 } };
	int null = in < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1, error = 0;
	pid_t parent = getpid();

	child->pid = -1;
	if (null >= 0)
		ends.in = null;
	if (!pipe2(ends.out, O_CLOEXEC) && !pipe2(ends.err, O_CLOEXEC) &&
	    !pipe2(ends.report, O_CLOEXEC)) {
		fflush(NULL);
		child->pid = fork();
		if (child->pid == 0)
			become(argv, &ends, own_group, parent);
	}
	if (child->pid < 0)
		error = errno;
	close_ends((int[]){ null, ends.out[1], ends.err[1], ends.report[1] }, 4);
	if (!error && read(ends.report[0], &error, sizeof(error)) == sizeof(error))
		waitpid(child->pid, NULL, 0);
	close_ends(&ends.report[0], 1);
	child->out = ends.out[0];
	child->err = ends.err[0];
	if (error)
		close_ends((int[]){ child->out, child->err }, 2);
	return -error;
}

/* The wait status of a child that has closed its output. */
static int child_wait(const struct child *child)
{
	int status;

	while (waitpid(child->pid, &status, 0) != child->pid)
		if (errno != EINTR)
			return W_EXITCODE(1, 0);
	return status;
}

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

/* Reads once from *from. Returns bytes read, 0 at its end, after which *from is -1. */
static size_t drain(int *from, char *bytes, size_t room)
{
	ssize_t got = read(*from, bytes, room);

	if (got > 0)
		return (size_t)got;
	if (got == 0 || errno != EINTR) {
		close(*from);
		*from = -1;
	}
	return 0;
}

/* Passes on all that mpirun prints until it ends. Returns its wait status, or -errno if our own
 * output failed. */
static int relay(struct child *child, struct banner *banner)
{
	int error = 0, status;
	char bytes[65536];

	while (child->out >= 0 || child->err >= 0) {
		struct pollfd ready[] = { { .fd = child->out, .events = POLLIN },
					  { .fd = child->err, .events = POLLIN } };

		if (poll(ready, 2, -1) < 0)
			continue;
		if (ready[0].revents) {
			size_t got = drain(&child->out, bytes, sizeof(bytes));

			if (!error)
				error = write_all(STDOUT_FILENO, bytes, got);
			if (error && got)
				kill(child->pid, SIGTERM);
		}
		if (ready[1].revents)
			banner_feed(banner, bytes, drain(&child->err, bytes, sizeof(bytes)));
	}
	status = child_wait(child);
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

static size_t count_of(char *const *argv)
{
	size_t count = 0;

	while (argv[count])
		count++;
	return count;
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
	size_t at = sizeof(head) / sizeof(head[0]), count = count_of(argv);
	const char **words = calloc(at + 4 + count, sizeof(*words));

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

	for (size_t i = 0, at = 0; words[i] && at < sizeof(line); i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %s", words[i]);
	say_note("starts%s", line);
}

int launch_mpirun(unsigned int ranks, char *const *argv, bool feed_stdin)
{
	struct sigaction before[ENDINGS];
	struct banner banner = { 0 };
	char number[16], self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char **words;
	struct child child;
	bool own_group;
	int ret;

	if (length < 0)
		return -errno;
	self[length] = '\0';
	snprintf(number, sizeof(number), "%u", ranks);
	words = mpirun_words(number, self, argv, feed_stdin);
	if (!words)
		return -ENOMEM;
	note_words(words);
	set_launched(launch_began_ns(), launch_on_terminal());
	/* Only in our own group may it read our terminal. */
	own_group = !feed_stdin || !isatty(STDIN_FILENO);
	ret = child_start(&child, (char *const *)words, feed_stdin ? STDIN_FILENO : -1, own_group);
	if (ret) {
		ret = say_fail(ENOTSUP,
			       "mpirun cannot be started: %s; install Open MPI, or take openmp or "
			       "processes",
			       strerror(-ret));
	} else {
		watch_signals(child.pid, own_group, before);
		ret = relay(&child, &banner);
		unwatch_signals(before);
		ret = outcome(ret, &banner);
	}
	free(banner.text);
	free(words);
	return ret;
}

static int append(struct output *output, const char *bytes, size_t length)
{
	char *grown = realloc(output->text, output->length + length + 1);

	if (!grown)
		return -ENOMEM;
	memcpy(grown + output->length, bytes, length);
	output->text = grown;
	output->length += length;
	grown[output->length] = '\0';
	return 0;
}

static int collect(struct child *child, struct output *out, struct output *err)
{
	char bytes[65536];
	int ret = 0;

	while (child->out >= 0 || child->err >= 0) {
		struct pollfd ready[] = { { .fd = child->out, .events = POLLIN },
					  { .fd = child->err, .events = POLLIN } };

		if (poll(ready, 2, -1) < 0)
			continue;
		if (ready[0].revents)
			ret = append(out, bytes, drain(&child->out, bytes, sizeof(bytes))) ?: ret;
		if (ready[1].revents)
			ret = append(err, bytes, drain(&child->err, bytes, sizeof(bytes))) ?: ret;
	}
	return ret;
}

int launch_program(char *const *argv, int feed, struct output *out, struct output *err)
{
	struct child child;
	int ret, status;

	*out = *err = (struct output){ 0 };
	ret = child_start(&child, argv, feed, false);
	if (ret)
		return ret;
	ret = collect(&child, out, err);
	status = child_wait(&child);
	if (ret)
		return ret;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The words that start this program again. malloc'd, its words are argv's. */
static char **own_words(char *const *argv)
{
	size_t count = count_of(argv);
	char **words = calloc(count + 1, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, argv, count * sizeof(*words));
	words[0] = (char *)"/proc/self/exe";
	return words;
}

int launch_self(char *const *argv, int feed, struct output *out, struct output *err)
{
	char **words = own_words(argv);
	int ret;

	if (!words)
		return -ENOMEM;
	set_launched(clock_ns(), false);
	ret = launch_program(words, feed, out, err);
	free(words);
	return ret;
}

static struct child beside = { .pid = -1, .out = -1, .err = -1 };

/* The first line, without its end. Returns whether it came. */
static bool first_line(int from, char *line, size_t size)
{
	size_t at = 0;

	while (at + 1 < size && read(from, line + at, 1) == 1 && line[at] != '\n')
		at++;
	line[at] = '\0';
	return at > 0;
}

int launch_beside(char *const *argv, char *line, size_t size)
{
	char **words = own_words(argv);
	int ret = words ? child_start(&beside, words, -1, true) : -ENOMEM;
	char why[512];

	free(words);
	if (ret) {
		beside.pid = -1;
		return say_fail(-ret, "%s cannot be started beside this: %s", argv[1],
				strerror(-ret));
	}
	if (first_line(beside.out, line, size))
		return 0;
	ret = say_fail(EIO, "%s did not start beside this: %s", argv[1],
		       first_line(beside.err, why, sizeof(why)) ? why : "it said nothing");
	launch_end_beside();
	return ret;
}

void launch_end_beside(void)
{
	if (beside.pid < 0)
		return;
	kill(beside.pid, SIGTERM);
	child_wait(&beside);
	close_ends((int[]){ beside.out, beside.err }, 2);
	beside.pid = -1;
}
