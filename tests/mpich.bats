#!/usr/bin/env bats
# Built with MPICH: its ranks and its launcher. On one host: its 4.0.2 with UCX over TCP, Debian's, does not always leave
# MPI_Finalize() where ranks are on several.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

MPICH=$ROOT/build/mpich/sumsq

need_mpich() {
	need mpiexec.hydra
	[ -x "$ROOT/build/mpich/sumsq" ] || skip 'not built with MPICH: make BUILD=build/mpich MPICC=mpicc.mpich'
}

setup_file() {
	file_needs need_mpich || return 0
}

@test 'MPICH: ranks that we start, and that mpiexec does, do one job' {
	run -0 --separate-stderr bounded "$MPICH" list --json
	[[ $output == *MPICH* ]] || [[ $(bounded "$MPICH" run -q --json 10) == *'"mpi": "MPICH'* ]]
	for schedule in static dynamic guided; do
		run -0 --separate-stderr bounded "$MPICH" run -q --json -s mpi -n 3 --schedule $schedule 1e8 10
		json 'd["results"][0]["sum"] == "333333328333333350000000" and d["runs"][0]["ranks"] == 3'
		json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8 + 10'
	done
	run -0 --separate-stderr bounded mpiexec.hydra -n 2 "$MPICH" run -s mpi+openmp -w 2 10 5:10
	[ "$output" = $'10\t285\n5:10\t255' ]
	[[ $stderr == *'mpi+openmp: 4 workers'* ]]
	run -0 --separate-stderr bounded "$MPICH" compare -q --json -c 2 --rounds 1 1e7
	json '[row["missing"] for row in d["runs"]] == 6 * [None]'
}

@test 'MPICH: wrong requests, and mpirun of Open MPI, are refused' {
	refused 2 "'x'" "$MPICH" run -s mpi -n 2 x
	refused 2 'mpirun starts no ranks of MPICH' "$MPICH" run -s mpi --launcher mpirun 10
	need mpirun
	run --separate-stderr ranks 2 "$MPICH" run 10
	[ "$status" -eq 4 ] && [ -z "$output" ] && [ "$(grep -c '^sumsq: ' <<<"$stderr")" -eq 1 ] || fail 'mpirun of another MPI'
}

# Ranks of this test, whose sessions are their launcher's.
its_ranks() {
	local pid

	for pid in $(pgrep -x sumsq); do
		[ "$(readlink "/proc/$pid/exe")" != "$(realpath "$MPICH")" ] || [ "$pid" -eq "$PID" ] || echo "$pid"
	done
}

two_ranks() {
	[ "$(its_ranks | wc -l)" -eq 2 ]
}

no_rank() {
	[ -z "$(its_ranks)" ]
}

@test 'MPICH: a rank killed is said with its host, and nothing is left' {
	start "$MPICH" run -s mpi -n 2 1e13
	await 20 two_ranks || fail 'no ranks'
	sleep 1
	kill -KILL "$(its_ranks | tail -1)"
	finish
	[ "$ENDED" -eq 1 ] && [ ! -s out ] || fail "exit code $ENDED: $(cat out)"
	grep -q '^sumsq: a rank on [^ ]* was killed by signal 9 (Killed): the run is lost' err || fail "$(cat err)"
	await 5 no_rank || fail 'a rank is left'
	all_gone
}

# MPICH's MPI_Abort() waits for a rank that is stopped.
@test 'MPICH: rank 0 stopped is named, and nothing is left' {
	local pid

	start "$MPICH" run -s mpi -n 2 --patience 2 1e13
	await 20 two_ranks || fail 'no ranks'
	sleep 1
	for pid in $(its_ranks); do
		! grep -qz '^PMI_RANK=0$' "/proc/$pid/environ" || kill -STOP "$pid"
	done
	finish
	[ "$ENDED" -eq 1 ] && [ ! -s out ] || fail "exit code $ENDED: $(cat out)"
	grep -q '^sumsq: rank 1: rank 0 on [^ ]* has said nothing for ' err || fail "$(cat err)"
	await 5 no_rank || fail 'a rank is left'
	all_gone
}
