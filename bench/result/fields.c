/*
 * The fields of every record of a result, once: what JSON writes and reads, what CSV and the tables
 * for people show. A fact is added here, to its struct, and to the schema, and nowhere else.
 */
#include "columns.h"
#include "result.h"

#define AT(type, member) .offset = offsetof(struct type, member)
/* A list, and its count beside it. */
#define LIST(type, member, counted, record) \
	AT(type, member), .count_at = offsetof(struct type, counted), .of = &(record)
#define FIELDS_END          \
	{                   \
		.key = NULL \
	}
#define RECORD(type) .name = #type, .size = sizeof(struct type)

enum { EVERYWHERE = VIEW_JSON | VIEW_CSV, SHOWN = VIEW_JSON | VIEW_CSV | VIEW_TEXT };

static const struct field host_fields[] = {
	{ "hostname", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, hostname) },
	{ "cpu_model", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, cpu_model) },
	{ "microcode", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, microcode) },
	{ "kernel", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, kernel) },
	{ "cores", .kind = FIELD_COUNT, .views = VIEW_JSON, AT(host, cores) },
	{ "pus", .kind = FIELD_COUNT, .views = VIEW_JSON, AT(host, pus) },
	{ "numa_nodes", .kind = FIELD_COUNT, .views = VIEW_JSON, AT(host, numa_nodes) },
	{ "allowed_cores", .kind = FIELD_COUNT, .views = VIEW_JSON, AT(host, allowed_cores) },
	{ "allowed_pus", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, allowed_pus) },
	{ "cpu_quota", .kind = FIELD_REAL, .views = VIEW_JSON, AT(host, cpu_quota) },
	{ "governor", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, governor) },
	{ "compiler", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, compiler) },
	{ "mpi", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, mpi) },
	{ "hwloc", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(host, hwloc) },
	FIELDS_END,
};
const struct record host_record = { RECORD(host), host_fields };

static const struct field worker_sample_fields[] = {
	{ "items", .kind = FIELD_WHOLE, .views = VIEW_JSON, AT(worker_sample, items) },
	{ "busy_s", .kind = FIELD_REAL, .views = VIEW_JSON, AT(worker_sample, busy_s) },
	{ "cpu_s", .kind = FIELD_REAL, .views = VIEW_JSON, AT(worker_sample, cpu_s) },
	{ "voluntary", .kind = FIELD_WHOLE, .views = VIEW_JSON, AT(worker_sample, voluntary) },
	{ "involuntary", .kind = FIELD_WHOLE, .views = VIEW_JSON, AT(worker_sample, involuntary) },
	{ "clock_hz", .kind = FIELD_REAL, .views = VIEW_JSON, AT(worker_sample, clock_hz) },
	{ "bound_after", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(worker_sample, bound_after) },
	FIELDS_END,
};
const struct record worker_sample_record = { RECORD(worker_sample), worker_sample_fields };

static const struct field conditions_fields[] = {
	{ "window_s", .kind = FIELD_REAL, .views = VIEW_JSON, AT(sample_conditions, window_s) },
	{ "steal_s", .kind = FIELD_REAL, .views = VIEW_JSON, AT(sample_conditions, steal_s) },
	{ "others_s", .kind = FIELD_REAL, .views = VIEW_JSON, AT(sample_conditions, others_s) },
	{ "throttled_s", .kind = FIELD_REAL, .views = VIEW_JSON,
	  AT(sample_conditions, throttled_s) },
	{ "load", .kind = FIELD_REAL, .views = VIEW_JSON, AT(sample_conditions, load) },
	FIELDS_END,
};
static const struct record conditions_record = { RECORD(sample_conditions), conditions_fields };

static const struct field sample_fields[] = {
	{ "round", .kind = FIELD_COUNT, .views = VIEW_JSON, AT(sample, round) },
	{ "seconds", .kind = FIELD_REAL, .views = VIEW_JSON, AT(sample, seconds) },
	{ "startup_s", .kind = FIELD_REAL, .views = VIEW_JSON, AT(sample, startup_s) },
	{ "disturbed", .kind = FIELD_FLAG, .views = VIEW_JSON, AT(sample, disturbed) },
	{ "disturbance", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(sample, disturbance) },
	{ "conditions", .kind = FIELD_OBJECT, .views = VIEW_JSON, AT(sample, conditions),
	  .of = &conditions_record },
	{ "workers", .kind = FIELD_LIST, .views = VIEW_JSON,
	  LIST(sample, workers, worker_count, worker_sample_record) },
	{ "metrics", .kind = FIELD_METRICS, .views = VIEW_JSON, AT(sample, metrics) },
	FIELDS_END,
};
const struct record sample_record = { RECORD(sample), sample_fields };

static const struct field row_rank_fields[] = {
	{ "host", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(row_rank, host) },
	{ "pid", .kind = FIELD_INDEX, .views = VIEW_JSON, AT(row_rank, pid) },
	{ "workers", .kind = FIELD_COUNT, .views = VIEW_JSON, AT(row_rank, workers) },
	{ "allowed", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(row_rank, allowed) },
	{ "planned", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(row_rank, planned) },
	{ "bound", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(row_rank, bound) },
	{ "bound_after", .kind = FIELD_TEXT, .views = VIEW_JSON, AT(row_rank, bound_after) },
	FIELDS_END,
};
const struct record row_rank_record = { RECORD(row_rank), row_rank_fields };

static const struct field row_worker_fields[] = {
	{ "worker", "worker", FIELD_SHOWN, CELL_COUNT, .views = VIEW_CSV | VIEW_TEXT,
	  .show = columns_number },
	{ "host", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row_worker, host) },
	{ "pid", NULL, FIELD_INDEX, .views = VIEW_JSON, AT(row_worker, pid) },
	{ NULL, "host", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT, .show = columns_host },
	{ "package", "package", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(row_worker, package) },
	{ "numa", "NUMA", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(row_worker, numa) },
	{ "l3", "L3", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(row_worker, l3) },
	{ "core", "core", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(row_worker, core) },
	{ "kind", "kind", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(row_worker, kind) },
	{ "pu", "PU", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(row_worker, pu) },
	{ "planned", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row_worker, planned) },
	{ "bound", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row_worker, bound) },
	{ NULL, "planned", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT, .show = columns_planned },
	{ NULL, "bound", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT, .show = columns_bound },
	{ "state", "state", FIELD_SHOWN, CELL_TEXT, .views = VIEW_CSV | VIEW_TEXT,
	  .show = columns_state },
	{ "weight", NULL, FIELD_REAL, .views = VIEW_JSON, AT(row_worker, weight) },
	FIELDS_END,
};
const struct record row_worker_record = { RECORD(row_worker), row_worker_fields };

static const struct field factors_fields[] = {
	{ "clock", .kind = FIELD_REAL, .views = VIEW_JSON, AT(row_factors, clock) },
	{ "balance", .kind = FIELD_REAL, .views = VIEW_JSON, AT(row_factors, balance) },
	{ "running", .kind = FIELD_REAL, .views = VIEW_JSON, AT(row_factors, running) },
	{ "overhead", .kind = FIELD_REAL, .views = VIEW_JSON, AT(row_factors, overhead) },
	{ "rest", .kind = FIELD_REAL, .views = VIEW_JSON, AT(row_factors, rest) },
	FIELDS_END,
};
static const struct record factors_record = { RECORD(row_factors), factors_fields };

enum { FACTORS = VIEW_FACTORS };

static const struct field row_fields[] = {
	{ "strategy", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row, strategy) },
	{ NULL, "strategy", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT | FACTORS,
	  .show = columns_name },
	{ NULL, "workers", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT | FACTORS,
	  .show = columns_shape },
	{ "ranks", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(row, ranks) },
	{ "workers", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(row, workers) },
	{ "inflight", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(row, inflight) },
	{ "nodes", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(row, nodes) },
	{ "places", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row, places) },
	{ "bind", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row, bind) },
	{ "schedule", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row, schedule) },
	{ "items", NULL, FIELD_REAL, .views = VIEW_JSON, AT(row, items) },
	{ "repeat", NULL, FIELD_COUNT, .views = VIEW_JSON, AT(row, repeat) },
	{ "rounds", NULL, FIELD_SHOWN, CELL_COUNT, .views = VIEW_CSV, .show = columns_rounds },
	{ "median_s", "median", FIELD_REAL, CELL_SECONDS, .views = SHOWN, AT(row, median.value) },
	{ NULL, "95 % interval", FIELD_SHOWN, CELL_INTERVAL, .views = VIEW_TEXT,
	  .show = columns_interval },
	{ "ci95_s", NULL, FIELD_RANGE, .views = VIEW_JSON, AT(row, median.low) },
	{ "ci95_low_s", NULL, FIELD_REAL, CELL_SECONDS, .views = VIEW_CSV, AT(row, median.low) },
	{ "ci95_high_s", NULL, FIELD_REAL, CELL_SECONDS, .views = VIEW_CSV, AT(row, median.high) },
	{ "speedup", "speedup", FIELD_REAL, CELL_RATIO, .views = SHOWN, AT(row, speedup.value) },
	{ "speedup_ci95", NULL, FIELD_RANGE, .views = VIEW_JSON, AT(row, speedup.low) },
	{ "efficiency", "efficiency", FIELD_REAL, CELL_SHARE, .views = EVERYWHERE | FACTORS,
	  AT(row, efficiency) },
	{ "factors", NULL, FIELD_OBJECT, .views = VIEW_JSON, AT(row, factors),
	  .of = &factors_record },
	{ "clock", "clock", FIELD_REAL, CELL_SHARE, .views = VIEW_CSV | FACTORS,
	  AT(row, factors.clock) },
	{ "balance", "balance", FIELD_REAL, CELL_SHARE, .views = VIEW_CSV | FACTORS,
	  AT(row, factors.balance) },
	{ "running", "running", FIELD_REAL, CELL_SHARE, .views = VIEW_CSV | FACTORS,
	  AT(row, factors.running) },
	{ "overhead", "overhead", FIELD_REAL, CELL_SHARE, .views = VIEW_CSV | FACTORS,
	  AT(row, factors.overhead) },
	{ "rest", "rest", FIELD_REAL, CELL_SHARE, .views = VIEW_CSV | FACTORS,
	  AT(row, factors.rest) },
	{ "karp_flatt", "serial", FIELD_REAL, CELL_SHARE, .views = VIEW_JSON | FACTORS,
	  AT(row, karp_flatt.value) },
	{ "karp_flatt_ci95", NULL, FIELD_RANGE, .views = VIEW_JSON, AT(row, karp_flatt.low) },
	{ NULL, "rate", FIELD_SHOWN, CELL_RATE, .views = VIEW_TEXT, .show = columns_rate },
	{ "rate", NULL, FIELD_REAL, CELL_NUMBER, .views = EVERYWHERE, AT(row, rate) },
	{ "rate_unit", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row, rate_unit) },
	{ "startup_s", "start-up", FIELD_REAL, CELL_SECONDS, .views = SHOWN, AT(row, startup_s) },
	{ "disturbed", NULL, FIELD_COUNT, CELL_COUNT, .views = EVERYWHERE, AT(row, disturbed) },
	{ NULL, "verified", FIELD_SHOWN, CELL_FLAG, .views = VIEW_TEXT, .show = columns_verified },
	{ "verified", NULL, FIELD_FLAG, CELL_FLAG, .views = EVERYWHERE, AT(row, verified) },
	{ "missing", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(row, missing) },
	{ "samples", NULL, FIELD_LIST, .views = VIEW_JSON,
	  LIST(row, samples, sample_count, sample_record) },
	{ "per_rank", NULL, FIELD_LIST, .views = VIEW_JSON,
	  LIST(row, per_rank, per_rank_count, row_rank_record) },
	{ "per_worker", NULL, FIELD_LIST, .views = VIEW_JSON,
	  LIST(row, per_worker, per_worker_count, row_worker_record) },
	{ "metrics", NULL, FIELD_METRICS, .views = VIEW_JSON, AT(row, metrics) },
	FIELDS_END,
};
const struct record row_record = { RECORD(row), row_fields };

static const struct field law_finding_fields[] = {
	{ "strategy", "strategy", FIELD_TEXT, CELL_TEXT, .views = SHOWN, AT(law_finding, series) },
	{ "law", "law", FIELD_TEXT, CELL_TEXT, .views = SHOWN, AT(law_finding, law) },
	{ "parameter", "parameter", FIELD_TEXT, CELL_TEXT, .views = SHOWN,
	  AT(law_finding, parameter) },
	{ "value", "value", FIELD_REAL, CELL_NUMBER, .views = SHOWN,
	  AT(law_finding, estimate.value) },
	{ NULL, "95 % interval", FIELD_SHOWN, CELL_RANGE, .views = VIEW_TEXT,
	  .show = columns_law_interval },
	{ "ci95", NULL, FIELD_RANGE, .views = VIEW_JSON, AT(law_finding, estimate.low) },
	{ "points", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(law_finding, points) },
	{ "misfit", NULL, FIELD_REAL, .views = EVERYWHERE, AT(law_finding, misfit) },
	{ "fits", NULL, FIELD_FLAG, .views = EVERYWHERE, AT(law_finding, fits) },
	{ "extrapolated", NULL, FIELD_FLAG, .views = EVERYWHERE, AT(law_finding, extrapolated) },
	{ NULL, "how far", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT,
	  .show = columns_law_verdict },
	{ "missing", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(law_finding, missing) },
	FIELDS_END,
};
const struct record law_finding_record = { RECORD(law_finding), law_finding_fields };

static const struct field knee_finding_fields[] = {
	{ "strategy", "strategy", FIELD_TEXT, CELL_TEXT, .views = SHOWN, AT(knee_finding, series) },
	{ "knee", "knee", FIELD_REAL, CELL_COUNT, .views = SHOWN, AT(knee_finding, knee.value) },
	{ NULL, "95 % interval", FIELD_SHOWN, CELL_RANGE, .views = VIEW_TEXT,
	  .show = columns_knee_interval },
	{ "knee_ci95", NULL, FIELD_RANGE, .views = VIEW_JSON, AT(knee_finding, knee.low) },
	{ "best_at", "best at", FIELD_REAL, CELL_COUNT, .views = SHOWN, AT(knee_finding, best_at) },
	{ NULL, "rate", FIELD_SHOWN, CELL_RATE, .views = VIEW_TEXT, .show = columns_knee_rate },
	{ "best_rate", NULL, FIELD_REAL, CELL_NUMBER, .views = EVERYWHERE,
	  AT(knee_finding, best_rate) },
	{ "rate_unit", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(knee_finding, rate_unit) },
	{ "break_even_items", "break-even", FIELD_REAL, CELL_AMOUNT, .views = SHOWN,
	  AT(knee_finding, break_even.value) },
	{ NULL, "95 % interval", FIELD_SHOWN, CELL_RANGE, .views = VIEW_TEXT,
	  .show = columns_break_even_interval },
	{ "break_even_ci95", NULL, FIELD_RANGE, .views = VIEW_JSON,
	  AT(knee_finding, break_even.low) },
	{ "alone_s", NULL, FIELD_REAL, CELL_SECONDS, .views = EVERYWHERE,
	  AT(knee_finding, alone_s) },
	FIELDS_END,
};
const struct record knee_finding_record = { RECORD(knee_finding), knee_finding_fields };

static const struct field slow_core_finding_fields[] = {
	{ "host", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(slow_core_finding, host) },
	{ "core", "slow core", FIELD_INDEX, CELL_COUNT, .views = SHOWN,
	  AT(slow_core_finding, core) },
	{ "kind", "kind", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(slow_core_finding, kind) },
	{ "of_kind", "of its kind", FIELD_REAL, CELL_SHARE, .views = SHOWN,
	  AT(slow_core_finding, of_kind) },
	FIELDS_END,
};
const struct record slow_core_finding_record = { RECORD(slow_core_finding),
						 slow_core_finding_fields };

static const struct field node_finding_fields[] = {
	{ "host", "host", FIELD_TEXT, CELL_TEXT, .views = SHOWN, AT(node_finding, host) },
	{ "workers", "workers", FIELD_COUNT, CELL_COUNT, .views = SHOWN,
	  AT(node_finding, workers) },
	{ "items", "items", FIELD_REAL, CELL_COUNT, .views = SHOWN, AT(node_finding, items) },
	{ "rate", "/s a worker", FIELD_REAL, CELL_AMOUNT, .views = SHOWN, AT(node_finding, rate) },
	{ "rate_unit", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(node_finding, rate_unit) },
	{ "busy", "busy", FIELD_REAL, CELL_SHARE, .views = SHOWN, AT(node_finding, busy) },
	{ "running", "running", FIELD_REAL, CELL_SHARE, .views = SHOWN, AT(node_finding, running) },
	{ "of_others", "of all", FIELD_REAL, CELL_SHARE, .views = SHOWN,
	  AT(node_finding, of_others) },
	{ "slow", NULL, FIELD_FLAG, .views = EVERYWHERE, AT(node_finding, slow) },
	FIELDS_END,
};
const struct record node_finding_record = { RECORD(node_finding), node_finding_fields };

static const struct field checked_pu_fields[] = {
	{ "host", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, host) },
	{ "pu", "PU", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(checked_pu, pu) },
	{ "package", "package", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(checked_pu, package) },
	{ "numa", "NUMA", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(checked_pu, numa) },
	{ "core", "core", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(checked_pu, core) },
	{ "kind", "kind", FIELD_INDEX, CELL_COUNT, .views = SHOWN, AT(checked_pu, kind) },
	{ "microcode", "microcode", FIELD_TEXT, CELL_TEXT, .views = SHOWN,
	  AT(checked_pu, microcode) },
	{ "passes", "passes", FIELD_WHOLE, CELL_COUNT, .views = SHOWN, AT(checked_pu, passes) },
	{ "rate", NULL, FIELD_REAL, .views = EVERYWHERE, AT(checked_pu, rate) },
	{ "rate_unit", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, rate_unit) },
	{ NULL, "rate", FIELD_SHOWN, CELL_RATE, .views = VIEW_TEXT, .show = columns_checked_rate },
	{ "of_kind", "of kind", FIELD_REAL, CELL_SHARE, .views = SHOWN, AT(checked_pu, of_kind) },
	{ "running", "running", FIELD_REAL, CELL_SHARE, .views = SHOWN, AT(checked_pu, running) },
	{ "verdict", "verdict", FIELD_TEXT, CELL_TEXT, .views = SHOWN, AT(checked_pu, verdict) },
	{ "way", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, way) },
	{ "task", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, task) },
	{ "repeats", NULL, FIELD_FLAG, .views = EVERYWHERE, AT(checked_pu, repeats) },
	{ "expected", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, expected) },
	{ "actual", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, actual) },
	{ "difference", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, difference) },
	{ "replay", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(checked_pu, replay) },
	FIELDS_END,
};
const struct record checked_pu_record = { RECORD(checked_pu), checked_pu_fields };

static const struct field pair_finding_fields[] = {
	{ "strategy", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(pair_finding, strategy) },
	{ NULL, "strategy", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT, .show = columns_pair_name },
	{ NULL, "workers", FIELD_SHOWN, CELL_TEXT, .views = VIEW_TEXT, .show = columns_pair_shape },
	{ "ranks", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(pair_finding, ranks) },
	{ "workers", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(pair_finding, workers) },
	{ "inflight", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(pair_finding, inflight) },
	{ "nodes", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(pair_finding, nodes) },
	{ "schedule", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(pair_finding, schedule) },
	{ "places", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(pair_finding, places) },
	{ "bind", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(pair_finding, bind) },
	{ "old_s", "old", FIELD_REAL, CELL_SECONDS, .views = SHOWN, AT(pair_finding, old_s) },
	{ "new_s", "new", FIELD_REAL, CELL_SECONDS, .views = SHOWN, AT(pair_finding, new_s) },
	{ "ratio", "new/old", FIELD_REAL, CELL_SHARE, .views = SHOWN,
	  AT(pair_finding, ratio.value) },
	{ NULL, "95 % interval", FIELD_SHOWN, CELL_RANGE, .views = VIEW_TEXT,
	  .show = columns_pair_interval },
	{ "ci95", NULL, FIELD_RANGE, .views = VIEW_JSON, AT(pair_finding, ratio.low) },
	{ "ci95_low", NULL, FIELD_REAL, .views = VIEW_CSV, AT(pair_finding, ratio.low) },
	{ "ci95_high", NULL, FIELD_REAL, .views = VIEW_CSV, AT(pair_finding, ratio.high) },
	{ "p_slower", NULL, FIELD_REAL, .views = EVERYWHERE, AT(pair_finding, p_slower) },
	{ "p_faster", NULL, FIELD_REAL, .views = EVERYWHERE, AT(pair_finding, p_faster) },
	{ "verdict", "verdict", FIELD_TEXT, CELL_TEXT, .views = SHOWN, AT(pair_finding, verdict) },
	{ "because", NULL, FIELD_TEXT, .views = EVERYWHERE, AT(pair_finding, because) },
	{ "needed", NULL, FIELD_COUNT, .views = EVERYWHERE, AT(pair_finding, needed) },
	FIELDS_END,
};
const struct record pair_finding_record = { RECORD(pair_finding), pair_finding_fields };
