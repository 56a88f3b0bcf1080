/*
 * The CPU quota of control groups, read from folders that are laid out as the kernel does. Nothing
 * of this system is read, and nothing needs root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/cgroup.h"

static char root[] = "/tmp/corescale-cgroup-XXXXXX";

static void write_file(const char *path, const char *text)
{
	char whole[PATH_MAX];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(whole, 0700);
		*slash = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static int make_root(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#define V1_BOTH \
	"33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
#define V2 "24 23 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"

/* Each machine: its files, by pairs of path and text, and the quota of them. */
static const struct {
	const char *name;
	double quota; /* NAN: none */
	const char *files[16];
} machines[] = {
	{ "no cgroups", NAN, { "/proc/uptime", "1 1\n" } },
	{ "v1, cpu and cpuacct mounted as one",
	  1.5,
	  { "/proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/job\n", "/proc/self/mountinfo",
	    V1_BOTH, "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "150000\n",
	    "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n",
	    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n",
	    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n" } },
	{ "v1, the controllers in the other order",
	  0.5,
	  { "/proc/self/cgroup", "4:cpuacct,cpu:/\n", "/proc/self/mountinfo",
	    "33 31 0:30 / /cgroups/time rw - cgroup none rw,cpuacct,cpu\n",
	    "/cgroups/time/cpu.cfs_quota_us", "50000\n", "/cgroups/time/cpu.cfs_period_us",
	    "100000\n" } },
	{ "v1, cpuset and cpuacct are not cpu",
	  NAN,
	  { "/proc/self/cgroup", "4:cpuset:/\n3:cpuacct:/\n", "/proc/self/mountinfo",
	    "33 31 0:30 / /c rw - cgroup none rw,cpuset\n34 31 0:31 / /c rw - cgroup none rw,cpuacct\n",
	    "/c/cpu.cfs_quota_us", "50000\n", "/c/cpu.cfs_period_us", "100000\n" } },
	{ "v1, the mount of another controller",
	  NAN,
	  { "/proc/self/cgroup", "4:cpu:/\n", "/proc/self/mountinfo",
	    "33 31 0:30 / /c rw - cgroup none rw,cpuset\n", "/c/cpu.cfs_quota_us", "50000\n",
	    "/c/cpu.cfs_period_us", "100000\n" } },
	{ "v2, the outer group is the narrower",
	  2,
	  { "/proc/self/cgroup", "0::/a/b/c\n", "/proc/self/mountinfo", V2,
	    "/sys/fs/cgroup/a/cpu.max", "200000 100000\n", "/sys/fs/cgroup/a/b/cpu.max",
	    "800000 100000\n", "/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n" } },
	{ "v2, the inner group is the narrower",
	  0.25,
	  { "/proc/self/cgroup", "0::/a/b\n", "/proc/self/mountinfo", V2,
	    "/sys/fs/cgroup/a/cpu.max", "200000 100000\n", "/sys/fs/cgroup/a/b/cpu.max",
	    "2500 10000\n" } },
	{ "v2, a group beside ours is nothing to us",
	  NAN,
	  { "/proc/self/cgroup", "0::/a/b\n", "/proc/self/mountinfo", V2,
	    "/sys/fs/cgroup/a/cpu.max", "max 100000\n", "/sys/fs/cgroup/a/bb/cpu.max",
	    "2500 10000\n" } },
	{ "v2, in a container with a namespace of its own",
	  3,
	  { "/proc/self/cgroup", "0::/\n", "/proc/self/mountinfo", V2, "/sys/fs/cgroup/cpu.max",
	    "300000 100000\n" } },
	{ "v1, a container's group is what is mounted",
	  1.25,
	  { "/proc/self/cgroup", "4:cpu,cpuacct:/docker/abc/inner\n", "/proc/self/mountinfo",
	    "33 31 0:30 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
	    "/sys/fs/cgroup/cpu/inner/cpu.cfs_quota_us", "125000\n",
	    "/sys/fs/cgroup/cpu/inner/cpu.cfs_period_us", "100000\n",
	    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "500000\n",
	    "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n" } },
	{ "v2, a group outside of its namespace",
	  4,
	  { "/proc/self/cgroup", "0::/../other\n", "/proc/self/mountinfo",
	    "24 23 0:22 /mine /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup/cpu.max",
	    "400000 100000\n" } },
	{ "v1 and v2 together",
	  1,
	  { "/proc/self/cgroup", "4:cpu:/one\n0::/two\n", "/proc/self/mountinfo",
	    "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
	    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
	    "/sys/fs/cgroup/cpu/one/cpu.cfs_quota_us", "400000\n",
	    "/sys/fs/cgroup/cpu/one/cpu.cfs_period_us", "100000\n",
	    "/sys/fs/cgroup/unified/two/cpu.max", "100000 100000\n" } },
	{ "a mount whose name has blanks",
	  0.75,
	  { "/proc/self/cgroup", "0::/\n", "/proc/self/mountinfo",
	    "24 23 0:22 / /my\\040cgroups rw - cgroup2 cgroup2 rw\n", "/my cgroups/cpu.max",
	    "75000 100000\n" } },
	{ "files that make no sense",
	  NAN,
	  { "/proc/self/cgroup", "junk\n0::\n:::\n0::/a\n", "/proc/self/mountinfo",
	    "\njunk - \n - cgroup2\n1 2 3 - cgroup2 x y\n" V2, "/sys/fs/cgroup/a/cpu.max",
	    "many 100000\n", "/sys/fs/cgroup/cpu.max", "100000 0\n" } },
};

static void test_quota(void **state)
{
	unsigned int wrong = 0;

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		double quota, wanted = machines[i].quota;

		make_root(state);
		for (size_t j = 0; machines[i].files[j]; j += 2)
			write_file(machines[i].files[j], machines[i].files[j + 1]);
		quota = cgroup_quota(root);
		remove_root(state);
		if (isnan(wanted) ? isnan(quota) : quota == wanted)
			continue;
		print_message("# %s: %g, not %g\n", machines[i].name, quota, wanted);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static int add_name(void *context, const char *folder)
{
	char *names = context;

	snprintf(names + strlen(names), 256 - strlen(names), " %s", folder + strlen(root));
	return strstr(folder, "/stop") && !strstr(folder, "/stop/") ? -ECANCELED : 0;
}

/* The innermost first; a visitor that fails is the last. */
static void test_visit(void **state)
{
	char names[256] = "";

	(void)state;
	write_file("/proc/self/cgroup", "7:pids:/a/b\n0::/c\n");
	write_file("/proc/self/mountinfo", "1 2 0:3 / /p rw - cgroup none rw,pids\n" V2);
	assert_int_equal(cgroup_visit(root, "pids", add_name, names), 0);
	assert_string_equal(names, " /p/a/b /p/a /p /sys/fs/cgroup/c /sys/fs/cgroup");
	names[0] = '\0';
	write_file("/proc/self/cgroup", "7:pids:/a/stop/b\n");
	assert_int_equal(cgroup_visit(root, "pids", add_name, names), -ECANCELED);
	assert_string_equal(names, " /p/a/stop/b /p/a/stop");
}

/* A path that has no room is an error, and none is cut. */
static void test_long_path(void **state)
{
	static char group[10000], line[10100];
	char names[256] = "";

	(void)state;
	memset(group, 'x', sizeof(group) - 1);
	group[0] = '/';
	snprintf(line, sizeof(line), "0::%s\n", group);
	write_file("/proc/self/cgroup", line);
	write_file("/proc/self/mountinfo", V2);
	assert_int_equal(cgroup_visit(root, "cpu", add_name, names), -ENAMETOOLONG);
	assert_string_equal(names, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quota),
		cmocka_unit_test_setup_teardown(test_visit, make_root, remove_root),
		cmocka_unit_test_setup_teardown(test_long_path, make_root, remove_root),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
