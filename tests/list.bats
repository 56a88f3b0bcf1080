#!/usr/bin/env bats
# sumsq list: the strategies and kernels, and why one is missing.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

@test 'text: every strategy and every kernel has a line' {
	run -0 --separate-stderr "$SUMSQ" list
	[ -z "$stderr" ]
	for name in serial async openmp processes mpi mpi+openmp avx512vnni avx512ifma avx512 avxvnni avx2 neon scalar; do
		[ "$(grep -c "^$name " <<<"$output")" -eq 1 ] || fail "no line of $name"
	done
}

@test 'JSON: strategies and kernels, available or with a reason' {
	run -0 --separate-stderr "$SUMSQ" list --json
	json '[row["strategy"] for row in d["strategies"]]
		== ["serial", "async", "openmp", "processes", "mpi", "mpi+openmp"]'
	json '[row["kernel"] for row in d["kernels"]] == ["avx512vnni", "avx512ifma", "avx512", "avxvnni", "avx2", "neon", "scalar"]'
	json 'all(row["available"] == (row["missing"] is None) for row in d["strategies"] + d["kernels"])'
	json 'all(row["available"] for row in d["kernels"] if row["serves"])'
	json '[row["kernel"] for row in d["kernels"] if (row["serves"] or "").endswith("i < 2^52")][1:] == []'
	json 'd["runs"] == [] and d["command"] == "list"'
}

@test '--kernels leaves the strategies out' {
	run -0 --separate-stderr "$SUMSQ" list --kernels
	[[ $output == 'kernel '* ]]
	[ "${#lines[@]}" -eq 8 ]
	run -0 --separate-stderr "$SUMSQ" list --kernels --json
	json '"strategies" not in d and len(d["kernels"]) == 7'
}

# How fast is nobody's to say; that a core cannot do more than it issues is.
@test '--measure: each kernel that is usable here, in each range, beside its bound' {
	run -0 --separate-stderr "$SUMSQ" list --measure --json
	json '[(m["kernel"], m["below"]) for m in d["measured"]] == [(k["kernel"], "2^%d" % bits)
		for k in d["kernels"] if k["available"] for bits in (26, 39, 52)]'
	json 'all(0 < m["share"] < 1.5 and m["rate"] > 0 and m["bound"] > 0 and m["instructions"] for m in d["measured"])'
	json 'd["measured"][-1]["kernel"] == "scalar" and 0 < d["measured"][-1]["per_cycle"] < 4'
	run -0 --separate-stderr "$SUMSQ" list --kernels --measure
	[ "$(wc -L <<<"$output")" -le 80 ]
}

@test 'CSV and Markdown' {
	run -0 --separate-stderr "$SUMSQ" list --csv
	[ "${lines[0]}" = strategy,about,available,missing ]
	[ "${#lines[@]}" -eq 7 ]
	run -0 --separate-stderr "$SUMSQ" list --markdown
	grep -q '^| mpi+openmp |' <<<"$output"
	grep -q '^| scalar |' <<<"$output"
}

@test 'with a FILE the text stays' {
	run -0 --separate-stderr "$SUMSQ" list --json=document
	[[ $output == 'strategy '* ]]
	json 'len(d["strategies"]) == 6' document
}

@test 'what is not built in stays in the list, with the reason' {
	run -0 --separate-stderr "$WITHOUT_MPI" list --json
	json '{row["strategy"]: row["missing"] for row in d["strategies"]} == {
		"serial": None, "async": None, "openmp": None, "processes": None,
		"mpi": "built without MPI", "mpi+openmp": "built without MPI"}'
	json 'd["hosts"][0]["mpi"] is None'
	run -0 --separate-stderr "$WITHOUT_MPI" list
	[ "$(grep -c 'built without MPI' <<<"$output")" -eq 2 ]
}

@test 'what can be had here can be run' {
	run -0 --separate-stderr "$SUMSQ" list --json
	strategies=$("$PYTHON" -c '
import json, sys
print(*[s["strategy"] for s in json.load(sys.stdin)["strategies"] if s["available"]])' <<<"$output")
	for strategy in $strategies; do
		run -0 --separate-stderr "$SUMSQ" run -q -s "$strategy" 10
		[ "$output" = $'10\t285' ]
	done
	for kernel in $(usable_kernels); do
		run -0 --separate-stderr "$SUMSQ" run -q --kernel "$kernel" 10
		[ "$output" = $'10\t285' ]
	done
}

@test 'a TASK is too much' {
	refused 2 "'10'" "$SUMSQ" list 10
	refused 2 '-w is no option of list' "$SUMSQ" list -w 2
}

@test 'under mpirun one rank speaks' {
	need_mpi
	run -0 --separate-stderr ranks 2 "$SUMSQ" list --csv
	[ "${#lines[@]}" -eq 7 ]
	[ -z "$stderr" ]
}
