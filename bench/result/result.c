/* Building a document. */
#define _GNU_SOURCE
#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "bench/stats/stats.h"
#include "bench/base/version.h"
#include "bench/team/strategy.h"

static struct figure *add(struct figures *figures, const char *key)
{
	struct figure *figure =
		&figures->list[figures->count < FIGURES_MAX ? figures->count : FIGURES_MAX - 1];

	figures->count += figures->count < FIGURES_MAX;
	*figure = (struct figure){ .key = key };
	return figure;
}

void figure_text(struct figures *figures, const char *key, const char *text)
{
	cell_text(&add(figures, key)->value, text);
}

void figure_number(struct figures *figures, const char *key, enum cell_kind kind, double number)
{
	cell_number(&add(figures, key)->value, kind, number);
}

void figure_list(struct figures *figures, const char *key, const double *list, size_t count)
{
	add(figures, key)->value = (struct cell){ .kind = CELL_LIST, .list = list, .count = count };
}

const struct cell *figure_find(const struct figures *figures, const char *key)
{
	for (size_t i = 0; i < figures->count; i++)
		if (!strcmp(figures->list[i].key, key))
			return &figures->list[i].value;
	return NULL;
}

double figure_value(const struct figures *figures, const char *key)
{
	const struct cell *cell = figure_find(figures, key);

	return cell && cell->kind != CELL_NONE && cell->kind != CELL_TEXT ? cell->number : NAN;
}

static void describe_host(struct figures *host, const struct machine *machine)
{
	static struct utsname system;

	uname(&system);
	figure_text(host, "hostname", system.nodename);
	figure_text(host, "cpu_model", machine->cpu_model);
	figure_text(host, "kernel", system.release);
	figure_number(host, "cores", CELL_COUNT, machine->cores);
	figure_number(host, "pus", CELL_COUNT, machine->pus);
	figure_number(host, "numa_nodes", CELL_COUNT, machine->numa_nodes);
	figure_text(host, "allowed_pus", machine->allowed);
	figure_number(host, "cpu_quota", CELL_RATIO, machine->cpu_quota);
	figure_text(host, "compiler", COMPILER);
	figure_text(host, "mpi", strategy_mpi_version());
	figure_text(host, "hwloc", machine->hwloc);
}

void document_begin(struct document *document, const char *program, const char *command,
		    char *const *argv, const struct placement *placement)
{
	const struct machine *machine = placement_machine(placement);
	time_t now = time(NULL);

	*document = (struct document){
		.program = program,
		.version = VERSION,
		.command = command,
		.argv = argv,
		.placement = placement,
	};
	strftime(document->started, sizeof(document->started), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	describe_host(&document->host, machine);
	if (machine->allowed_pus < machine->pus)
		snprintf(document->confined, sizeof(document->confined),
			 "Confined to %u of the machine's %u PUs: %.100s%s", machine->allowed_pus,
			 machine->pus, machine->allowed,
			 strlen(machine->allowed) > 100 ? "..." : "");
}

struct run *document_add_run(struct document *document)
{
	struct run *grown = realloc(document->runs, (document->run_count + 1) * sizeof(*grown)),
		   *run;

	if (!grown)
		return NULL;
	document->runs = grown;
	run = &grown[document->run_count++];
	*run = (struct run){ .median = NAN,
			     .low = NAN,
			     .high = NAN,
			     .startup = NAN,
			     .rate = NAN,
			     .speedup = NAN,
			     .efficiency = NAN,
			     .factors = { NAN, NAN, NAN, NAN, NAN, NAN },
			     .karp_flatt = { NAN, NAN, NAN } };
	return run;
}

void run_clear(struct run *run)
{
	free(run->samples);
	free(run->missing);
	free(run->per_worker);
	free(run->worker_rates);
}

void document_free(struct document *document)
{
	for (size_t i = 0; i < document->run_count; i++)
		run_clear(&document->runs[i]);
	free(document->runs);
	free(document->advice);
	if (document->forget)
		document->forget(document->read);
	document->forget = NULL;
	document->runs = NULL;
	document->run_count = 0;
	document->advice = NULL;
}

int run_add_sample(struct run *run, double seconds)
{
	double *grown = realloc(run->samples, (run->sample_count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	run->samples = grown;
	run->samples[run->sample_count++] = seconds;
	return 0;
}

void run_summarise(struct run *run, double items)
{
	struct summary summary;

	if (!run->sample_count)
		return;
	summary = summarise(run->samples, run->sample_count);
	run->median = summary.median;
	run->low = summary.low;
	run->high = summary.high;
	run->rate = summary.median > 0 ? items / summary.median : NAN;
}
