#!/usr/bin/env bats
# The verb place, and what other verbs do with --places, --bind, --topology and --weights: planned,
# bound and read back on this machine, and planned for others.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of helpers, and of the subshells of tests

load place_helpers

setup() {
	clean_environment
	numa='pack:2 [numa] l3:2 core:4 pu:2'
	lstopo-no-graphics -i "$numa" --of xml >machine.xml
}

teardown() {
	remove_group
}

# Below the heading, which has the column.
says_nothing_bound() {
	[ "$(sed 1d <<<"$output" | grep -cw bound)" -eq 0 ]
}

# What the issue is shown by.

@test "spread puts two of eight workers in each L3, one a core, all planned" {
	document place -w 8 --places cores --bind spread --topology "$numa"
	is '[row["l3"] for row in w] == [0, 0, 1, 1, 2, 2, 3, 3]'
	is 'len({row["core"] for row in w}) == 8'
	is 'all(row["bound"] is None for row in w)'
	run "$sumsq" place -w 8 --places cores --bind spread --topology "$numa"
	[ "$(grep -cw planned <<<"$(sed 1d <<<"$output")")" -eq 8 ]
	says_nothing_bound
}

@test "caches between core and PU crash nothing, and each worker has a PU" {
	for topology in 'pack:1 core:4 l1:2 pu:4' "$top/tests/topologies/power10.xml"; do
		for workers in 9 32; do
			document place -w $workers --topology "$topology"
			is 'all(bin(mask(row["planned"])).count("1") == 1 for row in w)'
			is "len({row['planned'] for row in w}) == $workers"
			run "$sumsq" place -w $workers --topology "$topology"
			[ "$status" -eq 0 ]
		done
	done
}

@test "PUs in no NUMA node have a place, and threads that spread leave no core idle" {
	machines=$top/tests/topologies
	document place --places numa_domains -w 17 --topology "$machines/fs-offline-cpu0-node0.xml"
	is 'union("planned") == 0x1ffff0 and len({row["planned"] for row in w}) == 2'
	document place --places numa_domains \
		--topology "$machines/fs-16amd64-4n4c-cgroup-distance-merge.xml"
	is 'union("planned") == 0xf'
	for machine in fs-20em64t-hybrid-1p6c2t+2ca4co1t fs-16em64t-4s2c2t-offlines; do
		document place --places threads --bind spread -w 7 --topology "$machines/$machine.xml"
		is 'len({row["core"] for row in w}) == 7'
	done
	document place --topology 'group:2 pack:2 [numa] core:4 pu:1' --places pack:0-2 \
		--bind spread -w 6
	is '[row["package"] for row in w] == [0, 0, 1, 1, 2, 2]'
}

@test "taskset leaves only its PU" {
	need_two_cores
	run --separate-stderr taskset -c 1 "$sumsq" place
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	grep -Eq '^ +0 .* 0x2 +0x2 +bound$' <<<"$output"
	[ "$(grep -c bound$ <<<"$output")" -eq 1 ]
}

@test "compare in a taskset verifies every row" {
	need_two_cores
	json=$(taskset -c 1 "$sumsq" compare --rounds 1 --json 1e6 </dev/null)
	is 'd["hosts"][0]["allowed_pus"] == "0x2"'
	is 'all(run["verified"] for run in d["runs"] if run["missing"] is None)'
	is 'all(row["bound"] in ("0x2", None) for run in d["runs"] for row in run["per_worker"])'
}

@test "compare in a taskset says what it was confined to" {
	need_two_cores
	run taskset -c 1 "$sumsq" compare --rounds 1 1e6 </dev/null
	[ "$status" -eq 0 ]
	echo "$output"
	grep -Eq '0x2|PU 1|allowed|confined' <<<"$output"
}

@test "place --json is a document of the schema" {
	document place --topology "$numa" -w 20
	validates
	is 'd["command"] == "place" and len(w) == 20'
	document place --topology "$numa" --bind none
	validates
	is 'all(row["planned"] is None and row["bound"] is None for row in w)'
	document place --topology 'pu:1' -w 3
	validates
	document place
	validates
	is 'all(row["bound"] == row["planned"] for row in w)'
}

# Bad input: one line, the exact code, nothing on stdout.

@test "an XML file that is missing is refused" {
	refuses 2 place --topology nothing.xml
	[[ $stderr == *nothing.xml* ]]
}

@test "an XML file that is cut is refused, wherever it is cut" {
	size=$(wc -c <machine.xml)
	for part in 0 1 60 500 $((size / 2)) $((size - 20)); do
		head -c "$part" machine.xml >cut.xml
		refuses 2 place --topology cut.xml
	done
}

@test "what is no topology is refused" {
	echo '<root/>' >root.xml
	mkdir folder.xml
	head -c 5000 /dev/zero >zeros.xml
	for file in root.xml folder.xml zeros.xml /dev/null; do
		refuses 2 place --topology $file
	done
	for text in '' ' ' junk 'pack:0' 'pack:2 junk:2' 'pu:-1' 'pack:2 core'; do
		refuses 2 place --topology "$text"
	done
}

@test "XML of hwloc 3 is refused as that, with the cure" {
	sed 's/<topology version="2.0">/<topology version="3.0">/' machine.xml >newer.xml
	refuses 2 place --topology newer.xml
	[[ $stderr == *'hwloc 3.0'* && $stderr == *v2* ]]
}

@test "an expression that selects nothing is refused" {
	refuses 2 place --topology machine.xml --places core:99
	[[ $stderr == *core:99* ]]
	refuses 2 place --topology machine.xml --places ''
	refuses 2 place --topology machine.xml --places junk
}

@test "an expression with a newline is refused in one line" {
	refuses 2 place --topology machine.xml --places $'core:0\ncore:1'
}

@test "an expression of only disallowed PUs is refused, and they are named" {
	need_two_cores
	run --separate-stderr taskset -c 1 "$sumsq" place --places 0x1
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == 'sumsq: '*0x1*0x2* ]]
	refuses 2 place --topology "$numa" --places 0xff00000000
	[[ $stderr == *0xff00000000* ]]
}

@test "an unknown policy is refused, and the choices are named" {
	refuses 2 place --bind scatter
	[[ $stderr == *close*spread*none* ]]
	refuses 2 run --bind '' 1e6
}

@test "weights that are none are refused" {
	for weights in 0 1,0 0,1 -1,1 nan,1 inf,1 '' "," "1," "1,,1" x 1e999,1 '1 1'; do
		refuses 2 run -w 2 --schedule static --weights "$weights" 1e6
	done
	refuses 2 run -w 2 --schedule static --weights 1,1,1 1e6
	refuses 2 run -w 2 --schedule dynamic --weights 1,1 1e6
}

@test "run on another machine's topology is refused" {
	refuses 2 run --topology "$numa" 1e6
	refuses 2 run --topology machine.xml 1e6
	refuses 2 run --topology machine.xml --bind none 1e6
}

@test "more workers than places with spread is said" {
	run --separate-stderr "$sumsq" place --topology "$numa" --bind spread -w 17
	[ "$status" -eq 0 ]
	[[ $stderr == 'sumsq: warning: '*17* ]]
	run --separate-stderr "$sumsq" place --topology "$numa" --bind spread -w 16
	[ -z "$stderr" ]
}

@test "more workers than sockets with spread is said" {
	run --separate-stderr "$sumsq" place --topology "$numa" --places sockets --bind spread -w 3
	[ "$status" -eq 0 ]
	[[ $stderr == 'sumsq: warning: '*3* ]]
}

@test "as many workers as hardware threads are no oversubscription of threads" {
	run --separate-stderr "$sumsq" place --topology "$numa" --places threads --bind spread -w 32
	[ "$status" -eq 0 ]
	echo "$stderr"
	[ -z "$stderr" ]
}

# Another machine in the environment.

@test "nothing says bound when HWLOC_XMLFILE or HWLOC_SYNTHETIC is set" {
	for variable in "HWLOC_XMLFILE=$PWD/machine.xml" "HWLOC_SYNTHETIC=$numa"; do
		export "${variable?}"
		document place -w 4
		validates
		is 'all(row["planned"] and row["bound"] is None for row in w)'
		run "$sumsq" place -w 4
		says_nothing_bound
		unset "${variable%%=*}"
	done
}

@test "run and compare with binding are refused when HWLOC_SYNTHETIC is set" {
	export HWLOC_SYNTHETIC=$numa
	refuses 2 run -s serial 1e6
	refuses 2 run -s openmp -w 2 1e6
	refuses 2 run -s processes -w 2 1e6
	run "$sumsq" compare --rounds 1 1e6
	[ "$status" -eq 2 ]
	run "$sumsq" run --bind none 1e6
	[ "$status" -eq 0 ]
}

@test "a plan for another machine is printed once by several ranks" {
	need_mpi
	run --separate-stderr mpirun --oversubscribe -n 2 "$sumsq" place --topology "$numa" </dev/null
	[ "$status" -eq 0 ]
	echo "$output"
	[ "$(grep -c ^worker <<<"$output")" -eq 1 ]
}

# The picture and the table.

@test "the picture of 2 x 96 cores with SMT has 80 columns, and every worker" {
	large='pack:2 [numa] l3:12 core:8 pu:2'
	for workers in 1 7 192 193 384 1000; do
		run --separate-stderr "$sumsq" place --topology "$large" -w $workers
		[ "$status" -eq 0 ]
		picture=$(sed '1,/^$/d' <<<"$output")
		awk -v n=$workers 'length > 80 { print n ": " length ": " $0; bad = 1 } END { exit bad }' \
			<<<"$picture"
		# Of those that share a PU, the first is drawn.
		for ((worker = 0; worker < workers && worker < 384; worker++)); do
			grep -Eq "[[ ]${worker}[]+ ]" <<<"$picture" || {
				echo "worker $worker of $workers is not drawn"
				return 1
			}
		done
		[ "$(grep -c planned$ <<<"$output")" -eq $workers ]
	done
}

@test "the cells of a picture stand in columns" {
	run "$sumsq" place --topology 'pack:2 [numa] l3:12 core:8 pu:2' -w 300
	[ "$(sed '1,/^$/d' <<<"$output" | grep '\[' | sed '$d' | awk '{ print length }' | sort -u |
		wc -l)" -le 2 ]
}

@test "lines of wide places and of many threads a core have 80 columns" {
	for topology in 'pack:4 core:2 pu:8' 'pack:16 core:12 pu:8' 'pack:2 l3:16 l2:8 core:4 pu:4'; do
		run "$sumsq" place --topology "$topology"
		[ "$status" -eq 0 ]
		sed '1,/^$/d' <<<"$output" |
			awk 'length > 80 { print length ": " $0; bad = 1 } END { exit bad }'
	done
}

# Binding on this machine.

@test "a cgroup cpuset is kept" {
	need_two_cores
	last=$(allowed_cpus | sed 's/.*[-,]//')
	new_group cpuset cpuset.mems 0 cpuset.cpus "$last"
	json=$(in_group "$sumsq" place --json)
	is "d['hosts'][0]['allowed_pus'] == hex(1 << $last)"
	is "[(row['planned'], row['bound']) for row in w] == [(hex(1 << $last),) * 2]"
	run in_group "$sumsq" place --places 0x1
	[ "$status" -eq 2 ]
	[[ $output == *0x1* ]]
	run in_group "$sumsq" run -s processes 1e6
	[ "$status" -eq 0 ]
	remove_group
}

@test "a quota of 1.5 CPUs is shown, and warned about for two workers" {
	new_group cpu cpu.cfs_period_us 100000 cpu.cfs_quota_us 150000 cpu.max '150000 100000'
	run --separate-stderr in_group "$sumsq" place -w 2 --json
	json=$output
	is 'd["hosts"][0]["cpu_quota"] == 1.5'
	is 'any("1.5" in text for text in d["warnings"])'
	[[ $stderr == 'sumsq: warning: '*1.5* ]]
	run --separate-stderr in_group "$sumsq" place -w 1
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	remove_group
}

@test "a large quota is said in plain digits" {
	new_group cpu cpu.cfs_period_us 10000 cpu.cfs_quota_us 1285000 cpu.max '1285000 10000'
	run --separate-stderr in_group "$sumsq" place -w 150 -s openmp
	echo "$stderr"
	[[ $stderr == *128.5* ]]
	remove_group
}

# fits PLACES BIND: what the last document says of it on this machine.
fits() {
	is 'r["verified"] or d["command"] == "place"'
	if [ "$2" = false ]; then
		is 'all(row["planned"] is None and row["bound"] is None for row in w)'
		return
	fi
	is 'all(row["planned"] == row["bound"] for row in w)'
	is 'union("bound") == mask(d["hosts"][0]["allowed_pus"])'
	if [ "$1" = '{1}' ]; then
		is 'd["hosts"][0]["allowed_pus"] == "0x2"'
	else
		is "bin(mask(d['hosts'][0]['allowed_pus'])).count('1') == $(nproc)"
	fi
}

openmp_variables() {
	local places bind
	for places in '' cores threads '{1}'; do
		for bind in '' true spread close false; do
			unset OMP_PLACES OMP_PROC_BIND
			[ -z "$places" ] || export OMP_PLACES=$places
			[ -z "$bind" ] || export OMP_PROC_BIND=$bind
			echo "OMP_PLACES=$places OMP_PROC_BIND=$bind"
			"$@" "$places" "$bind"
		done
	done
	unset OMP_PLACES OMP_PROC_BIND
}

with_strategy() {
	document run -s "$1" 1e6
	fits "$2" "$3"
}

@test "OMP_PLACES and OMP_PROC_BIND are honoured by openmp" {
	need_two_cores
	openmp_variables with_strategy openmp
}

@test "OMP_PLACES and OMP_PROC_BIND are honoured by processes" {
	need_two_cores
	openmp_variables with_strategy processes
}

@test "OMP_PLACES and OMP_PROC_BIND are honoured by mpi" {
	need_two_cores
	need_mpi
	openmp_variables with_strategy mpi
}

compared() {
	document compare --rounds 1 1e6
	"$python" -c 'import json, sys
document = json.loads(sys.argv[1])
for number, run in enumerate(document["runs"]):
    print(json.dumps(dict(document, runs=[run])))' "$json" >runs
	while read -r json; do
		query 'r["strategy"]'
		is 'r["missing"] is None'
		if [ "$(query 'r["strategy"] in ("openmp", "processes", "mpi", "mpi+openmp")')" = True ]; then
			fits "$1" "$2"
		fi
	done <runs
}

@test "OMP_PLACES and OMP_PROC_BIND reach what compare starts" {
	need_two_cores
	for pair in '{1} true' 'cores spread' 'threads false'; do
		export OMP_PLACES=${pair% *} OMP_PROC_BIND=${pair#* }
		compared "${pair% *}" "${pair#* }"
	done
}

@test "a policy of OpenMP that is not done here is said once" {
	export OMP_PROC_BIND=master
	run --separate-stderr "$sumsq" place
	[ "$status" -eq 0 ]
	echo "$stderr"
	[ "$(grep -c master <<<"$stderr")" -eq 1 ]
}

# The variables of OpenMP's runtimes. libomp is what clang links with.

# with_runtimes COMMAND...: with the program of each runtime that is built.
with_runtimes() {
	local sumsq=$sumsq
	"$@"
	sumsq=$top/build/clang/sumsq
	[ ! -x "$sumsq" ] || "$@"
}

# affinity NAME=VALUE MASKS [WARNING]: the masks of two workers, and what is said.
affinity() {
	run --separate-stderr env "$1" "$sumsq" place -w 2 --json
	echo "$sumsq, $1: $stderr"
	[ "$status" -eq 0 ]
	json=$output
	is "[row['bound'] for row in w] == '$2'.split()"
	if [ -n "${3-}" ]; then
		[[ $stderr == *"$3"* ]]
	else
		[[ $stderr != *AFFINITY* ]]
	fi
}

@test "GOMP_CPU_AFFINITY confines the workers to its PUs, whose order is said to be lost" {
	need_two_cores
	with_runtimes affinity GOMP_CPU_AFFINITY=1 '0x2 0x2'
	with_runtimes affinity 'GOMP_CPU_AFFINITY=0 1' '0x1 0x2'
	with_runtimes affinity GOMP_CPU_AFFINITY=0-1 '0x1 0x2'
	with_runtimes affinity 'GOMP_CPU_AFFINITY=1 0' '0x1 0x2' 'GOMP_CPU_AFFINITY=1 0: '
	with_runtimes affinity 'OMP_PLACES={1},{0}' '0x1 0x2'
	[[ $stderr == *'OMP_PLACES={1},{0}: '* ]]
}

@test "GOMP_CPU_AFFINITY reaches processes and ranks" {
	need_two_cores
	export GOMP_CPU_AFFINITY='1 0'
	for strategy in openmp processes; do
		document run -s $strategy 1e6
		is '[row["bound"] for row in w] == ["0x1", "0x2"]'
	done
	need_mpi
	document run -s mpi 1e6
	is '[row["bound"] for row in w] == ["0x1", "0x2"]'
}

@test "KMP_AFFINITY is named, unless it asks for nothing or the runtime has taken its list" {
	need_two_cores
	for value in compact scatter granularity=fine,balanced; do
		with_runtimes affinity KMP_AFFINITY=$value '0x1 0x2' "KMP_AFFINITY=$value is not done"
	done
	for value in none disabled noverbose,none; do
		with_runtimes affinity KMP_AFFINITY=$value '0x1 0x2'
	done
	affinity 'KMP_AFFINITY=explicit,proclist=[1]' '0x1 0x2' 'is not done'
	[ -x "$top/build/clang/sumsq" ] || skip 'no build with libomp'
	sumsq=$top/build/clang/sumsq
	# By default it is all of a core, and libomp sees one core of two threads where cpuid has no leaf 11.
	affinity 'KMP_AFFINITY=granularity=fine,explicit,proclist=[1]' '0x2 0x2'
}

@test "nothing is said of KMP_AFFINITY when --places and --bind say it all" {
	export KMP_AFFINITY=scatter
	run --separate-stderr "$sumsq" place -w 1 --places cores --bind spread
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "OMP_NUM_THREADS is the number of OpenMP's workers, and -w is stronger" {
	for pair in '3 3' '2,4 2' '1 1' ' 4 , 2 4'; do
		export OMP_NUM_THREADS=${pair% *}
		document place -s openmp --topology "$numa"
		is "len(w) == ${pair##* }"
	done
	export OMP_NUM_THREADS=3
	document place -s openmp -w 5 --topology "$numa"
	is 'len(w) == 5'
	document place -s mpi+openmp -n 2 --topology "$numa"
	is 'len(w) == 6'
	document place -s processes --topology "$numa"
	is 'len(w) == 16'
	# What is no number is the runtime's to complain about.
	for text in 0 -1 x 1.5 1x ''; do
		export OMP_NUM_THREADS=$text
		document place -s openmp --topology "$numa"
		is 'len(w) == 16'
	done
	export OMP_NUM_THREADS=99999999999999999999
	refuses_last place -s openmp --topology "$numa"
}

# refuses_last ARG...: as refuses does, where the OpenMP runtime may have lines of its own.
refuses_last() {
	run --separate-stderr "$sumsq" "$@" </dev/null
	echo "status $status, stderr '$stderr'"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ ${stderr_lines[-1]} == 'sumsq: '* ]]
}

@test "OMP_NUM_THREADS is the number of threads that run, read from outside" {
	need_two_cores
	OMP_NUM_THREADS=3 "$sumsq" run -q -s openmp --repeat 2000 1e9 </dev/null >/dev/null 2>&1 3>&- &
	local pid=$! threads=0 i
	for ((i = 0; i < 200 && threads != 3; i++)); do
		threads=$(find /proc/$pid/task -maxdepth 1 -mindepth 1 2>/dev/null | wc -l)
		sleep 0.05
	done
	kill $pid
	wait $pid || true
	[ "$threads" -eq 3 ]
}

# Ranks.

# ranks BIND STRATEGY WORKERS: the document of two ranks.
ranks() {
	run --separate-stderr mpirun -n 2 --bind-to "$1" "$sumsq" run -s "$2" -w "$3" 1e9 --json </dev/null
	echo "stderr: $stderr"
	[ "$status" -eq 0 ]
	json=$output
	is 'r["verified"] and all(row["planned"] == row["bound"] for row in w)'
}

@test "two ranks of one worker have different PUs, however mpirun binds them" {
	need_two_cores
	need_mpi
	for bind in none core socket; do
		ranks $bind mpi+openmp 1
		is 'len(w) == 2 and mask(w[0]["bound"]) & mask(w[1]["bound"]) == 0'
		[[ $stderr != *warning* ]]
	done
}

# Of the command line that was typed, a message shows only what to change.
@test "an overlap of two ranks is named, with the change that cures it" {
	need_mpi
	[ "$(nproc)" -eq 2 ] || skip 'the advice depends on the cores: this is for two'
	for bind in core none socket; do
		ranks $bind mpi+openmp 2
		[ "$(grep -c warning <<<"$stderr")" -eq 1 ]
		[[ $stderr == *"4 workers on the 2 cores of $(hostname), oversubscribed: "* ]]
		[[ $stderr == *'share PU '*'; change to -w '* ]]
		workers=$(sed -n 's/.*change to -w \([0-9]*\),.*/\1/p' <<<"$stderr")
		option=$(sed -n 's/.*(mpirun \(--bind-to [a-z]*\),.*/\1/p' <<<"$stderr")
		echo "the cure: -w $workers, $option"
		# shellcheck disable=SC2086 # two words
		run --separate-stderr mpirun -n 2 $option "$sumsq" run -s mpi+openmp -w "$workers" \
			--places 'core:0 core:1' --json 1e8 </dev/null
		[ "$status" -eq 0 ]
		json=$output
		is 'mask(w[0]["bound"]) & mask(w[1]["bound"]) == 0'
		[[ $stderr != *warning* ]]
	done
}

@test "the rank whose mask is too narrow is named, not the leader, and what to give it" {
	need_two_cores
	need_mpi
	run --separate-stderr mpirun --bind-to none \
		-n 1 taskset -c 0 "$sumsq" run -s mpi+openmp -w 1 1e6 : \
		-n 1 taskset -c 1 "$sumsq" run -s mpi+openmp -w 2 1e6 </dev/null
	echo "$stderr"
	[ "$status" -eq 0 ]
	[ "$(grep -c warning <<<"$stderr")" -eq 1 ]
	[[ $stderr == *': workers 1 and 2 share PU 1; '* ]]
	[ "$(nproc)" -eq 2 ] || [[ $stderr == *'rank 1 on '*' may use 1 PU, for 2 workers: '*'PE=2,'* ]]
}

@test "a mask of the user that leaves two ranks one PU is not called mpirun's" {
	need_two_cores
	need_mpi
	run --separate-stderr mpirun -n 2 taskset -c 1 "$sumsq" run -s mpi 1e6 </dev/null
	echo "$stderr"
	[[ $stderr == *'masks of ranks 0 and 1 on '*' overlap, '*'workers 0 and 1 share PU 1; if '* ]]
}

@test "ranks whose masks overlap only in part take different PUs" {
	need_two_cores
	need_mpi
	run --separate-stderr mpirun --bind-to none -n 1 taskset -c 0 "$sumsq" place --json : \
		-n 1 taskset -c 0,1 "$sumsq" place --json </dev/null
	[ "$status" -eq 0 ]
	json=$output
	is '[row["bound"] for row in w] == ["0x1", "0x2"]'
}

@test "ranks that mpirun bound are all drawn" {
	need_two_cores
	need_mpi
	run --separate-stderr mpirun -n 2 --bind-to core "$sumsq" place </dev/null
	[ "$status" -eq 0 ]
	echo "$output"
	picture=$(sed '1,/^$/d' <<<"$output")
	grep -q '\[0\]' <<<"$picture"
	grep -q '\[1\]' <<<"$picture"
}

@test "the mask of the shell is what it was" {
	before=$(allowed_cpus)
	export OMP_PLACES=cores OMP_PROC_BIND=true
	for strategy in serial openmp processes mpi; do
		"$sumsq" run -q -s $strategy 1e6 </dev/null
		[ "$(allowed_cpus)" = "$before" ]
	done
}

# Shares by weight.

@test "weights of 3 and 1 give three times the items" {
	for strategy in openmp processes mpi; do
		count=-w
		[ $strategy != mpi ] || { need_mpi; count=-n; }
		document run -s $strategy $count 2 --schedule static --weights 3,1 1e9
		is 'f[0]["items"] + f[1]["items"] == 1000000000'
		is 'abs(f[0]["items"] / f[1]["items"] - 3) < 0.05'
	done
}

# spin PU: bounded loops on a PU, their processes in $spinners. Several, since others may be busy
# beside the test and have the other PU then.
spin() {
	spinners=()
	for _ in 1 2 3 4 5 6; do
		# shellcheck disable=SC2016 # for that shell
		taskset -c "$1" sh -c 'i=0; while [ $i -lt 20000000 ]; do i=$((i + 1)); done' 3>&- &
		spinners+=($!)
	done
}

# measures_busy STRATEGY OPTION: the second of two workers has a seventh of its core. Most of five
# must see it.
measures_busy() {
	# Strangers' work would be measured as well.
	awk '$1 > 2 { exit 1 }' /proc/loadavg || skip 'the machine is busy with other work'
	local count=0 pu
	pu=$("$sumsq" place --places pu:1 --json | "$python" -c 'import json, sys
print(json.load(sys.stdin)["runs"][0]["per_worker"][0]["pu"])')
	spin "$pu"
	for _ in 1 2 3 4 5; do
		json=$("$sumsq" run -q -s "$1" "$2" 2 --schedule static --weights measured --json 3e9 </dev/null)
		query '[(row["weight"], of["items"]) for row, of in zip(w, f)]'
		[ "$(query 'w[1]["weight"] < 0.9 * w[0]["weight"] and f[1]["items"] < f[0]["items"]')" = True ] &&
			count=$((count + 1))
	done
	kill "${spinners[@]}"
	wait "${spinners[@]}" || true
	[ $count -ge 3 ]
}

@test "a core that is busy is measured slower, by threads" {
	need_two_cores
	measures_busy openmp -w
}

@test "a core that is busy is measured slower, by processes" {
	need_two_cores
	measures_busy processes -w
}

@test "a core that is busy is measured slower, by ranks" {
	need_two_cores
	need_mpi
	measures_busy mpi -n
}

# hwloc's own programs, asked the same.

# Not compared: N:COUNT beyond the end, which hwloc-calc wraps around and we refuse; lists with
# commas, which it does not take; N-M with M below N, of which it makes something.
@test "expressions select what hwloc-calc selects" {
	command -v hwloc-calc >/dev/null || skip 'hwloc-calc is not here'
	wrong=0
	for expression in all core:0 core:1-3 core:5- core:2:3 core:odd core:even core:all pu:7 \
		core:0-3.pu:0 package:1.core:all package:all.core:0 numa:1 l3:1-2.core:0.pu:1 0xff \
		'core:0 core:9' 'l3:3 0x1' numa:1.pu:odd; do
		# shellcheck disable=SC2086 # terms are words to hwloc-calc
		wanted=$(hwloc-calc -i "$numa" --taskset $expression 2>/dev/null)
		document place --topology "$numa" --places "$expression"
		[ "$(query 'd["hosts"][0]["allowed_pus"]')" = "$wanted" ] && continue
		echo "$expression: $(query 'd["hosts"][0]["allowed_pus"]'), hwloc-calc says $wanted"
		wrong=1
	done
	[ $wrong -eq 0 ]
}

# hwloc-distrib --single names one PU, where a worker alone on its core has the whole core here:
# its first PU is compared. Beyond the cores the numbers differ: siblings come last here.
@test "spread has the cores that hwloc-distrib has" {
	command -v hwloc-distrib >/dev/null || skip 'hwloc-distrib is not here'
	for workers in 1 2 3 4 5 6 7 8 9 11 13 15 16; do
		wanted=$(hwloc-distrib -i "$numa" --single --taskset $workers 2>/dev/null | tr '\n' ' ')
		document place --topology "$numa" --bind spread -w $workers
		found=$(query '" ".join(hex(mask(row["planned"]) & -mask(row["planned"])) for row in w)')
		echo "$workers: $found, hwloc-distrib: $wanted"
		[ "$found " = "$wanted" ]
	done
}
