#!/usr/bin/env bats
# sumsq compare OLD.json NEW.json: what became slower, for people and for scripts.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

setup_file() {
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

	cd "$BATS_FILE_TMPDIR" || return 1
	"$BATS_TEST_DIRNAME"/../build/sumsq scale -q --rounds 6 -c 1-2 --json=fast.json 1e8 >/dev/null
	"$BATS_TEST_DIRNAME"/../build/sumsq scale -q --rounds 6 -c 1-2 --kernel scalar --json=slow.json 1e8 >/dev/null
	# What is compared here is known, whatever the machine was doing: real results with these times.
	for pair in fast:1 slow:3; do
		"${PYTHON:-python3}" -c '
import json, sys
d = json.load(open(sys.argv[1]))
for row in d["runs"]:
    for number, sample in enumerate(row["samples"]):
        sample.update(seconds=float(sys.argv[2]) * (1 + (0, 3, 1, 5, 2, 4)[number] / 1000), disturbed=False, disturbance=None)
        for worker in sample["workers"]: worker.update(busy_s=sample["seconds"], cpu_s=sample["seconds"], clock_hz=3e9)
    row.update(median_s=float(sys.argv[2]) * 1.0025, disturbed=0)
json.dump(d, open(sys.argv[1], "w"))' "${pair%:*}.json" "${pair#*:}"
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BATS_FILE_TMPDIR"/*.json .
}

# Rewrites a result with Python: d is the document.
changed() { # from, to, statement ...
	"$PYTHON" -c '
import json, sys
d = json.load(open(sys.argv[1]))
def times(row, seconds):
    for sample, second in zip(row["samples"], seconds): sample.update(seconds=second, disturbed=False, disturbance=None)
    row["disturbed"] = 0
    row["median_s"] = sorted(seconds)[2] / 2 + sorted(seconds)[3] / 2
def scaled(row, factor): times(row, [sample["seconds"] * factor for sample in row["samples"]])
exec(sys.argv[3])
json.dump(d, open(sys.argv[2], "w"))' "$@"
}

# A document of a comparison; pairs is its rows.
comparison() { # expression [file]
	json '(lambda pairs: '"$1"')(d["comparison"])' "${@:2}"
}

@test 'a result and itself: exit 0, ratio 1, the same everywhere' {
	run -0 --separate-stderr "$SUMSQ" compare fast.json fast.json --json=document
	[ -z "$stderr" ]
	comparison 'len(pairs) == 5' document
	comparison 'all(pair["ratio"] == 1 and pair["verdict"] == "same" and
		pair["ci95"][0] <= 1 <= pair["ci95"][1] for pair in pairs)' document
	[[ $output == *'Of 5 rows, 0 slower and 0 faster by more than 3 %, 5 the same.' ]]
}

@test 'what became slower: exit 1, and the rows that did' {
	"$SUMSQ" list --csv | grep -q '^scalar,.*false' && skip 'there is no scalar kernel'
	[ "$(usable_kernels | wc -l)" -gt 1 ] || skip 'scalar is the fastest kernel here'
	run -1 --separate-stderr "$SUMSQ" compare fast.json slow.json --json=document
	[ "$stderr" = 'sumsq: 5 of 5 rows became slower' ]
	comparison 'all(pair["verdict"] == "slower" and pair["ratio"] > 2 and pair["p_slower"] < 0.05 and
		pair["ci95"][0] > 1.03 for pair in pairs)' document
	comparison 'all(abs(pair["ratio"] / (pair["new_s"] / pair["old_s"]) - 1) < 1e-6 for pair in pairs)' document
	[[ $output == *'5 slower and 0 faster'* ]]
}

@test 'what became faster: exit 0' {
	[ "$(usable_kernels | wc -l)" -gt 1 ] || skip 'scalar is the fastest kernel here'
	run -0 --separate-stderr "$SUMSQ" compare slow.json fast.json --json
	comparison 'all(pair["verdict"] == "faster" and pair["ratio"] < 0.5 for pair in pairs)'
}

@test 'a ratio that is known: by hand, its interval around it, the rank test exact' {
	changed fast.json old.json 'for row in d["runs"]: times(row, [1, 1.03, 1.01, 1.05, 1.02, 1.04])'
	changed old.json new.json 'for row in d["runs"]: scaled(row, 1.25)'
	run -1 --separate-stderr "$SUMSQ" compare old.json new.json --json
	# None of 6 among 6 overtakes: one of the 924 orders; ten tests, adjusted step by step.
	comparison 'all(abs(pair["ratio"] - 1.25) < 1e-6 and pair["ci95"][0] < 1.25 < pair["ci95"][1] and
		1 / 924 - 1e-6 < pair["p_slower"] < 10 / 924 + 1e-6 for pair in pairs)
		and abs(min(pair["p_slower"] for pair in pairs) - 10 / 924) < 1e-6'
	run -0 --separate-stderr "$SUMSQ" compare --tolerance 40 old.json new.json --json
	comparison 'all(pair["verdict"] == "same" for pair in pairs)'
}

@test 'what the noise may have done is no regression' {
	changed fast.json old.json 'for row in d["runs"]: times(row, [1, 4, 2, 6, 3, 5])'
	changed old.json new.json 'for row in d["runs"]: times(row, [1.1, 4.4, 2.2, 6.6, 3.3, 5.5])'
	run -5 --separate-stderr "$SUMSQ" compare old.json new.json --json=document
	comparison 'all(pair["verdict"] == "cannot tell" and pair["p_slower"] > 0.05 and pair["needed"] > 6 for pair in pairs)' document
	[[ $output == *'Of 5 rows the samples cannot tell: about '*' of each would (--rounds).'* ]]
	[ "$stderr" = 'sumsq: of 5 of 5 rows the samples cannot tell' ]
}

@test '--tolerance: how much is still the same' {
	changed fast.json nine.json 'for row in d["runs"]: scaled(row, 9)'
	run -0 --separate-stderr "$SUMSQ" compare --tolerance 900 fast.json nine.json
	[[ $output == *'0 slower and 0 faster by more than 900 %'* ]]
	run -1 --separate-stderr "$SUMSQ" compare --tolerance 700 fast.json nine.json
	for value in x -1 '' 3% nan inf 1e9; do
		refused 2 "--tolerance|'$value'" "$SUMSQ" compare --tolerance "$value" fast.json slow.json
	done
}

@test 'another job: exit 2 and what differs; --force compares per item' {
	changed fast.json other.json 'd["job"]["terms"] = "200000000"
for row in d["runs"]: scaled(row, 2); row["items"] *= 2'
	refused 2 'job|terms|100000000|200000000|--force' "$SUMSQ" compare fast.json other.json
	run -0 --separate-stderr "$SUMSQ" compare --force fast.json other.json --json
	comparison 'all(abs(pair["ratio"] - 1) < 1e-6 for pair in pairs)'
}

@test 'strong and weak scaling are different jobs' {
	changed fast.json other.json 'd["job"]["scaling"] = "weak"'
	refused 2 'scaling|strong|weak|--force' "$SUMSQ" compare fast.json other.json
	refused 2 'scaling|strong|weak|--force' "$SUMSQ" compare other.json fast.json
}

@test 'what only one of two jobs has is a difference, whichever comes first' {
	changed fast.json other.json 'del d["job"]["scaling"]'
	refused 2 'scaling|strong|--force' "$SUMSQ" compare fast.json other.json
	refused 2 'scaling|strong|--force' "$SUMSQ" compare other.json fast.json
}

@test 'another host: exit 2 and what differs' {
	changed fast.json other.json 'd["hosts"][0]["cores"] += 1; d["hosts"][0]["hostname"] = "elsewhere"'
	refused 2 'host|elsewhere|--force' "$SUMSQ" compare fast.json other.json
	# One more, of another kind, counts as well.
	changed fast.json other.json 'd["hosts"].append(dict(d["hosts"][0], hostname="third", cpu_model="abacus"))'
	refused 2 'host|third|--force' "$SUMSQ" compare fast.json other.json
	refused 2 'host|third|--force' "$SUMSQ" compare other.json fast.json
	changed fast.json other.json 'd["hosts"][0]["cpu_model"] = "abacus"'
	refused 2 'host|abacus|--force' "$SUMSQ" compare other.json fast.json
	changed fast.json other.json 'd["hosts"][0]["allowed_pus"] = "0xabc"'
	refused 2 'host|allowed_pus|0xabc|--force' "$SUMSQ" compare fast.json other.json
	run -0 --separate-stderr "$SUMSQ" compare --force fast.json other.json
}

@test 'another host of the same kind: compared, whatever its name' {
	changed fast.json other.json 'd["hosts"][0].update(hostname="elsewhere", allowed_pus="0xabc")'
	run -0 --separate-stderr "$SUMSQ" compare fast.json other.json
	[[ $output == *'The host changed: '*', now elsewhere.'* ]]
}

@test 'another program: exit 2, with --force too' {
	changed fast.json other.json 'd["program"] = "fetchall"'
	refused 2 'sumsq|fetchall' "$SUMSQ" compare fast.json other.json
	refused 2 'sumsq|fetchall' "$SUMSQ" compare --force fast.json other.json
}

@test 'a file that is none, or cannot be read: exit 2, one line that names it' {
	mkdir folder.json
	refused 2 'gone.json' "$SUMSQ" compare gone.json fast.json
	refused 2 'gone.json' "$SUMSQ" compare fast.json gone.json
	refused 2 'folder.json' "$SUMSQ" compare fast.json folder.json
	[ "$(id -u)" -eq 0 ] || {
		cp fast.json locked.json
		chmod 0 locked.json
		refused 2 'locked.json' "$SUMSQ" compare fast.json locked.json
	}
}

@test 'a damaged file: exit 2, one line that names it' {
	: >empty.json
	printf '\0' >nul.json
	printf '\377\376{' >binary.json
	printf '[1, 2]' >list.json
	printf '{"a": 1}' >foreign.json
	printf '{"schema": "corescale-result/2"}' >bare.json
	cat fast.json fast.json >twice.json
	changed fast.json schema.json 'd["schema"] = "corescale-result/1"'
	changed fast.json runs.json 'd["runs"] = {"a": 1}'
	changed fast.json row.json 'd["runs"] = [1]'
	changed fast.json nameless.json 'del d["runs"][0]["strategy"]'
	changed fast.json text.json 'd["runs"][0]["samples"][0]["seconds"] = "fast"'
	changed fast.json negative.json 'd["runs"][0]["samples"][0]["seconds"] = -1'
	changed fast.json workers.json 'd["runs"][0]["workers"] = "many"'
	for name in empty nul binary list foreign bare twice schema runs row nameless text negative workers; do
		refused 2 "$name.json" "$SUMSQ" compare fast.json $name.json
		refused 2 "$name.json" "$SUMSQ" compare $name.json fast.json
	done
}

@test 'a file that was cut off, wherever: exit 2, one line that names it' {
	size=$(stat -c %s fast.json)
	for part in 1 2 10 100 $((size / 3)) $((size / 2)) $((size - 100)) $((size - 3)); do
		head -c "$part" fast.json >cut.json
		refused 2 'cut.json' "$SUMSQ" compare fast.json cut.json
	done
}

@test 'no row in common: exit 2; some: they are compared, and the others counted' {
	changed fast.json other.json 'for row in d["runs"]: row["bind"] = "spread"'
	refused 2 'fast.json|other.json|no row' "$SUMSQ" compare fast.json other.json
	changed fast.json none.json 'd["runs"] = []'
	refused 2 'none.json|no row' "$SUMSQ" compare fast.json none.json
	changed fast.json other.json 'd["runs"] = d["runs"][:3]; d["runs"][0]["places"] = "threads"'
	run -0 --separate-stderr "$SUMSQ" compare fast.json other.json --json=document
	comparison 'len(pairs) == 2' document
	# Said before any verdict, by name; more than four are counted.
	[[ $output == *'Only in fast.json: serial with 1 worker, '*'Only in other.json: serial threads with 1 worker.'*'Of 2 rows, '*'4 rows had no like and were not compared.' ]]
	changed fast.json other.json 'd["runs"] = d["runs"][:1] + [dict(d["runs"][1], workers=n) for n in range(3, 9)]'
	run -0 --separate-stderr "$SUMSQ" compare fast.json other.json
	[[ $output == *'Only in other.json: openmp with 3 workers, '*', openmp with 6 workers'[[:space:]]'and 2 more.'* ]]
}

@test 'rows that differ in places only are told apart' {
	changed fast.json places.json 'd["runs"] = [dict(d["runs"][1], places=places) for places in ("core:0", "core:1")]'
	run -0 --separate-stderr "$SUMSQ" compare places.json places.json --json=document
	[[ $output == *'openmp core:0 '*'openmp core:1 '* ]]
	run -0 --separate-stderr "$SUMSQ" report document
	[[ $output == *'openmp core:0 '*'openmp core:1 '* ]]
}

@test 'a row that was not measured before is said to be so' {
	changed fast.json failed.json 'd["runs"][1].update(samples=[], median_s=None, verified=False, missing="it died")'
	run -0 --separate-stderr "$SUMSQ" compare failed.json fast.json
	[[ $output == *'1 row was not measured in failed.json, and is not compared.' ]]
}

@test 'what a file says of its samples is taken of the samples' {
	changed fast.json told.json 'd["runs"][0]["median_s"] = 77'
	run -0 --separate-stderr "$SUMSQ" compare told.json told.json
	[[ $output != *' 77.0 s '* ]]
}

@test 'each of what tells rows apart does' {
	for change in '["strategy"] = "async"' '["ranks"] = 2' '["workers"] = 3' '["inflight"] = 4' '["nodes"] = 2' \
		'["schedule"] = "static"' '["places"] = "threads"' '["bind"] = "spread"'; do
		changed fast.json other.json 'd["runs"] = d["runs"][-1:]; d["runs"][0]'"$change"
		refused 2 'no row' "$SUMSQ" compare fast.json other.json
	done
}

@test 'rows that could not be measured are not compared' {
	run -0 --separate-stderr "$WITHOUT_MPI" compare --rounds 2 -c 2 --json=old.json 1e6
	changed old.json old.json 'for row in d["runs"]:
    if row["samples"]: times(row, [1, 1] + [1] * 4) if len(row["samples"]) > 3 else [s.update(seconds=1) for s in row["samples"]]'
	# Of two samples each nothing can be told.
	run -5 --separate-stderr "$WITHOUT_MPI" compare old.json old.json --json=document
	comparison '[pair["strategy"] for pair in pairs] == ["serial", "async", "openmp", "processes"]' document
}

@test 'results of run are compared, too' {
	"$SUMSQ" run -q --rounds 6 --json=old.json 1e7 >/dev/null
	changed old.json old.json 'times(d["runs"][0], [1, 1.003, 1.001, 1.005, 1.002, 1.004])'
	run -0 --separate-stderr "$SUMSQ" compare old.json old.json --json
	comparison 'len(pairs) == 1 and pairs[0]["ratio"] == 1'
}

@test 'only two operands that both end in .json are files' {
	refused 2 'fast.json' "$SUMSQ" compare fast.json 10
	refused 2 'fast.json' "$SUMSQ" compare fast.json
	refused 2 'fast.json' "$SUMSQ" compare fast.json fast.json fast.json
	cp fast.json fast.txt
	refused 2 'fast.json' "$SUMSQ" compare fast.json fast.txt
	cp fast.json .json
	refused 2 '' "$SUMSQ" compare .json .json
}

@test 'a name with a slash, a blank, or a minus before it' {
	mkdir -p 'a b'
	cp fast.json 'a b/c d.json'
	cp fast.json -- --x.json
	run -0 --separate-stderr "$SUMSQ" compare 'a b/c d.json' "$PWD/fast.json"
	run -0 --separate-stderr "$SUMSQ" compare -- --x.json fast.json
}

@test 'the JSON is what the schema says' {
	"$PYTHON" -c 'import jsonschema' || skip 'python3-jsonschema is not installed'
	"$SUMSQ" compare fast.json slow.json --json >document 2>/dev/null || true
	"$PYTHON" -c '
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.validate(json.load(open("document")), schema,
	cls=jsonschema.validators.validator_for(schema))' "$ROOT/bench/result/corescale-result-2.json"
}

@test 'CSV and Markdown have a row for each pair' {
	run -0 --separate-stderr "$SUMSQ" compare fast.json fast.json --csv
	"$PYTHON" -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert len(rows) == 5 and all(row["verdict"] == "same" and float(row["ratio"]) == 1 for row in rows), rows' <<<"$output"
	run -0 --separate-stderr "$SUMSQ" compare fast.json fast.json --markdown
	[ "$(grep -c '^|' <<<"$output")" -eq 7 ]
}

@test 'the text fits into 80 columns' {
	run --separate-stderr "$SUMSQ" compare fast.json slow.json
	while read -r line; do
		[ "${#line}" -le 80 ] || fail "${#line} columns: $line"
	done <<<"$output"
}

@test 'an output that cannot be written is refused' {
	refused 2 '/no/such/x' "$SUMSQ" compare fast.json fast.json --json=/no/such/x
}
