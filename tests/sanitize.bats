#!/usr/bin/env bats
# The programs built with sanitizers find nothing to say: addresses, leaks, undefined behaviour, data
# races.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

ASAN=$BATS_TEST_DIRNAME/../build/asan
TSAN=$BATS_TEST_DIRNAME/../build/tsan
ARCHER=/usr/lib/llvm-14/lib/libarcher.so

# Slow unwinding: Open MPI's libraries have no frame pointers, and its components are gone by the
# time that leaks are looked for.
with_asan() {
	export ASAN_OPTIONS=exitcode=99:detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=50
	export LSAN_OPTIONS=suppressions=$BATS_TEST_DIRNAME/lsan.supp:print_suppressions=0
	export UBSAN_OPTIONS=print_stacktrace=1
	[ -x "$ASAN/sumsq" ] || fail 'build/asan was not built'
}

with_tsan() {
	export TSAN_OPTIONS='ignore_noninstrumented_modules=1 halt_on_error=1 exitcode=99'
	[ -x "$TSAN/sumsq" ] || fail 'build/tsan was not built'
	[ -e "$ARCHER" ] || skip "$ARCHER is not here: the OpenMP runtime cannot be followed"
	export OMP_TOOL_LIBRARIES=$ARCHER
}

clean() { # exit code, command ...
	local code=$1
	shift

	run --separate-stderr bounded "$@"
	if [[ $stderr$output =~ Sanitizer|'runtime error' ]]; then
		fail "$*: $(grep -A 12 -Em 1 'Sanitizer|runtime error' <<<"$stderr$output")"
	fi
	[ "$status" -eq "$code" ] || fail "$*: exit code $status, not $code"
}

@test 'addresses and leaks are watched' {
	with_asan
	nm "$ASAN/sumsq" | grep -q __asan_init
	nm "$ASAN/sumsq" | grep -q __ubsan_handle
}

@test 'ASan: run, with each strategy, schedule and format' {
	with_asan
	for strategy in serial async openmp processes; do
		for schedule in static dynamic guided static,1000; do
			clean 0 "$ASAN/sumsq" run -s $strategy --schedule $schedule --rounds 2 10 1e6 5:10 0
		done
	done
	clean 0 "$ASAN/sumsq" run -w 3 --json=j --csv=c --markdown 10 5:5
	clean 0 "$ASAN/sumsq" run -s processes -w 7 -k 3 -v --json
	seq 1 1000 >tasks
	clean 0 "$ASAN/sumsq" run -f tasks 10
	clean 0 "$ASAN/sumsq" run -f - <tasks
}

@test 'ASan: run, with each kernel' {
	with_asan
	for kernel in $(usable_kernels); do
		clean 0 "$ASAN/sumsq" run --kernel "$kernel" 4294960000:4294968000 67108000:67109999 100000 1
	done
}

@test 'ASan: run by mpi' {
	need_mpi
	with_asan
	for schedule in static dynamic guided dynamic,1000; do
		clean 0 "$ASAN/sumsq" run -s mpi -n 2 --schedule $schedule 10 1e7
	done
	clean 0 "$ASAN/sumsq" run -s mpi -n 2 --json --rounds 2 10 1e6
}

@test 'ASan: run by mpi+openmp and mpi+async' {
	need_mpi
	with_asan
	clean 0 "$ASAN/sumsq" run -s mpi+openmp -n 2 -w 2 10 1e7
	clean 0 "$ASAN/sumsq" run -s mpi+async -n 2 -k 3 10 1e7
}

@test 'ASan: compare' {
	with_asan
	# Measurements that fail would only be rows that are missing.
	clean 0 "$ASAN/sumsq" compare --rounds 1 --json=document 10 1e6
	json 'all(row["verified"] or row["missing"] == "built without MPI" for row in d["runs"])' document
	clean 0 "$ASAN/sumsq" compare --rounds 2 --json 10 1e6
	clean 0 "$ASAN/sumsq" compare --rounds 2 --markdown 10 5:10
	clean 0 env PATH=/no/such "$ASAN/sumsq" compare --rounds 1 --csv 10
}

@test 'ASan: scale, and compare of its results' {
	with_asan
	clean 0 "$ASAN/sumsq" scale --rounds 2 -c 1-3 --json=good.json --extrap=lines 1e7
	clean 0 "$ASAN/sumsq" scale --rounds 2 -c 1,2 --weak -s openmp --bind close,spread --csv 1e6
	# Of two samples nothing can be told.
	clean 5 "$ASAN/sumsq" compare good.json good.json --markdown
	clean 2 "$ASAN/sumsq" scale -c 0-4
	head -c 500 good.json >damaged.json
	clean 2 "$ASAN/sumsq" compare damaged.json good.json
}

@test 'ASan: fetchall, with each strategy' {
	with_asan
	for strategy in serial 'async -k 7' 'openmp -w 3 -k 2' 'processes -w 3'; do
		# shellcheck disable=SC2086 # words on purpose
		clean 0 "$ASAN/fetchall" run -s $strategy --json
		json 'all(row["error"] is None for row in d["results"]) and len(d["results"]) == 200'
	done
	clean 0 "$ASAN/fetchall" scale --rounds 1 -c 1,4 --json
	clean 1 "$ASAN/fetchall" run -s async http://127.0.0.1:9/ http://nosuch.invalid/
	clean 2 "$ASAN/fetchall" run file:///etc/passwd
}

@test 'ASan: fetchall by mpi' {
	need_mpi
	with_asan
	clean 0 "$ASAN/fetchall" run -s mpi+async -n 2 -k 5 --json
	json 'r["mpi+async"]["peak_inflight"] == 10'
}

@test 'ASan: check, race, checkpoints' {
	with_asan
	clean 0 "$ASAN/sumsq" check --time 0.05 --json
	CORESCALE_SPOIL_PU=0 clean 3 "$ASAN/sumsq" check --time 0.05 --pus 0
	clean 0 "$ASAN/sumsq" race --rounds 1 -w 3 --tasks 100
	for words in '-s openmp -w 2' '-s processes -w 3 --survive' '-s serial'; do
		head -c -5 kept >shortened 2>/dev/null || true
		# shellcheck disable=SC2086 # words on purpose
		clean 0 "$ASAN/sumsq" run $words --checkpoint kept 10 1e7 5:5 5:10
		# shellcheck disable=SC2086 # words on purpose
		clean 0 "$ASAN/sumsq" run $words --checkpoint shortened 10 1e7 5:5 5:10
	done
	clean 2 "$ASAN/sumsq" run --checkpoint kept 11
}

@test 'ASan: list, help, version' {
	with_asan
	for words in list 'list --json' 'list --csv' 'list --markdown' --help 'run --help' --help=man \
		--help=bash --version; do
		# shellcheck disable=SC2086 # words on purpose
		clean 0 "$ASAN/sumsq" $words
	done
}

@test 'ASan: bad input' {
	with_asan
	printf '10\n20\0\n' >binary
	head -c 100000 /dev/zero | tr '\0' 7 >long
	for words in '' nope --nope 'run x' 'run -1' 'run 10:5' 'run 1e400' 'run 4503599627370496' \
		'run 10 11 12 4503599627370497' 'run -w 0' 'run -w' 'run -s nope' 'run -s serial -w 2' \
		'run --kernel nope' 'run --schedule nope' 'run --schedule static,0' 'run -f binary' \
		'run -f long' 'run -f /no/such' 'run -f .' 'run --json --csv' 'run -w 1000000' \
		'run --json=/no/such/file 10' 'run --json=new --csv=/no/such/file 10' \
		'compare x' 'compare 10 20 10:5' 'compare -f binary' 'compare -c 0' 'compare -w 2' \
		'list x' 'list --nope' --help=nope 'run --places nope' 'run --max-time nan'; do
		# shellcheck disable=SC2086 # words on purpose
		clean 2 "$ASAN/sumsq" $words </dev/null
	done
	clean 1 full "$ASAN/sumsq" run 10
	clean 1 without_stdout "$ASAN/sumsq" list
	clean 2 env OMP_THREAD_LIMIT=1 "$ASAN/sumsq" run -w 2 10
}

@test 'ASan: a worker that is killed' {
	with_asan
	start "$ASAN/sumsq" run -s processes -w 2 1e13
	await 30 at_work 3 || fail 'it did not begin'
	kill -KILL "$(session "$PID" | awk -v leader="$PID" '$1 != leader { print $1; exit }')"
	finish
	[ "$ENDED" -eq 1 ]
	run ! grep Sanitizer err
}

# The units that were built, one TAP program each.
units() { # build folder
	local unit found=

	for unit in "$1"/tests/test_*; do
		[[ -x $unit && -f $unit && $unit != *.* ]] || continue
		found=yes
		clean 0 "$unit"
	done
	[ -n "$found" ] || skip 'no units were built'
}

@test 'ASan: the units' {
	with_asan
	cd "$ROOT"
	units "$ASAN"
}

@test 'races are watched' {
	with_tsan
	nm "$TSAN/sumsq" | grep -q __tsan_init
}

@test 'TSan: openmp, with each schedule and 2, 3, 7 workers' {
	with_tsan
	for schedule in {static,dynamic,guided}{,',1000'}; do
		for workers in 2 3 7; do
			clean 0 "$TSAN/sumsq" run -q -s openmp --schedule "$schedule" -w "$workers" --rounds 3 \
				10 1e7 5:10
			[ "$output" = $'10\t285\n10000000\t333333283333335000000\n5:10\t255' ]
		done
	done
}

@test 'TSan: a checkpoint, while threads commit' {
	with_tsan
	# Long enough to be written before the end.
	for words in '--schedule dynamic' '--schedule static'; do
		# shellcheck disable=SC2086 # words on purpose
		clean 0 "$TSAN/sumsq" run -q -s openmp -w 3 --kernel scalar $words --checkpoint "kept.${words##* }" 3e9
		[ "$output" = "$(sums 3000000000)" ]
	done
	clean 0 "$TSAN/sumsq" race --way unsynchronised -w 3 --tasks 100
}

@test 'TSan: openmp, with items in flight' {
	with_tsan
	clean 0 "$TSAN/sumsq" run -q -s openmp -w 3 -k 3 --rounds 3 10 1e7 5:10
}

@test 'TSan: threads that download' {
	with_tsan
	clean 0 "$TSAN/fetchall" run -q -s openmp -w 4 -k 5
	[ "$(grep -c '^Read 1[0-9]* bytes from ' <<<"$output")" -eq 200 ]
}

@test 'TSan: the progress of a team' {
	with_tsan
	need script
	terms=$(SUMSQ=$TSAN/sumsq terms_for 3 -s openmp)
	# Progress is shown of what takes a while, which this job may not on a machine that is busy no more.
	for try in 1 2 3 4; do
		rm -f keys pid
		start_on_terminal "$TSAN/sumsq" run -s openmp -w 3 "$terms"
		finish
		[ "$ENDED" -eq 0 ] || fail "$(cat screen)"
		run ! grep Sanitizer screen
		! grep -q ' left' screen || return 0
		terms=$((2 * terms))
	done
	fail "no progress after $try tries: $(cat screen)"
}

@test 'TSan: the units' {
	with_tsan
	cd "$ROOT"
	units "$TSAN"
}
