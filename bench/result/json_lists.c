/* The lists of records that a result has, as JSON names them. */
#include "json_lists.h"

#define JSON_LIST(list, count, type)                                                         \
	.offset = offsetof(struct result, list), .count_at = offsetof(struct result, count), \
	.record = &(type)

const struct json_list json_lists[] = {
	{ NULL, "hosts", JSON_LIST(hosts, host_count, host_record) },
	{ NULL, "runs", JSON_LIST(rows, row_count, row_record) },
	{ "models", "laws", JSON_LIST(laws, law_count, law_finding_record) },
	{ "models", "knees", JSON_LIST(knees, knee_count, knee_finding_record) },
	{ "models", "slow_cores",
	  JSON_LIST(slow_cores, slow_core_count, slow_core_finding_record) },
	{ NULL, "nodes", JSON_LIST(nodes, node_count, node_finding_record) },
	{ NULL, "comparison", JSON_LIST(comparison, comparison_count, pair_finding_record) },
	{ NULL, "checked", JSON_LIST(checked, checked_count, checked_pu_record) },
	{ 0 },
};
