# What the tests of placement share: the program, refusals, and the JSON document.
# shellcheck disable=SC2154 # what bats sets

bats_require_minimum_version 1.5.0

top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
sumsq=$top/${BUILD:-build}/sumsq
python=/usr/bin/python3

# Nothing of the caller's environment places anything.
clean_environment() {
	unset OMP_PLACES OMP_PROC_BIND OMP_NUM_THREADS GOMP_CPU_AFFINITY KMP_AFFINITY
	unset HWLOC_XMLFILE HWLOC_SYNTHETIC HWLOC_THISSYSTEM
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	cd "$BATS_TEST_TMPDIR" || return
}

allowed_cpus() {
	taskset -cp $BASHPID | sed 's/.*: //'
}

need_two_cores() {
	[ "$(nproc)" -ge 2 ] || skip 'needs two cores'
}

need_mpi() {
	command -v mpirun >/dev/null || skip 'mpirun is not here'
	"$sumsq" list | grep -q '^mpi .*built without' && skip 'built without MPI'
	return 0
}

# refuses CODE ARG...: exit code, nothing on stdout, one line on stderr with the program's name.
refuses() {
	local code=$1
	shift
	run --separate-stderr "$sumsq" "$@" </dev/null
	echo "status $status, stdout '$output', stderr '$stderr'"
	[ "$status" -eq "$code" ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == 'sumsq: '* ]]
}

# document ARG...: runs the program with --json, keeps the document in $json.
document() {
	run --separate-stderr "$sumsq" "$@" --json </dev/null
	echo "stderr: $stderr"
	[ "$status" -eq 0 ]
	json=$output
}

# query EXPRESSION: of the document d, its first run r and its workers w, and f, what they did in the last sample.
query() {
	"$python" -c 'import json, sys
d = json.loads(sys.argv[1]); r = d["runs"][0]; w = r["per_worker"]
f = r["samples"][-1]["workers"] if r["samples"] else []
def mask(text): return int(text, 16)
def union(key):
    every = 0
    for row in w: every |= mask(row[key])
    return every
print(eval(sys.argv[2]))' "$json" "$1"
}

# is EXPRESSION: it must be true of the document.
is() {
	local found
	found=$(query "$1")
	echo "$1: $found"
	[ "$found" = True ]
}

validates() {
	"$python" -c 'import json, sys, jsonschema
jsonschema.validate(json.loads(sys.argv[1]), json.load(open(sys.argv[2])),
                    cls=jsonschema.Draft202012Validator)' \
		"$json" "$top/bench/result/corescale-result-2.json"
}

# new_group CONTROLLER FILE VALUE...: makes a cgroup, v1 or v2, and sets its files; the path is in
# $group. Skips where that is not allowed.
new_group() {
	local controller=$1 root=/sys/fs/cgroup
	shift
	if [ -d "$root/$controller" ]; then
		group=$root/$controller/corescale-test-$$
	else
		group=$root/corescale-test-$$
		grep -qw "$controller" "$root/cgroup.subtree_control" 2>/dev/null ||
			skip "no cgroup here has the controller $controller"
	fi
	mkdir "$group" 2>/dev/null || skip "cgroups cannot be made here"
	while [ $# -gt 0 ]; do
		[ ! -e "$group/$1" ] || echo "$2" >"$group/$1" || skip "$1 cannot be set here"
		shift 2
	done
}

# in_group COMMAND...: runs it inside.
in_group() {
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

remove_group() {
	[ -z "${group-}" ] || rmdir "$group"
	group=
}
