#!/usr/bin/env bats
# Bad input gets one clear line, the right exit code, and nothing half-done. So do the ends that a
# program does not choose: a signal, a dead worker, a full disk.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# By another user than root, where the tests are run by root.
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		timeout 20 setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		timeout 20 "$@"
	fi
}

# An mpirun that must not be called.
no_mpirun() {
	mkdir stub
	printf '#!/bin/sh\necho "$@" >%q\nexit 1\n' "$PWD/called" >stub/mpirun
	chmod +x stub/mpirun
	PATH=$PWD/stub:$PATH
}

@test 'a TASK that is no number' {
	for task in x '' ' ' 1x x1 0x10 1e 1e-1 : 10: :10 1:2:3 1_ _1 1__0 +5 ' 5' '1 2' '5,' 1e1e1 inf \
		nan 1.5 1e0.5; do
		for verb in run compare; do
			refused 2 "'$task'" "$SUMSQ" "$verb" -- 10 "$task"
		done
	done
}

@test 'a TASK that is negative' {
	refused 2 "'-1'|negative" "$SUMSQ" run -- -1
	refused 2 "'-1'|negative" "$SUMSQ" run -1
	refused 2 "'5:-10'|negative" "$SUMSQ" run 5:-10
	refused 2 "'-5:10'|negative" "$SUMSQ" run -- -5:10
}

@test 'a TASK of more than one line is told in one' {
	refused 2 'is no task' "$SUMSQ" run $'1\n2'
}

@test 'a range that ends before it begins' {
	refused 2 "'10:5'" "$SUMSQ" run 10:5
	refused 2 "'10:5'" "$SUMSQ" compare 10:5
}

@test 'a number over 2^52' {
	for task in 4503599627370497 1e16 1e400 1e99999999999999999999 18446744073709551616 \
		99999999999999999999999999999999999999999 0:4503599627370497 5e15:6e15; do
		refused 2 "'$task'|4503599627370496" "$SUMSQ" run "$task"
	done
}

@test 'a sum over 128 bits names the largest N' {
	largest=$("$PYTHON" -c '
low, high = 0, 2 ** 52
while high - low > 1:
    n = (low + high) // 2
    if (n - 1) * n * (2 * n - 1) // 6 < 2 ** 128: low = n
    else: high = n
print(low)')
	refused 2 "$largest" "$SUMSQ" run 4503599627370496
	refused 2 "$largest" "$SUMSQ" run $((largest + 1))
	refused 2 "$largest" "$SUMSQ" run "0:$((largest + 1))"
	# The largest itself is taken: it runs for longer than this.
	run timeout 1 "$SUMSQ" run --kernel scalar "$largest"
	[ "$status" -eq 124 ]
}

@test 'a sum over 128 bits names the largest range' {
	run --separate-stderr "$SUMSQ" run 4e15:4503599627370496
	[ "$status" -eq 2 ]
	end=$(grep -o '4000000000000000:[0-9]*' <<<"$stderr" | tail -1 | cut -d : -f 2)
	"$PYTHON" -c '
import sys
def below(n): return (n - 1) * n * (2 * n - 1) // 6
first, end = 4 * 10 ** 15, int(sys.argv[1])
assert below(end) - below(first) < 2 ** 128 <= below(end + 1) - below(first)' "$end"
}

@test 'a line of a task file that is no task is named' {
	printf '10\n# comment\n\nhello\n20\n' >tasks
	for options in '' '-s mpi' '-s processes'; do
		# shellcheck disable=SC2086 # words on purpose
		refused 2 "tasks:4:|'hello'" "$SUMSQ" run $options -f tasks
	done
	refused 2 "tasks:4:|'hello'" "$SUMSQ" compare -f tasks
	refused 2 "standard input:4:|'hello'" "$SUMSQ" run -f - <tasks
	refused 2 "standard input:4:|'hello'" "$SUMSQ" compare -f - <tasks
}

@test 'a binary task file: the line is named' {
	printf '10\n20\0\n30\n' >tasks
	refused 2 'tasks:2:|NUL' "$SUMSQ" run -f tasks
	printf '10\n20\0' >tasks
	refused 2 'tasks:2:|NUL' "$SUMSQ" compare -f tasks
	refused 2 "$SUMSQ:1:" "$SUMSQ" run -f "$SUMSQ"
	printf '\377\376\n' >tasks
	refused 2 'tasks:1:' "$SUMSQ" run -f tasks
	head -c 300000 /dev/zero | tr '\0' 7 >tasks
	refused 2 'tasks:1:' "$SUMSQ" run -f tasks
	[ "${#stderr}" -lt 500 ]
}

@test 'a task file without tasks' {
	printf '# nothing\n\n' >tasks
	for file in tasks /dev/null; do
		refused 2 "$file" "$SUMSQ" run -f "$file"
		refused 2 "$file" "$SUMSQ" compare -f "$file"
	done
	refused 2 'standard input' "$SUMSQ" run -f - </dev/null
}

@test 'a task file that cannot be read' {
	refused 2 '/no/such/tasks' "$SUMSQ" run -f /no/such/tasks
	refused 2 '/no/such/tasks' "$SUMSQ" compare -f /no/such/tasks
	refused 2 "$PWD" "$SUMSQ" run -f "$PWD"
	refused 2 "$PWD" "$SUMSQ" compare -f "$PWD"
}

@test 'a task file that may not be read' {
	as_user test -x "$SUMSQ" || skip 'a user may not come to the program'
	[ -e /etc/shadow ] || skip 'no file that a user may not read'
	refused 2 '/etc/shadow|Permission denied' as_user "$SUMSQ" run -f /etc/shadow
}

@test 'two task files' {
	refused 2 '-f' "$SUMSQ" run -f a -f b
}

@test 'standard input closed' {
	refused 2 'standard input' without_stdin "$SUMSQ" run -f -
	refused 2 'standard input' without_stdin "$SUMSQ" compare -f -
	run -0 --separate-stderr without_stdin "$SUMSQ" run -q 10
	[ "$output" = $'10\t285' ]
	[ -z "$stderr" ]
}

@test 'standard input closed, of ranks' {
	need_mpi
	refused 2 'standard input' without_stdin "$SUMSQ" run -s mpi -f -
	run -0 --separate-stderr without_stdin "$SUMSQ" run -q -s mpi 10
	[ "$output" = $'10\t285' ]
}

unwritable() { # command ...
	refused 1 'standard output' full "$@"
	refused 1 'standard output' without_stdout "$@"
}

@test 'standard output full or closed: run' {
	unwritable "$SUMSQ" run -q 10
	unwritable "$SUMSQ" run -q -s processes 10
	unwritable "$SUMSQ" run -q --json 10
	unwritable "$SUMSQ" run -q --csv 10
	unwritable "$SUMSQ" run -q --markdown 10
}

@test 'standard output full or closed: run does not claim success first' {
	unwritable "$SUMSQ" run 10
}

@test 'standard output full or closed: run by mpi' {
	need_mpi
	unwritable "$SUMSQ" run -q -s mpi 10
}

@test 'standard output full or closed: many results' {
	seq 1 20000 >tasks
	unwritable "$SUMSQ" run -q -f tasks
}

@test 'standard output full or closed: compare' {
	unwritable "$WITHOUT_MPI" compare --rounds 1 10
	unwritable "$WITHOUT_MPI" compare --rounds 1 --json 10
}

@test 'standard output full or closed: list, help, version' {
	unwritable "$SUMSQ" list
	unwritable "$SUMSQ" list --json
	unwritable "$SUMSQ" --help
	unwritable "$SUMSQ" run --help
	unwritable "$SUMSQ" --help=man
	unwritable "$SUMSQ" --help=bash
	unwritable "$SUMSQ" --version
}

@test 'standard error closed: the results still come, and the exit code' {
	quietly() { "$@" 2>&-; }
	run -0 quietly "$SUMSQ" run 10
	[ "$output" = $'10\t285' ]
	run -2 quietly "$SUMSQ" run x
	[ -z "$output" ]
}

@test 'an unwritable FILE: refused before any work' {
	for option in json csv markdown; do
		refused 2 '/no/such/file' "$SUMSQ" run "--$option=/no/such/file" 10
		refused 2 '/no/such/file' "$SUMSQ" compare "--$option=/no/such/file" 10
		refused 2 '/no/such/file' "$SUMSQ" list "--$option=/no/such/file"
		refused 2 "$PWD" "$SUMSQ" run "--$option=$PWD" 10
	done
	refused 2 'cannot be written' "$SUMSQ" run --json= 10
}

@test 'a format given twice: no FILE is lost' {
	refused 2 '--json was given twice' "$SUMSQ" run --json=a --json=b 10
	refused 2 '--json was given twice' "$SUMSQ" run --json=a --json 10
	[ ! -e a ]
	run -0 --separate-stderr "$SUMSQ" run -q --json --json=- 10
	json 'd["results"][0]["sum"] == "285"'
}

@test 'a FILE that is full: no success' {
	refused_file() {
		run --separate-stderr "$@"
		[ "$status" -eq 1 ] || fail "$*"
		[[ $stderr == *'sumsq: /dev/full cannot be written'* ]]
	}
	refused_file "$SUMSQ" run -q --json=/dev/full 10
	refused_file "$SUMSQ" run -q --csv=/dev/full 10
	refused_file "$WITHOUT_MPI" compare -q --rounds 1 --json=/dev/full 10
}

@test 'an unknown command names the commands' {
	refused 2 'nope|run|compare|list' "$SUMSQ" nope
	refused 2 "'10'|run|compare|list" "$SUMSQ" 10
	run --separate-stderr "$SUMSQ"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *run*compare*list* ]]
}

@test 'an unknown option names the options' {
	for verb in run compare; do
		refused 2 "'--nope'|--schedule|--kernel|--json|--rounds" "$SUMSQ" $verb --nope 10
		refused 2 "'-j'|--schedule" "$SUMSQ" $verb -j 10
	done
	refused 2 "'--nope'|--json" "$SUMSQ" list --nope
	refused 2 "'--nope'" "$SUMSQ" --nope
}

@test 'an option or a command that is nearly one: that one is asked for' {
	refused 2 "'--kernal'|did you mean --kernel?" "$SUMSQ" run --kernal scalar 10
	refused 2 "'--kernal'|did you mean --kernel?" "$SUMSQ" run --kernal=scalar 10
	refused 2 "'--wrokers'|did you mean --workers?" "$SUMSQ" run --wrokers 2 10
	refused 2 "'rnu'|did you mean run?" "$SUMSQ" rnu 10
	refused 2 "'hlep'|did you mean help?" "$SUMSQ" hlep
	refused 2 "'opnemp'|did you mean openmp?" "$SUMSQ" run -s opnemp 10
	refused 2 "'avx22'|did you mean avx2?" "$SUMSQ" run --kernel avx22 10
	refused 2 "'statc'|did you mean static?" "$SUMSQ" run --schedule statc 10
	refused 2 "'spred'|did you mean spread?" "$SUMSQ" run --bind spred 10
	# One of another command is no slip.
	refused 2 '--weak is no option of run' "$SUMSQ" run --weak 10
	refused 2 '-c is no option of run' "$SUMSQ" run -c 2 10
}

@test 'an option may be shortened as far as it is one' {
	run -0 --separate-stderr "$SUMSQ" run --qui --work 1 --kern scalar 10
	[ "$output" = $'10\t285' ]
	[ -z "$stderr" ]
	refused 2 "'--ver'|--verbose, --version" "$SUMSQ" run --ver 10
	# Those of other commands do not count.
	run -0 "$SUMSQ" run -q --sched static 10
}

@test 'numbers in every spelling' {
	for count in 2 2.0 2e0 20e-1 0.2e1 02 2.00000000000000000000000; do
		run -0 --separate-stderr "$SUMSQ" run -q -w "$count" --json 10
		json 'd["runs"][0]["workers"] == 2' || fail "$count"
	done
	for text in 10.00000000000000000000 1_0 1e1 100e-1; do
		run -0 --separate-stderr "$SUMSQ" run -q "$text"
		[ "$output" = $'10\t285' ] || fail "$text"
	done
}

@test 'a word that is too long to be shown is shown in part' {
	word=$(head -c 3000 /dev/zero | tr '\0' 7)
	for words in "--rounds $word" "--max-time $word" "--weights $word" "-s $word" \
		"--schedule $word" "--bind $word" "-c $word" "--$word" "--$word=1"; do
		# shellcheck disable=SC2086 # words on purpose
		refused 2 777 "$SUMSQ" scale $words 10
		[ "${#stderr}" -lt 700 ] || fail "$words"
	done
	refused 2 777 "$SUMSQ" "$word"
}

@test 'an option without its value, and a value that an option does not take' {
	refused 2 '-w' "$SUMSQ" run -w
	refused 2 '--workers' "$SUMSQ" run --workers
	refused 2 '-f' "$SUMSQ" run 10 -f
	refused 2 '--quiet' "$SUMSQ" run --quiet=yes 10
}

@test 'an unknown strategy names the strategies' {
	for name in nope '' mpi+nope openmp+mpi serial+openmp +openmp MPI openmpi; do
		refused 2 'openmp' "$SUMSQ" run -s "$name" 10
	done
	refused 2 "'nope'|serial|async|openmp|processes|mpi|mpi+openmp" "$SUMSQ" run -s nope 10
	refused 2 'processes|mpi+openmp' "$SUMSQ" run -s mpi+processes 10
}

@test 'an unknown kernel names the kernels' {
	for verb in run compare; do
		refused 2 "'nope'|avx512vnni|avx512ifma|avx512|avxvnni|avx2|neon|scalar" "$SUMSQ" "$verb" --kernel nope 10
	done
}

@test 'an unknown schedule names the schedules' {
	for verb in run compare; do
		for name in nope '' ,10 dyn; do
			refused 2 'static|dynamic|guided' "$SUMSQ" "$verb" --schedule "$name" 10
		done
	done
	for chunk in '' 0 -1 x 1.5 1e400 9223372036854775808 99999999999999999999 '1,2'; do
		refused 2 "'$chunk'|CHUNK" "$SUMSQ" run --schedule "dynamic,$chunk" 10
	done
}

# Each chunk has a slot that its sum is written to: there are at most 2^24 of them.
@test 'a CHUNK that makes too many pieces is refused, with the least that does not' {
	for strategy in openmp processes; do
		refused 2 'CHUNK of 1|10000000000000 pieces|give 596047 or more' \
			"$SUMSQ" run -s $strategy --schedule dynamic,1 1e13
	done
	refused 2 'give 2 or more' "$SUMSQ" run --schedule static,1 16777217
	run -0 --separate-stderr timeout 60 "$SUMSQ" run -q --schedule static,2 16777217
	[ "$output" = "$(sums 16777217)" ]
	refused 2 'give 596047 or more' "$SUMSQ" run --schedule guided,596046 1e13
}

@test 'unknown places and policies name those there are' {
	refused 2 "'nope'|cores" "$SUMSQ" run --places nope 10
	refused 2 "'nope'|close|none" "$SUMSQ" run --bind nope 10
}

@test 'counts that are none' {
	for count in 0 -1 x '' 1.5 1e400 99999999999999999999 ' 1' '1 ' 1__0 +1 0x1 nan inf 1e; do
		refused 2 "-w|'$count'" "$SUMSQ" run -w "$count" 10
		refused 2 "-k|'$count'" "$SUMSQ" run -k "$count" 10
		refused 2 "-n|'$count'" "$SUMSQ" run -s mpi -n "$count" 10
		refused 2 "-c|'$count'" "$SUMSQ" compare -c "$count" 10
		refused 2 "--rounds|'$count'" "$SUMSQ" run --rounds "$count" 10
	done
	for seconds in 0 -1 x '' nan inf 1e400 1m '1 s' ' 1' 1ss; do
		refused 2 "--max-time|'$seconds'" "$SUMSQ" run --max-time "$seconds" 10
	done
}

@test 'workers for a strategy that has exactly one' {
	refused 2 'serial|2' "$SUMSQ" run -w 2 -s serial 10
	refused 2 'async|2' "$SUMSQ" run -s async -w 2 10
	refused 2 'mpi|2' "$SUMSQ" run -s mpi -w 2 10
	refused 2 'serial|2' "$SUMSQ" run -s serial -k 2 10
	refused 2 'openmp|-n 2' "$SUMSQ" run -n 2 10
}

@test 'a million threads or processes: refused before a team is made' {
	for strategy in openmp processes mpi+openmp; do
		refused 2 '1000000|ask for fewer' "$SUMSQ" run -s "$strategy" -w 1000000 10
	done
}

@test 'a million ranks: refused before mpirun is started' {
	need_mpi
	no_mpirun
	refused 2 1000000 "$SUMSQ" run -s mpi -n 1000000 10
	[ ! -e called ]
}

@test 'a concurrency of a million: refused before any measurement' {
	no_mpirun
	refused 2 1000000 "$SUMSQ" compare --rounds 1 -c 1000000 10
	[ ! -e called ]
}

limited() { # processes, command ...
	(
		ulimit -u "$1"
		shift
		"$@"
	)
}

@test 'ulimit -u below the workers asked for' {
	as_user test -x "$SUMSQ" || skip 'a user may not come to the program'
	for strategy in openmp processes; do
		refused 2 '300|ulimit -u' limited 200 as_user "$SUMSQ" run -s $strategy -w 300 10
	done
}

# Those that this user has count too.
@test 'ulimit -u that others have nearly used up' {
	as_user test -x "$SUMSQ" || skip 'a user may not come to the program'
	for strategy in openmp processes; do
		run --separate-stderr as_user "$PYTHON" - "$SUMSQ" "$strategy" <<-'EOF'
			import os, resource, subprocess, sys, threading

			# The other threads of this user, and the hundred to come, then forty more.
			others = sum(int(line) for line in subprocess.run(
			    ["ps", "-o", "nlwp=", "-U", str(os.getuid())], capture_output=True,
			    text=True).stdout.split())
			stop = threading.Event()
			for _ in range(100):
			    threading.Thread(target=stop.wait).start()
			limit = others + 100 + 40
			resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
			done = subprocess.run([sys.argv[1], "run", "-q", "-s", sys.argv[2], "-w", "60", "10"],
			                      stdin=subprocess.DEVNULL)
			stop.set()
			sys.exit(done.returncode)
		EOF
		[ "$status" -ne 0 ] || fail "$strategy: 60 workers of 40 are no success"
		[ -z "$output" ] || fail "$strategy: results"
		[[ $stderr == 'sumsq: '*60* && $stderr != *$'\n'* ]] || fail "$strategy: not our one line"
	done
}

@test 'OMP_THREAD_LIMIT below the workers asked for' {
	refused 2 'OMP_THREAD_LIMIT' env OMP_THREAD_LIMIT=1 "$SUMSQ" run -w 2 10
	refused 2 'OMP_THREAD_LIMIT' env OMP_THREAD_LIMIT=3 "$SUMSQ" run -w 4 10
	run -0 --separate-stderr env OMP_THREAD_LIMIT=3 "$SUMSQ" run -w 3 10
	[ "$output" = $'10\t285' ]
	run -0 --separate-stderr env OMP_THREAD_LIMIT=1 "$SUMSQ" run -s processes -w 2 10
	[ "$output" = $'10\t285' ]
}

@test 'OMP_THREAD_LIMIT of ranks' {
	need_mpi
	refused 2 'OMP_THREAD_LIMIT' env OMP_THREAD_LIMIT=1 "$SUMSQ" run -s mpi+openmp -n 2 -w 2 10
}

@test 'settings of OpenMP do not change the answer, nor the team' {
	for setting in OMP_DYNAMIC=true OMP_MAX_ACTIVE_LEVELS=0 OMP_MAX_ACTIVE_LEVELS=1 OMP_NUM_THREADS=1 \
		OMP_NUM_THREADS=7 OMP_NESTED=true OMP_SCHEDULE=static,1 OMP_WAIT_POLICY=active \
		OMP_CANCELLATION=true OMP_STACKSIZE=256k; do
		run -0 --separate-stderr env "$setting" "$SUMSQ" run -w 3 --json -q 1e8 10
		json 'd["results"][0]["sum"] == "333333328333333350000000"'
		json 'd["results"][1]["sum"] == "285"'
		json 'd["runs"][0]["workers"] == len(d["runs"][0]["per_worker"]) == 3'
		json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8 + 10'
	done
}

# With these, libgomp has bound the first thread before main.
@test 'binding by OpenMP takes no core away' {
	run -0 --separate-stderr "$SUMSQ" run --json -q 1e6
	shape='[(w["planned"], w["bound"]) for w in d["runs"][0]["per_worker"]]'
	usual=$("$PYTHON" -c "import json, sys; d = json.load(sys.stdin); print($shape)" <<<"$output")
	for setting in OMP_PROC_BIND=true OMP_PROC_BIND=spread OMP_PROC_BIND=close OMP_PLACES=cores \
		OMP_PLACES=threads; do
		for strategy in openmp processes; do
			run -0 --separate-stderr env "$setting" "$SUMSQ" run -s "$strategy" --json -q 1e6
			json "$shape == $usual" || fail "$setting, $strategy"
		done
	done
}

@test 'a kernel that is not usable here: exit 4' {
	missing=$("$SUMSQ" list --json | "$PYTHON" -c '
import json, sys
print(*[k["kernel"] for k in json.load(sys.stdin)["kernels"] if not k["available"]])')
	for kernel in $missing; do
		refused 4 "$kernel" "$SUMSQ" run --kernel "$kernel" 10
		refused 4 "$kernel" "$SUMSQ" compare --kernel "$kernel" 10
	done
	if [ -z "$missing" ]; then
		# Valgrind's CPU has AVX2 and no AVX-512.
		command -v valgrind || skip 'this CPU has all kernels, and valgrind is not installed'
		run --separate-stderr valgrind -q "$SUMSQ" run --kernel avx512 10
		[ "$status" -eq 4 ]
		[ -z "$output" ]
		[ "$(grep -c '^sumsq: kernel avx512 cannot be used here' <<<"$stderr")" -eq 1 ]
	fi
}

@test 'a strategy that is not built in: exit 4' {
	refused 4 'built without MPI' "$WITHOUT_MPI" run -s mpi 10
	refused 4 'built without MPI' "$WITHOUT_MPI" run -s mpi+openmp 10
	refused 4 'built without MPI' "$WITHOUT_MPI" scale -s mpi 10
}

@test 'mpirun missing: exit 4' {
	need_mpi
	refused 4 'mpirun' env PATH=/no/such "$SUMSQ" run -s mpi 10
	refused 4 'mpirun' env PATH=/no/such "$SUMSQ" run -s mpi+openmp 10
	refused 4 'mpirun' env PATH=/no/such "$SUMSQ" scale -s mpi,mpi+openmp 10
}

@test 'bad input under an mpirun that run starts is said once' {
	need_mpi
	for options in 'x' '--schedule nope 10' '--kernel nope 10' '-f /no/such' '--json --csv' \
		'10:5' '--json=/no/such/file 10'; do
		# shellcheck disable=SC2086 # words on purpose
		refused 2 '' "$SUMSQ" run -s mpi -n 2 $options
	done
}

# One worker of a run is killed. Where the machine is busy it is tried again: what always took a
# second would take it each time, and it tells nothing if others had the CPUs all the time.
lost() { # processes at work, options of run ...
	local processes=$1 began took victim others ticks
	shift

	look_around
	# shellcheck disable=SC2153 # look_around sets them
	others=$OTHERS ticks=$TICKS
	for _ in 1 2 3 4 5 6 7 8; do
		start "$SUMSQ" run "$@" 1e13
		await 60 at_work "$processes" || fail 'it did not begin'
		victim=$(session "$PID" | awk -v leader="$PID" '
			$1 != leader && $2 == "sumsq" { print $1 }' | tail -1)
		began=${EPOCHREALTIME/[.,]/}
		kill -KILL "$victim"
		finish
		took=$((${EPOCHREALTIME/[.,]/} - began))
		[ "$ENDED" -eq 1 ] || fail "exit code $ENDED"
		[ ! -s out ] || fail "results: $(cat out)"
		grep -q '^sumsq: .*killed by signal 9' err || fail "$(cat err)"
		all_gone
		[ "$took" -ge 1000000 ] || return 0
	done
	! disturbed_since "$others" "$ticks" || skip 'others use the CPUs of this machine'
	fail "it took $took us"
}

@test 'a worker process killed: exit 1 within a second, no orphan, one line' {
	lost 3 -s processes -w 2
	[ "$(wc -l <err)" -eq 1 ] || fail "$(cat err)"
}

@test 'a worker killed in a later round: the rounds before it are no result' {
	# A round is some milliseconds; who was seen at work is past the first.
	start "$SUMSQ" run -s processes -w 2 --rounds 1000000 --json=document 1e8
	await 60 at_work 3 || fail 'it did not begin'
	kill -KILL "$(session "$PID" | awk -v leader="$PID" '$1 != leader && $2 == "sumsq" { print $1 }' | tail -1)"
	finish
	[ "$ENDED" -eq 1 ] || fail "exit code $ENDED"
	[ ! -s out ] || fail "results: $(cat out)"
	[ ! -e document ] || fail "a document: $(cat document)"
	grep -q '^sumsq: .*killed by signal 9' err || fail "$(cat err)"
	all_gone
}

@test 'a rank killed: exit 1 within a second, no orphan' {
	need_mpi
	lost 3 -s mpi -n 2
	lost 3 -s mpi+openmp -n 2 -w 1
}

@test 'a rank killed is said in one line' {
	need_mpi
	lost 3 -s mpi -n 2
	[ "$(wc -l <err)" -eq 1 ] || fail "$(cat err)"
}

@test 'the program killed: no orphan' {
	need_mpi
	for strategy in processes mpi; do
		start "$SUMSQ" run -s $strategy 1e13
		await 20 at_work 3 || fail 'it did not begin'
		kill -KILL "$PID"
		finish
		[ "$ENDED" -eq 137 ]
		await 20 no_orphan || fail "orphans: $(session "$PID")"
	done
}

# A signal to the program alone, or to all of its process group as a shell's Ctrl-C, timeout(1) and
# batch systems send it.
signalled() { # signal, alone or group, exit code, processes at work, command ...
	local signal=$1 whom=$2 code=$3 processes=$4
	shift 4

	start "$@"
	await 30 at_work "$processes" || fail 'it did not begin'
	if [ "$whom" = group ]; then
		kill "-$signal" -- "-$PID"
	else
		kill "-$signal" "$PID"
	fi
	finish
	[ "$ENDED" -eq "$code" ] || fail "$*: exit code $ENDED, not $code: $(cat err)"
	[ ! -s out ] || fail "$*: results: $(cat out)"
	all_gone
}

@test 'Ctrl-C by openmp: exit 130' {
	signalled INT alone 130 1 "$SUMSQ" run 1e13
	signalled INT group 130 1 "$SUMSQ" run 1e13
}

@test 'Ctrl-C by processes: exit 130, no orphan' {
	signalled INT alone 130 3 "$SUMSQ" run -s processes -w 2 1e13
	signalled INT group 130 3 "$SUMSQ" run -s processes -w 2 1e13
}

@test 'Ctrl-C by mpi, to the program alone: exit 130, no orphan, nothing left behind' {
	need_mpi
	signalled INT alone 130 3 "$SUMSQ" run -s mpi -n 2 1e13
}

@test 'Ctrl-C by mpi, to the process group: exit 130, no orphan, nothing left behind' {
	need_mpi
	for _ in 1 2 3; do
		signalled INT group 130 3 "$SUMSQ" run -s mpi -n 2 1e13
	done
}

@test 'SIGTERM: exit 143, no orphan, nothing left behind' {
	signalled TERM alone 143 1 "$SUMSQ" run 1e13
	signalled TERM alone 143 3 "$SUMSQ" run -s processes -w 2 1e13
	need_mpi
	signalled TERM alone 143 3 "$SUMSQ" run -s mpi -n 2 1e13
}

@test 'timeout(1) around mpi: nothing left behind' {
	need_mpi
	for _ in 1 2 3; do
		run timeout 1.5 "$SUMSQ" run -s mpi -n 2 1e13
		[ "$status" -eq 124 ]
		[ -z "$output" ]
		await 20 no_leftover || fail "left behind: $(find "$TMPDIR" -mindepth 1 -maxdepth 2)"
	done
}

@test 'SIGHUP: exit 129; under nohup it goes on' {
	need_mpi
	signalled HUP alone 129 3 "$SUMSQ" run -s mpi -n 2 1e13
	for strategy in openmp mpi; do
		terms=$(terms_for 4 -s openmp)
		start env --ignore-signal=HUP "$SUMSQ" run -s $strategy "$terms"
		await 20 at_work 1
		kill -HUP "$PID"
		finish
		[ "$ENDED" -eq 0 ] || fail "$strategy: exit code $ENDED: $(cat err)"
		[ "$(cat out)" = "$(sums "$terms")" ]
	done
}

# Ctrl-C as it is typed: the terminal sends it to all of the foreground.
typed() { # processes at work, command ...
	local processes=$1
	shift

	start_on_terminal "$@"
	await 30 at_work "$processes" || fail "it did not begin: $(cat screen)"
	printf '\003' >&"$KEYS"
	finish
	exec {KEYS}>&-
	rm keys pid
	[ "$ENDED" -eq 130 ] || fail "$*: exit code $ENDED: $(cat screen)"
	all_gone
}

@test 'Ctrl-C on a terminal: exit 130, no orphan, nothing left behind' {
	need script
	typed 1 "$SUMSQ" run 1e13
	typed 3 "$SUMSQ" run -s processes -w 2 1e13
	need_mpi
	typed 3 "$SUMSQ" run -s mpi -n 2 1e13
}

# compare is at a measurement by mpi when two ranks of it are seen.
ranks_seen() {
	session "$PID" >processes
	grep -q ' mpirun$' processes && [ "$(grep -c ' sumsq$' processes)" -ge 3 ]
}

compare_at_ranks() { # start or start_on_terminal
	"$1" "$SUMSQ" compare --rounds 100 -c 2 "$(terms_for 0.4 -s serial)"
	await 60 ranks_seen || fail 'no ranks were seen'
	# Well into MPI.
	sleep 0.3
}

# Open MPI 4.1 itself leaves files, or its session's folder, when it is interrupted at a bad moment: once
# in some ten times, so that it may happen once in a test. An orphan may not.
gone_but_for_once() {
	await 20 no_orphan || fail "orphans: $(session "$PID")"
	await 20 no_leftover && return
	rm -rf "${TMPDIR:?}"/*
	[ -z "${LEFT_BEFORE-}" ] || fail 'left behind twice'
	LEFT_BEFORE=yes
}

@test 'Ctrl-C at compare: exit 130, no orphan, nothing left behind' {
	need_mpi
	for whom in "" -; do
		compare_at_ranks start
		kill -INT -- "$whom$PID"
		finish
		[ "$ENDED" -eq 130 ]
		[ ! -s out ] || grep -q "nothing can be said of the rows\|Too few rounds" out
		gone_but_for_once
	done
}

@test 'Ctrl-C at compare on a terminal: exit 130, no orphan, nothing left behind' {
	need script
	need_mpi
	for _ in 1 2; do
		compare_at_ranks start_on_terminal
		printf '\003' >&"$KEYS"
		finish
		exec {KEYS}>&-
		rm keys pid
		[ "$ENDED" -eq 130 ]
		gone_but_for_once
	done
}

@test 'SIGTERM at compare: exit 143, no orphan, nothing left behind' {
	need_mpi
	compare_at_ranks start
	kill -TERM "$PID"
	finish
	[ "$ENDED" -eq 143 ]
	all_gone
}
