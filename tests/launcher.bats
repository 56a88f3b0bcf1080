#!/usr/bin/env bats
# Ranks that the program starts itself: what reaches them, what their end means, what is left behind.
# shellcheck disable=SC2154 # bats sets stderr
# The scripts of fake_mpirun are expanded where they run.
# shellcheck disable=SC2016

load helpers

setup_file() {
	file_needs need_mpi || return 0
}

# A mpirun of the test's own, first in PATH: a shell script. REAL is the system's.
fake_mpirun() { # script
	REAL=$(command -v mpirun)
	mkdir -p bin
	printf '#!/bin/sh\n%s\n' "$1" >bin/mpirun
	chmod +x bin/mpirun
	export REAL PATH=$PWD/bin:$PATH
}

# Nothing of a launch is left in the folders that it was given.
nothing_left() {
	[ -z "$(find "$TMPDIR" -mindepth 1)" ] || fail "left behind: $(find "$TMPDIR" -mindepth 1)"
}

@test 'operands are no words of mpirun: nothing of what was typed is run' {
	refused 2 "':'" "$SUMSQ" run -s mpi -n 2 10 : touch made
	refused 2 "':'" "$SUMSQ" run -s mpi -n 2 :
	refused 2 "'--app'" "$SUMSQ" run -s mpi -n 2 -- --app file
	[ ! -e made ]
	nothing_left
}

@test 'what mpirun is given has nothing of what was typed in it' {
	fake_mpirun 'printf "%s\n" "$@" >>words; exec "$REAL" "$@"'
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 --schedule dynamic,7 --json=out.json 10 5:10 4711
	[ "$output" = "$(sums 10 5:10 4711)" ]
	run ! grep -E '4711|schedule|json|5:10' words
	json 'd["argv"][1:] == ["run", "-q", "-s", "mpi", "-n", "2", "--schedule", "dynamic,7", "--json=out.json", "10", "5:10", "4711"]' out.json
	json 'd["runs"][0]["schedule"] == "dynamic,7"' out.json
}

@test 'wrong input fails before anything is launched, with the code of serial' {
	fake_mpirun 'touch started; exec "$REAL" "$@"'
	echo 'not a task' >list
	local -a wrong=("x" "10:5" "-f /no/such" "-f list" "--json=/no/such/file 10" "9e18" "--kernel nope 10")
	for words in "${wrong[@]}"; do
		# shellcheck disable=SC2086
		run --separate-stderr bounded "$SUMSQ" run -s serial $words
		local code=$status said=$stderr
		# shellcheck disable=SC2086
		run --separate-stderr bounded "$SUMSQ" run -s mpi -n 2 $words
		[ "$status" -eq "$code" ] || fail "$words: $status, not $code"
		[ "$stderr" = "$said" ] || fail "$words: not what serial says: $said"
	done
	[ ! -e started ]
}

@test 'a list comes from a file, a pipe, standard input, or a descriptor' {
	seq 1 5000 >list
	local right
	right=$(sums $(seq 1 5000))
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 -f list
	[ "$output" = "$right" ]
	by_descriptor() { timeout 60 "$SUMSQ" run -q -s mpi -n 2 -f <(cat list); }
	run -0 --separate-stderr by_descriptor
	[ "$output" = "$right" ]
	by_stdin() { timeout 60 "$SUMSQ" run -q -s mpi -n 2 -f - <list; }
	run -0 --separate-stderr by_stdin
	[ "$output" = "$right" ]
	by_pipe() { seq 1 5000 | timeout 60 "$SUMSQ" run -q -s mpi -n 2 -f - 7; }
	run -0 --separate-stderr by_pipe
	[ "$output" = "$right"$'\n'"$(sums 7)" ]
}

@test 'a hundred thousand operands' {
	local tasks
	mapfile -t tasks < <(seq 1000000 1100000)
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 --csv=table "${tasks[@]}"
	[ "${#lines[@]}" -eq 100001 ]
	[ "$(wc -l <table)" -eq 100002 ]
}

@test 'the program in a folder with an odd name' {
	mkdir 'a b : %s'
	cp "$SUMSQ" 'a b : %s/sumsq'
	run -0 --separate-stderr bounded './a b : %s/sumsq' run -q -s mpi -n 2 10
	[ "$output" = $'10\t285' ]
}

@test 'repeated, and the embedded job' {
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 --repeat 3 10 20
	[ "$output" = "$(sums 10 20 10 20 10 20)" ]
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2
	[ "${#lines[@]}" -eq 20 ]
}

@test 'a mpirun that hangs is ended, with what it started' {
	fake_mpirun 'trap "" TERM INT HUP; setsid sleep 600 & echo $! >pid; while :; do sleep 600; done'
	refused 1 'did not start 2 ranks within 1 s|--start-timeout' "$SUMSQ" run -s mpi -n 2 --start-timeout 1 10
	run ! kill -0 "$(cat pid)"
	nothing_left
}

@test 'a mpirun that hangs after the result: killed, the result stands' {
	fake_mpirun '"$REAL" "$@"; trap "" TERM; while :; do sleep 600; done'
	run -0 --separate-stderr bounded "$SUMSQ" run -s mpi -n 2 10
	[ "$output" = $'10\t285' ]
	[[ $stderr == *'warning: mpirun did not end within 10 s of the result'* ]]
	nothing_left
}

@test 'a second signal ends it, whatever mpirun does' {
	fake_mpirun 'trap "" TERM INT HUP; touch up; while :; do sleep 600; done'
	start "$SUMSQ" run -s mpi -n 2 1e13
	await 20 test -e up
	kill -TERM "$PID"
	sleep 0.6
	kill -TERM "$PID"
	await 20 has_ended "$PID" || fail 'it waits on'
	finish
	[ "$ENDED" -eq 143 ]
	all_gone
}

@test 'no result, no 0: a mpirun that ends without' {
	fake_mpirun 'exit 0'
	refused 1 'mpirun ended with code 0|no result' "$SUMSQ" run -s mpi -n 2 10
	for code in 1 4 13 132 134 137 141; do
		fake_mpirun "exit $code"
		refused 1 "mpirun ended with code $code before" "$SUMSQ" run -s mpi -n 2 10
		[[ $stderr != *signal* ]]
	done
}

@test 'words of mpirun are no output of ours' {
	fake_mpirun 'echo 2 total processes failed to start; exit 1'
	run --separate-stderr bounded "$SUMSQ" run -s mpi -n 2 10
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ $stderr == '2 total processes failed to start'*'sumsq: mpirun ended with code 1 before'* ]]
}

@test 'why a trial failed is its first line that is not empty' {
	fake_mpirun 'printf "\n\n2 total processes failed to start\n" >&2; exit 1'
	run --separate-stderr "$SUMSQ" scale -s mpi -c 2 --rounds 1 10
	[[ $stderr == *'sumsq: mpi: 2 total processes failed to start'* ]]
}

# mpirun of Open MPI 5.0.7 sends parts of it twice.
@test 'a job that a launcher changes on its way is refused' {
	fake_mpirun 'sed s/^77$/78/ | "$REAL" "$@"'
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 76
	[ "$output" = "$(sums 76)" ]
	run --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 77
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ $stderr == *'did not come through standard input as it was sent'* ]] || fail 'it does not say so'
	nothing_left
}

@test 'output cut off before its last word is no result' {
	fake_mpirun '"$REAL" "$@" | head -c 12'
	run --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 2 10 20
	[ "$status" -eq 1 ]
	[[ $stderr == *'no result'* ]]
}

@test 'mpirun ended by TERM, INT, HUP or KILL: said, exit 1, nothing left' {
	for signal in TERM INT HUP KILL; do
		start "$SUMSQ" run -s mpi -n 2 1e13
		await 20 at_work 3 || fail 'it did not begin'
		kill -"$signal" "$(session "$PID" | awk '$2 ~ /^(mpi|prte)run$/ { print $1 }')"
		finish
		[ "$ENDED" -eq 1 ] || fail "$signal: $ENDED"
		grep '^sumsq: mpirun ' err || fail "$signal: $(cat err)"
		[ ! -s out ]
		all_gone
		nothing_left
	done
}

@test 'a rank killed: its number and signal are said' {
	start "$SUMSQ" run -s mpi -n 2 1e13
	await 20 at_work 3 || fail 'it did not begin'
	kill -KILL "$(session "$PID" | awk -v us="$PID" '$2 == "sumsq" && $1 != us { print $1 }' | tail -1)"
	finish
	[ "$ENDED" -eq 1 ]
	grep -E '^sumsq: rank [01] on [^ ]+ was killed by signal 9 \(Killed\): the run is lost$' err
	all_gone
	nothing_left
}

@test 'a mpirun that only runs its last words does not recurse' {
	fake_mpirun 'echo again >>again; while [ "$1" != -n ]; do shift; done; shift 2; exec "$@"'
	refused 4 'mpirun is in PATH|no launcher of MPI' "$SUMSQ" run -s mpi -n 2 10
	[ "$(wc -l <again)" -eq 1 ]
}

@test 'no mpirun: exit 4, and list says why' {
	mkdir -p empty
	without() { PATH=$PWD/empty "$SUMSQ" "$@"; }
	refused 4 'no mpirun in PATH' without run -s mpi 10
	run -0 --separate-stderr without list --json
	json 'all(s["missing"] == "no mpirun in PATH" for s in d["strategies"] if s["strategy"].startswith("mpi"))'
}

@test 'variables that are left from another job: refused, whatever the strategy' {
	refused 4 'OMPI_COMM_WORLD_SIZE=4|left from another job' env OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 "$SUMSQ" run 10
	refused 4 'OMPI_COMM_WORLD_SIZE=1' env OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0 "$SUMSQ" run -s mpi -n 4 10
	refused 4 'OMPI_COMM_WORLD_RANK=7' env OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=7 "$SUMSQ" list
	refused 4 'do not fit' env OMPI_COMM_WORLD_SIZE=x OMPI_COMM_WORLD_RANK=0 "$SUMSQ" run 10
	refused 4 'SLURM_STEP_NUM_TASKS=1' env PMIX_RANK=0 SLURM_STEP_NUM_TASKS=1 "$SUMSQ" run -s mpi -n 4 10
	refused 4 'left from another job' env OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0 \
		'PMIX_SERVER_URI2=1.0;tcp4://127.0.0.1:1' "$SUMSQ" run 10
	run -0 --separate-stderr bounded env PMIX_RANK=3 PMIX_NAMESPACE=12 'PMIX_SERVER_URI2=1.0;tcp4://127.0.0.1:1' \
		'OMPI_MCA_ess=^singleton' 'OMPI_MCA_orte_hnp_uri=1.0;tcp://127.0.0.1:1' "$SUMSQ" run -q -s mpi -n 3 --csv=table 10
	[ "$output" = $'10\t285' ]
}

@test 'in a shell of another job, what that was told is kept from our ranks' {
	in_a_rank() {
		timeout 60 mpirun -n 1 sh -c 'unset OMPI_COMM_WORLD_SIZE; exec "$@"' sh "$SUMSQ" run -q -s mpi -n 2 10 </dev/null
	}
	run -0 --separate-stderr in_a_rank
	[ "$output" = $'10\t285' ]
}

@test 'MPI does not say what the launcher said: an error that names both' {
	lie() { timeout 60 mpirun --oversubscribe -n 2 sh -c 'export OMPI_COMM_WORLD_SIZE=3; exec "$@"' sh "$SUMSQ" run 10 </dev/null; }
	run --separate-stderr lie
	[ "$status" -eq 4 ]
	[ -z "$output" ]
	[[ $stderr == *'of 3, and MPI that it is rank '[01]' of 2'* ]]
}

@test 'too small a folder for temporary files: said at once' {
	[ "$(id -u)" -eq 0 ] || skip 'mounting needs root'
	mkdir small
	mount -t tmpfs -o size=300k none small 2>/dev/null || skip 'nothing can be mounted here'
	TMPDIR=$PWD/small run --separate-stderr bounded "$SUMSQ" run -s mpi -n 2 10
	umount small
	[ "$status" -eq 1 ]
	[[ $stderr == 'sumsq: the ranks need '*'set TMPDIR to another place' ]]
}

@test 'what a killed run left is swept by the next, what a living one has is not' {
	export OMPI_MCA_btl_vader_backing_directory=$PWD/shared
	mkdir shared
	start "$SUMSQ" run -s mpi -n 2 1e13
	await 20 at_work 3 || fail 'it did not begin'
	[ "$(find "$TMPDIR" shared -maxdepth 1 -name 'corescale-*' | wc -l)" -eq 2 ]
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 1 10
	[ "$(find "$TMPDIR" shared -maxdepth 1 -name 'corescale-*' | wc -l)" -eq 2 ]
	kill -KILL "$PID"
	finish
	await 8 no_orphan
	run -0 --separate-stderr bounded "$SUMSQ" run -q -s mpi -n 1 10
	nothing_left
	[ -z "$(ls -A shared)" ]
}

@test 'killed, we leave no mpirun that does not end by itself' {
	start "$SUMSQ" run -s mpi -n 2 1e13
	await 20 at_work 3 || fail 'it did not begin'
	kill -STOP "$(session "$PID" | awk '$2 ~ /^(mpi|prte)run$/ { print $1 }')"
	kill -KILL "$PID"
	finish
	await 15 no_orphan || fail "orphans: $(session "$PID")"
}

@test 'a build with the OpenMP of clang leaves nothing in /dev/shm' {
	local clang=$ROOT/build/clang/sumsq
	[ -x "$clang" ] || skip 'no build/clang: make check makes it'
	for words in '-s mpi+openmp -n 2 -w 2' '-s mpi -n 2'; do
		# shellcheck disable=SC2086
		start "$clang" run -q $words 10
		finish
		[ "$ENDED" -eq 0 ]
		run ! ls /dev/shm/__KMP_REGISTERED_LIB_"$PID"_*
	done
	# Those of other processes, which have ended too: nobody else's, and not of one that ends just now.
	registered() { find /dev/shm -maxdepth 1 -name '__KMP_REGISTERED_LIB_*' -newer before; }
	touch before
	run -0 --separate-stderr bounded "$clang" run -q -s mpi+openmp -n 2 -w 2 10
	for name in $(registered); do
		pid=${name#*LIB_}
		kill -0 "${pid%_*}" || [ ! -e "$name" ] || fail "left behind: $name"
	done
}

@test 'too little memory for a rank: said in bounded time' {
	limited() { (ulimit -v 80000 && timeout 60 "$SUMSQ" run -s mpi -n 2 --start-timeout 20 10); }
	run --separate-stderr limited
	[ "$status:$output" != $'0:10\t285' ] || skip 'it is enough for the ranks of this MPI'
	[ "$status" -eq 1 ] || [ "$status" -eq 4 ]
	[ -z "$output" ]
	grep '^sumsq: ' <<<"$stderr"
	nothing_left
}

@test 'compare holds its time when a mpirun hangs' {
	fake_mpirun 'trap "" TERM INT HUP; setsid sleep 600 & echo $! >>pids; while :; do sleep 600; done'
	run --separate-stderr bounded "$SUMSQ" compare --start-timeout 1 --rounds 1 1e6
	[ -s pids ]
	while read -r pid; do
		run ! kill -0 "$pid"
	done <pids
	nothing_left
}
