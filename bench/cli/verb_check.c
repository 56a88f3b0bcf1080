/* check: every PU does work whose results are known, over and over. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/base/clock.h"
#include "bench/base/cpus.h"
#include "bench/base/limits.h"
#include "bench/base/number.h"
#include "bench/base/say.h"
#include "bench/stats/disturbance.h"
#include "bench/study/pu_check.h"
#include "bench/team/patrol.h"
#include "outputs.h"
#include "progress.h"
#include "team_warnings.h"

/* Unless told. */
#define CHECK_S 10

/* For tests alone: the PU whose results are falsified. */
#define CHECK_SPOIL "CORESCALE_SPOIL_PU"

/* The PU of the variable above, -1 without; it cannot be set unseen. */
static int check_find_spoiled(int *pu)
{
	const char *text = getenv(CHECK_SPOIL);
	uint64_t number;

	*pu = -1;
	if (!text)
		return 0;
	if (number_take_whole(&text, &number) || *text || number >= CPUS_MAX)
		return say_fail(EINVAL, CHECK_SPOIL " takes the number of a PU: unset it");
	*pu = (int)number;
	say_warn(CHECK_SPOIL " is set: results of PU %d are falsified, for a test", *pu);
	return 0;
}

/* "0,2-3": PUs as the system numbers them. */
static int check_parse_pus(struct cpus *cpus, const char *list)
{
	for (const char *at = list;; at++) {
		uint64_t first, last;

		if (number_take_range(&at, &first, &last) || (*at && *at != ',') ||
		    last >= CPUS_MAX)
			return say_fail(EINVAL,
					"--pus takes numbers of PUs, as in 0,2-3: not '%.*s'",
					SAY_WORD, list);
		for (; first <= last; first++)
			cpus->bits[first / 64] |= (uint64_t)1 << first % 64;
		if (!*at)
			return 0;
	}
}

/* From here on this process has those PUs alone, as if by taskset. */
static int check_keep_to(const char *list)
{
	struct cpus asked = { 0 }, ours;
	int ret = list ? check_parse_pus(&asked, list) : 0;

	if (!list || ret)
		return ret;
	ret = cpus_of_thread(&ours);
	for (unsigned int pu = 0; !ret && pu < CPUS_MAX; pu++)
		if (cpus_has(&asked, pu) && !cpus_has(&ours, pu))
			return say_fail(EINVAL,
					"--pus: PU %u is not here, or not allowed; `taskset -p $$` "
					"shows those that are",
					pu);
	if (!ret && sched_setaffinity(0, sizeof(asked.bits), (const cpu_set_t *)asked.bits))
		ret = -errno;
	return ret;
}

/* Version of a PU's microcode, or the host's where the system has none of it: malloc'd, or NULL. */
static char *check_microcode(int pu, const char *of_host)
{
	char path[96], line[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/microcode/version", pu);
	file = fopen(path, "re");
	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	if (*line)
		return strdup(line);
	return of_host ? strdup(of_host) : NULL;
}

/* The PUs that were checked, and the rates of their windows. */
struct check {
	struct command *command;
	const struct probe *probe;
	struct placement *placement;
	struct result result;
	struct patrol_pu *pus;
	unsigned int count;
	struct core_rate *rates;
	size_t rate_count;
	double seconds; /* that it took */
};

static int check_put_fault(struct checked_pu *checked, const struct patrol_pu *pu,
			   const char *program)
{
	const struct probe_fault *fault = &pu->fault;
	char replay[192];

	snprintf(replay, sizeof(replay), "taskset -c %d %s %s", pu->at.pu, program, fault->replay);
	checked->repeats = fault->repeats;
	return record_set_text(&checked->verdict, "wrong") ||
			       record_set_text(&checked->way, fault->way) ||
			       record_set_text(&checked->task, fault->task) ||
			       record_set_text(&checked->expected, fault->expected) ||
			       record_set_text(&checked->actual, fault->actual) ||
			       record_set_text(&checked->difference, fault->difference) ||
			       record_set_text(&checked->replay, replay)
		       ? -ENOMEM
		       : 0;
}

/* The rate of each window that had enough quiet time; *rate: of all of them, NAN if less than a
 * tenth of the rounds were quiet. */
static void check_put_rates(struct check *check, const struct patrol_pu *pu, double *rate)
{
	uint64_t items = 0, cpu_ns = 0;

	for (int i = 0; i < PATROL_WINDOWS; i++) {
		items += pu->quiet_items[i];
		cpu_ns += pu->quiet_cpu_ns[i];
		if (pu->quiet_cpu_ns[i])
			check->rates[check->rate_count++] = (struct core_rate){
				.core = (unsigned int)pu->at.pu,
				.kind = pu->at.kind,
				.rate = (double)pu->quiet_items[i] * 1e9 /
					(double)pu->quiet_cpu_ns[i],
			};
	}
	*rate = cpu_ns && pu->quiet_rounds * 10 >= pu->rounds ? (double)items * 1e9 / (double)cpu_ns
							      : NAN;
}

static int check_put(struct check *check, const struct patrol_pu *pu)
{
	struct result *result = &check->result;
	struct checked_pu *checked =
		record_add(&checked_pu_record, &result->checked, &result->checked_count);

	if (!checked)
		return -ENOMEM;
	checked->pu = pu->at.pu;
	checked->package = pu->at.package;
	checked->numa = pu->at.numa;
	checked->core = pu->at.core;
	checked->kind = pu->at.kind;
	checked->microcode = check_microcode(pu->at.pu, result->hosts[0].microcode);
	checked->passes = pu->rounds * check->probe->passes();
	checked->running = pu->busy_ns ? (double)pu->cpu_ns / (double)pu->busy_ns : NAN;
	/* Time of the hypervisor counts as the process's own. */
	if (pu->steal_s > 0 && pu->watched_s > 0)
		checked->running -= pu->steal_s / pu->watched_s;
	check_put_rates(check, pu, &checked->rate);
	if (record_set_text(&checked->host, result->hosts[0].hostname) ||
	    record_set_text(&checked->rate_unit, check->probe->rate_unit))
		return -ENOMEM;
	if (pu->hung)
		say_warn("the process on PU %d did not end in its time, and was killed", pu->at.pu);
	else if (WIFSIGNALED(pu->status))
		say_warn("the process on PU %d was killed by signal %d (%s)", pu->at.pu,
			 WTERMSIG(pu->status), strsignal(WTERMSIG(pu->status)));
	if (pu->wrong)
		return check_put_fault(checked, pu, check->command->program->name);
	return pu->status || pu->hung ? record_set_text(&checked->verdict, "died") : 0;
}

static void check_show_progress(double elapsed_s)
{
	say_progress("%.0f s", elapsed_s);
}

static int check_walk(struct check *check)
{
	const struct patrol_options *options = &check->command->patrol;
	struct patrol_request request = {
		.probe = check->probe,
		.placement = check->placement,
		.seconds = options->time > 0 ? options->time : CHECK_S,
		.quiet_share = DISTURBANCE_SHARE,
		.quiet_least_s = DISTURBANCE_LEAST_S,
		.one_at_a_time = options->one_at_a_time,
		.progress = progress_wanted(check->command) ? check_show_progress : NULL,
	};
	uint64_t began = clock_ns();
	int ret = check_find_spoiled(&request.spoiled);

	if (!ret)
		ret = patrol_run(check->pus, check->count, &request);
	say_progress(NULL);
	check->seconds = (double)(clock_ns() - began) * 1e-9;
	for (unsigned int i = 0; !ret && i < check->count; i++)
		ret = check_put(check, &check->pus[i]);
	return ret ? ret
		   : pu_check_conclude(&check->result, check->rates, check->rate_count,
				       check->seconds);
}

/* What the exit code tells. */
static int check_judge(const struct check *check)
{
	const struct result *result = &check->result;
	unsigned int wrong = pu_check_count(result, "wrong"), died = pu_check_count(result, "died"),
		     slow = pu_check_count(result, "slow");

	if (wrong)
		return say_fail(EBADMSG, "%u of %u PUs gave wrong results", wrong, check->count);
	if (died)
		return say_fail(EIO, "on %u of %u PUs the process died", died, check->count);
	if (slow && check->command->study.fail_slow)
		return say_fail(EIO, "%u of %u PUs are slower than those of their kind", slow,
				check->count);
	return 0;
}

static int check_pus(struct check *check)
{
	int ret;

	check->count = placement_machine(check->placement)->allowed_pus;
	ret = limits_check(check->count, check->count, "processes");
	if (!ret)
		ret = placement_plan(check->placement, check->count, 0, check->count);
	if (ret)
		return ret;
	check->pus = patrol_new(check->count);
	check->rates = calloc((size_t)check->count * PATROL_WINDOWS, sizeof(*check->rates));
	ret = check->pus && check->rates ? check_walk(check) : -ENOMEM;
	if (!ret)
		ret = outputs_write(check->command, &check->result, NULL, NULL);
	if (!ret)
		ret = check_judge(check);
	if (check->pus)
		patrol_free(check->pus, check->count);
	free(check->rates);
	return ret;
}

int verb_check(struct command *command)
{
	struct check check = { .command = command, .probe = command->program->probe };
	const struct place_request places = { .places = "threads", .bind = "close" };
	int ret = check_keep_to(command->patrol.pus);

	if (!ret)
		ret = placement_open(&check.placement, &places);
	if (ret)
		return ret;
	if (!placement_machine(check.placement)->this_system)
		ret = team_warnings_refuse_elsewhere(command);
	if (!ret)
		ret = outputs_begin(&check.result, command, check.placement);
	if (!ret)
		ret = outputs_check(command);
	if (!ret)
		ret = check_pus(&check);
	result_free(&check.result);
	placement_close(check.placement);
	return ret;
}
