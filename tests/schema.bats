#!/usr/bin/env bats
# What the program writes under --json is what its schema says, by an independent validator.

load helpers

need_jsonschema() {
	"$PYTHON" -c 'import jsonschema' || skip 'python3-jsonschema is not installed'
}

setup_file() {
	file_needs need_jsonschema || return 0
	export SCHEMA=$ROOT/bench/result/corescale-result-2.json
}

# Validates documents, as the standard output of commands.
valid() { # command ...
	"$@" >document 2>messages || true
	"$PYTHON" - document <<-'EOF' || fail "$*"
		import json, os, sys, jsonschema

		schema = json.load(open(os.environ["SCHEMA"]))
		validator = jsonschema.validators.validator_for(schema)
		validator.check_schema(schema)
		errors = list(validator(schema).iter_errors(json.load(open(sys.argv[1]))))
		for error in errors:
		    print(error.json_path, error.message[:300], file=sys.stderr)
		sys.exit(bool(errors))
	EOF
}

# What makes the schema worth its name: without one of its members a document is not valid.
@test 'the schema refuses what is not a document' {
	"$SUMSQ" run -q --json 10 >document
	"$PYTHON" - document <<-'EOF'
		import copy, json, os, sys, jsonschema

		schema = json.load(open(os.environ["SCHEMA"]))
		validator = jsonschema.validators.validator_for(schema)(schema)
		document = json.load(open(sys.argv[1]))
		assert validator.is_valid(document)

		def spoilt(*path, value=None):
		    other = copy.deepcopy(document)
		    place = other
		    for key in path[:-1]:
		        place = place[key]
		    if value is None:
		        del place[path[-1]]
		    else:
		        place[path[-1]] = value
		    if validator.is_valid(other):
		        sys.exit("valid in spite of %s = %s" % (path, value))

		for key in "schema program version command argv started incomplete warnings hosts runs models results".split():
		    spoilt(key)
		for key in ("strategy ranks workers inflight nodes places bind schedule samples median_s ci95_s "
		            "startup_s rate rate_unit verified per_rank per_worker missing").split():
		    spoilt("runs", 0, key)
		for key in "host pid workers allowed planned bound bound_after".split():
		    spoilt("runs", 0, "per_rank", 0, key)
		for key in "host pid planned bound weight".split():
		    spoilt("runs", 0, "per_worker", 0, key)
		for key in "seconds startup_s disturbed conditions workers".split():
		    spoilt("runs", 0, "samples", 0, key)
		for key in "items busy_s cpu_s voluntary involuntary clock_hz bound_after".split():
		    spoilt("runs", 0, "samples", 0, "workers", 0, key)
		spoilt("schema", value="corescale-result/1")
		spoilt("results", 0, "sum", value=285)
		spoilt("runs", 0, "samples", value=[])
		spoilt("runs", 0, "verified", value=False)
		spoilt("runs", 0, "per_worker", 0, "bound", value="1")
	EOF
}

@test 'run, with each strategy' {
	for strategy in serial async openmp processes; do
		valid "$SUMSQ" run -q --json -s "$strategy" 10 5:10
	done
	valid "$SUMSQ" run -q --json --rounds 9
	valid "$SUMSQ" run -q --json --bind none --schedule guided,5 -w 3 100
	valid "$SUMSQ" run --json -w 3 0 5:5 4503599627370495:4503599627370496
}

@test 'run, with ranks' {
	need_mpi
	for strategy in mpi mpi+openmp mpi+async; do
		valid "$SUMSQ" run -q --json -n 2 -s "$strategy" 10 5:10
	done
}

@test 'run, with a name that is no UTF-8' {
	name=$(printf 'list\377')
	echo 10 >"$name"
	valid "$SUMSQ" run -q --json -f "$name"
}

@test 'compare' {
	valid "$SUMSQ" compare --json --rounds 2 10 5:10
	valid "$WITHOUT_MPI" compare --json --rounds 7
}

@test 'compare, with rows that are missing' {
	valid env PATH=/no/such "$SUMSQ" compare --json --rounds 1 10
	valid env OMP_THREAD_LIMIT=1 "$WITHOUT_MPI" compare --json -c 2 --rounds 1 10
}

@test 'list' {
	valid "$SUMSQ" list --json
	valid "$WITHOUT_MPI" list --json
}

@test 'a FILE has the same document as stdout' {
	"$SUMSQ" run -q --json=written 10
	valid cat written
}
