/* sumsq: exact sums of squares over ranges of integers, as fast as the cores can multiply. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/cli/program.h"
#include "bench/cli/shared_options.h"
#include "bench/cli/verb.h"
#include "closed_form.h"
#include "kernel.h"
#include "kernel_tables.h"
#include "sumsq.h"
#include "sumsq_probe.h"
#include "verb_race.h"

/* What the options and operands say. */
static struct sumsq_config {
	const struct kernel *kernel; /* NULL: the fastest */
	struct tasks tasks;
	struct race_config race;
	bool kernels_only, measured; /* list */
	const char *checkpoint;      /* file that keeps what is finished; NULL: none */
} config;

static int main_take_kernel(void *into, const char *value)
{
	return kernel_find(&((struct sumsq_config *)into)->kernel, value);
}

static int main_take_way(void *into, const char *value)
{
	return race_find(&((struct sumsq_config *)into)->race.way, value);
}

static int main_take_racers(void *into, const char *value)
{
	return shared_options_take_counts(&((struct sumsq_config *)into)->race.workers, "-w",
					  value);
}

static const struct option_row options[] = {
	{ "kernel", 0, "NAME",
	  "how terms are multiplied: one of the kernels of `sumsq list`; default: the fastest that "
	  "this CPU has for the size of the numbers",
	  VERB_RUN | VERB_COMPARE | VERB_SCALE, VERB_COMPARE | VERB_SCALE, .kind = OPTION_OWN,
	  .nth = kernel_nth_name, .take = main_take_kernel },
	{ "kernels", 0, NULL, "the kernels only", VERB_LIST, .kind = OPTION_FLAG,
	  .offset = offsetof(struct sumsq_config, kernels_only) },
	{ "measure", 0, NULL,
	  "measure each kernel that can be used here on this core, beside what the core issues at "
	  "most",
	  VERB_LIST, .kind = OPTION_FLAG, .offset = offsetof(struct sumsq_config, measured) },
	{ "checkpoint", 0, "FILE",
	  "keep what is finished in FILE, and begin with what it has of this job: after a signal, a "
	  "crash or a limit the same command does the rest",
	  VERB_RUN, .kind = OPTION_TEXT, .offset = offsetof(struct sumsq_config, checkpoint) },
	{ "way", 0, "WAY",
	  "only this way, in this process: unsynchronised, atomic, mutex, reduction, processes",
	  VERB_OWN_STUDY, .kind = OPTION_OWN, .nth = race_nth_name, .take = main_take_way },
	{ "workers", 'w', "N",
	  "threads that race; several are compared: 1,2,4; default 5000; processes are up to 64",
	  VERB_OWN_STUDY, .kind = OPTION_OWN, .take = main_take_racers },
	{ "tasks", 0, "N", "tasks that they take, one after the other; default 100000",
	  VERB_OWN_STUDY, VERB_OWN_STUDY, .kind = OPTION_COUNT,
	  .offset = offsetof(struct sumsq_config, race.tasks), .low = 1, .high = 1e9 },
	{ "increments", 0, "N", "times that each task counts; default 100", VERB_OWN_STUDY,
	  VERB_OWN_STUDY, .kind = OPTION_COUNT,
	  .offset = offsetof(struct sumsq_config, race.increments), .low = 1, .high = 1e9 },
	{ 0 },
};

static int main_race(struct command *command)
{
	return verb_race(command, &config.race);
}

static const struct verb verbs[] = {
	{ "check", "ask every core for right results, and which is slow",
	  "A process on each allowed PU does the work with every usable kernel in turn, over numbers of "
	  "all magnitudes up to 2^52, and compares each sum with the closed form. passes are the sums "
	  "that were compared; the rate is per second of CPU time, of the rounds in which nothing else "
	  "had the PU; of kind is that over the median of the PUs of its kind; running is the share of "
	  "the time that it had the PU.\n\n"
	  "A PU is wrong if any sum was: what is shown then is the smallest part that was wrong again, "
	  "and how to do it again. It is slow if it is behind its kind by more than 3 % and beyond "
	  "noise; disturbed if something else had it for more than 5 % of the time, so that its speed "
	  "cannot be told; right otherwise. The exit code is 3 if any is wrong, 1 if a process died, or "
	  "with --fail-slow if any is slow. It ends at most 5 seconds after its time: "
	  "scripts/node-check.sh shows it as a health check of Slurm.\n\n"
	  "It is a load that verifies itself, not a proof of health: sums of consecutive numbers are "
	  "narrow data, memory and other units of a core are hardly touched, and a core may fail at "
	  "another temperature.",
	  VERB_CHECK, false, true, verb_check },
	{ "race", "count with many threads: what is lost, and what prevents it",
	  "Threads take tasks from a pool, and each task increments one counter: unsynchronised, by "
	  "a load and a store, between which another thread's update is lost; atomic, in one step; "
	  "under a mutex; by reduction, each thread in a counter of its own, added up at the end, as "
	  "every strategy of this program works; and processes, with a counter and a mutex in shared "
	  "pages.\n\n"
	  "Each measurement is a fresh process; the order of each round is shuffled. median and "
	  "ns/increment are from go until the last worker is through, and the interval the 95 % one "
	  "of ns/increment, which takes six rounds: so many are made unless told. count and lost are "
	  "medians; lost in says in how many rounds any were lost. That none were seen to be lost is "
	  "no proof. --plot draws what is lost against the number of threads.",
	  VERB_OWN_STUDY, false, true, main_race },
	{ 0 },
};

static int main_job_add(void *into, const char *text, const char *where)
{
	struct task task;
	int ret = tasks_parse(&task, text, where);

	return ret ? ret : tasks_add(&((struct sumsq_config *)into)->tasks, task);
}

/* Twenty numbers from ten million on; or as many terms as were asked for, as one task. */
static int main_embedded(void *into, FILE *list, uint64_t items, bool apart)
{
	(void)into, (void)apart;
	if (items)
		fprintf(list, "%" PRIu64 "\n",
			items < closed_form_end(0) ? items : closed_form_end(0));
	for (uint64_t n = 10000000; !items && n < 10000020; n++)
		fprintf(list, "%" PRIu64 "\n", n);
	return 0;
}

/* Says where the job goes on with a kernel, or with more multiplications, that take longer. */
static void main_say_slower(const struct work *work)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	bool ranges[KERNEL_RANGES];

	sumsq_ranges(sumsq, ranges);
	for (int range = 1; range < KERNEL_RANGES; range++) {
		const struct kernel *below = sumsq->kernels.of[range - 1],
				    *above = sumsq->kernels.of[range];
		double times =
			(double)kernel_rate(below, range - 1) / (double)kernel_rate(above, range);

		if (ranges[range - 1] && ranges[range] && times > 1.1)
			say_fact("from i = 2^%u on, a term takes about %.1f times as long (%s%s%s)",
				 kernel_bits[range - 1], times, above->name,
				 above == below ? " has more digits to multiply" : ", below ",
				 above == below ? "" : below->name);
	}
}

static int main_job_done(void *from, struct work **work)
{
	struct sumsq_config *own = from;
	struct sumsq *sumsq;
	int ret = sumsq_new(&sumsq, &own->tasks, own->kernel);

	if (ret)
		return ret == -ENOMEM ? say_fail(ENOMEM, "not enough memory for the tasks") : ret;
	*work = &sumsq->work;
	return 0;
}

static void main_job_metrics(const struct work *work, struct metrics *metrics)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	char terms[24];

	snprintf(terms, sizeof(terms), "%llu", (unsigned long long)sumsq->tasks.terms);
	metrics_set_number(metrics, "tasks", CELL_COUNT, (double)sumsq->tasks.count);
	metrics_set_text(metrics, "terms", terms);
}

static void main_run_metrics(const struct work *work, double seconds, struct metrics *metrics)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	const struct kernel *last = NULL;
	bool ranges[KERNEL_RANGES];
	char name[64] = "";

	(void)seconds;
	sumsq_ranges(sumsq, ranges);
	for (int range = 0; range < KERNEL_RANGES; range++) {
		const struct kernel *kernel = sumsq->kernels.of[range];
		size_t length = strlen(name);

		if (ranges[range] && kernel != last) {
			snprintf(name + length, sizeof(name) - length, "%s%s", last ? "+" : "",
				 kernel->name);
			last = kernel;
		}
	}
	if (!last)
		snprintf(name, sizeof(name), "%s", sumsq->kernels.of[0]->name);
	metrics_set_text(metrics, "kernel", name);
}

static void main_print_results(FILE *file, const struct work *work)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	char task[TASK_TEXT], sum[U128_TEXT];

	for (size_t i = 0; i < sumsq->tasks.count; i++) {
		tasks_format(&sumsq->tasks.list[i], task);
		fprintf(file, "%s\t%s\n", task, u128_format(sumsq->sums[i], sum));
	}
}

static const struct column result_columns[] = { { "task", "task", CELL_TEXT },
						{ "sum", "sum", CELL_TEXT } };

static void main_result_row(const void *context, size_t row, struct cell *cells)
{
	const struct sumsq *sumsq = context;

	tasks_format(&sumsq->tasks.list[row], cells[0].room);
	table_set_text(&cells[0], cells[0].room);
	table_set_text(&cells[1], u128_format(sumsq->sums[row], cells[1].room));
}

static struct table main_results(const struct work *work)
{
	return (struct table){
		.key = "results",
		COLUMNS(result_columns),
		.row_count = ((const struct sumsq *)work)->tasks.count,
		.row = main_result_row,
		.context = work,
	};
}

static int main_list_more(void *from, struct table *table)
{
	return ((struct sumsq_config *)from)->measured ? kernel_tables_measured(table) : 0;
}

static const char *const strategies[] = { "serial", "async",      "openmp", "processes",
					  "mpi",    "mpi+openmp", NULL };

static const char *const scaled[] = { "openmp", "processes", NULL };

static const struct example examples[] = {
	{ VERB_RUN, "sumsq run 10 1e7 5:10", "three sums" },
	{ VERB_RUN, "seq 1 1000 | sumsq run -f -", "a thousand, from standard input" },
	{ VERB_RUN, "sumsq run -s processes -w 2 1e9", "two processes, each on a core" },
	{ VERB_RUN, "mpirun -n 4 sumsq run 1e11", "ranks on a cluster" },
	{ VERB_RUN, "sumsq run 1e11 --checkpoint kept", "again, if it was ended: the rest" },
	{ VERB_COMPARE, "sumsq compare", "every strategy, side by side" },
	{ VERB_COMPARE, "sumsq compare --json=new.json 1e10", "and a result to keep" },
	{ VERB_COMPARE, "sumsq compare old.json new.json", "what became slower" },
	{ VERB_SCALE, "sumsq scale", "how far the cores here go" },
	{ VERB_SCALE, "sumsq scale -c 1-4 --html=page.html", "1, 2, 3 and 4 of them, as a page" },
	{ VERB_REPORT, "sumsq report new.json --markdown", "a result again, for a lab book" },
	{ VERB_PLACE, "sumsq place -w 4 --bind spread", "where four workers would go" },
	{ VERB_PLACE, "sumsq place --topology 'pack:2 core:4 pu:2'", "on another machine" },
	{ VERB_CHECK, "sumsq check --time 5s", "is any core wrong, or slow?" },
	{ VERB_OWN_STUDY, "sumsq race", "what threads lose without a lock" },
	{ VERB_OWN_STUDY, "sumsq race -w 1,2,8 --json=race.json", "with 1, 2 and 8, and a result" },
	{ VERB_LIST, "sumsq list", "strategies and kernels" },
	{ VERB_LIST, "sumsq list --kernels --measure", "how near the core's limit" },
	{ 0 },
};

static const struct note notes[] = {
	{ VERB_RUN, "A line of the output is a TASK and its sum, with a tab between them." },
	{ VERB_COMPARE, "-c is the number of allowed cores unless given." },
	{ VERB_SCALE,
	  "Unless given, -s is openmp,processes, and -c is 1, 2, 4 ... up to the number "
	  "of allowed cores." },
	{ VERB_LIST,
	  "A kernel is how terms are multiplied; what it serves are the numbers i that "
	  "it is the fastest for on this CPU. --measure adds, for the largest "
	  "numbers below each bound: terms a second and a cycle of the core's clock; at "
	  "most, what this core did with the instructions that multiply and add up alone, "
	  "and the share of it that the kernel reached." },
	{ 0 },
};

int main(int argc, char **argv)
{
	const struct table list = kernel_tables_list();
	struct program program = {
		.name = "sumsq",
		.brief = "exact sums of squares with any strategy, and how they scale",
		.about = "Sums of squares over ranges of integers, exactly, as fast as the cores "
			 "can multiply, with any strategy: one worker, an event loop, OpenMP "
			 "threads, pinned processes, MPI ranks, ranks of threads.",
		.operand = "TASK",
		.operand_help =
			"TASK is N, the sum of i*i for 0 <= i < N, or A:B, for A <= i < B; "
			"10_000_000 and 1e7 are one number. Without any, and with nothing piped "
			"in, the job is the twenty numbers 10000000 ... 10000019. Every sum is "
			"checked against the closed form.",
		.examples = examples,
		.notes = notes,
		.see_also = "mpirun(1), hwloc(7), taskset(1), seq(1)",
		.options = options,
		.verbs = verbs,
		.config = &config,
		.strategies = strategies,
		.scaled = scaled,
		.rate_unit = "term/s",
		.cpu_bound = true,
		.work_type = &sumsq_work,
		.checkpoint = &config.checkpoint,
		.probe = &sumsq_probe,
		.job_add = main_job_add,
		.embedded = main_embedded,
		.job_done = main_job_done,
		.job_metrics = main_job_metrics,
		.run_metrics = main_run_metrics,
		.run_say = main_say_slower,
		.print_results = main_print_results,
		.results = main_results,
		.list = &list,
		.list_more = main_list_more,
		.list_alone = &config.kernels_only,
	};
	int code;

	code = program_main(&program, argc, argv);
	tasks_free(&config.tasks);
	return code;
}
