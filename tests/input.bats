#!/usr/bin/env bats
# Where a job comes from: what is piped in, lists, and how long it may take.
# shellcheck disable=SC2154,SC2002,SC2317 # bats sets stderr

load helpers

FETCHALL=$ROOT/build/fetchall

SAID='sumsq: reads TASKs from standard input, which is'

# What is said of the team is not what is tested here.
reads() { # kind, command ...
	local kind=$1
	shift

	run -0 --separate-stderr "$@"
	[ "$output" = $'10\t285\n5:7\t61' ] || fail "$*"
	[ "$(grep -c "^$SAID $kind\$" <<<"$stderr")" -eq 1 ] || fail "$*"
}

embedded() { # command ...
	run -0 --separate-stderr "$@"
	[ "${#lines[@]}" -eq 20 ] || fail "$*"
	[[ ${lines[0]} == 10000000$'\t'* ]] || fail "$*"
	[[ $stderr != *"$SAID"* ]] || fail "$*"
}

@test 'a pipe is read, and so is a file: said once, but for -q' {
	printf '10\n5:7\n' >tasks
	piped() { cat tasks | "$@"; } # a pipe on purpose: shellcheck disable=SC2002
	from_file() { "$@" <tasks; }
	reads 'a pipe' piped "$SUMSQ" run
	reads 'a file' from_file "$SUMSQ" run
	reads 'a pipe' piped "$SUMSQ" run -s processes --
	run -0 --separate-stderr piped "$SUMSQ" run -q
	[ "$output" = $'10\t285\n5:7\t61' ]
	[ -z "$stderr" ]
	run -0 --separate-stderr from_file "$SUMSQ" run -q --repeat 2
	[ "${#lines[@]}" -eq 4 ]
}

@test 'a socket is read' {
	run -0 --separate-stderr "$PYTHON" -c '
import os, socket, subprocess, sys
ours, theirs = socket.socketpair()
ours.send(b"10\n5:7\n")
ours.close()
subprocess.run(sys.argv[1:], stdin=theirs, check=True)' "$SUMSQ" run
	[ "$output" = $'10\t285\n5:7\t61' ]
	[[ $stderr == *"$SAID a socket"* ]]
}

@test 'what is piped in is the job of ranks, of compare and of scale' {
	printf '10\n5:7\n' >tasks
	from_file() { "$@" <tasks; }
	for words in 'compare -c 1' 'scale -c 1'; do
		# shellcheck disable=SC2086 # words on purpose
		run -0 --separate-stderr from_file "$WITHOUT_MPI" $words --rounds 1 --json
		json 'd["job"]["terms"] in (12, "12")' || fail "$words"
		[[ $stderr == *"$SAID a file"* ]]
	done
	need_mpi
	reads 'a file' from_file "$SUMSQ" run -s mpi -n 2
	nothing() { : | "$@"; }
	refused 2 'has no TASK' nothing "$SUMSQ" run -q -s mpi -n 2
}

@test 'what is piped into an mpirun is read by rank 0' {
	need_mpi
	printf '10\n5:7\n' >tasks
	from_file() { timeout 60 mpirun --oversubscribe --bind-to none -n 2 "$@" <tasks; }
	reads 'a pipe' from_file "$SUMSQ" run
	# Nothing is: the ranks get a pipe all the same.
	run -0 --separate-stderr ranks 2 "$SUMSQ" run
	[ "${#lines[@]}" -eq 20 ]
}

@test 'a terminal, a null device, no input: the embedded job' {
	from_null() { "$@" </dev/null; }
	embedded from_null "$SUMSQ" run
	embedded without_stdin "$SUMSQ" run
	need script
	run -0 timeout 30 script -qec "$SUMSQ run -q" /dev/null
	[ "${#lines[@]}" -eq 20 ]
}

@test 'what is piped in stays where it is if something else is given' {
	printf '10\n5:7\n' >tasks
	left() { # command ...
		{
			"$@" >/dev/null
			cat
		} <tasks
	}
	for words in 'run -q 3' 'run -q -f other' 'list' 'place' 'run --help' 'help run'; do
		echo 4 >other
		# shellcheck disable=SC2086 # words on purpose
		run -0 left "$SUMSQ" $words
		[ "$output" = $'10\n5:7' ] || fail "$words"
	done
}

@test 'a pipe or a file with nothing in it: refused, and what to do' {
	nothing() { : | "$@"; }
	comment() { echo '# none' | "$@"; }
	for verb in run compare scale; do
		refused 2 'standard input has no TASK in it|</dev/null' nothing "$SUMSQ" "$verb" -q
		refused 2 'standard input has no TASK in it|</dev/null' comment "$SUMSQ" "$verb" -q
	done
	# The line that it gives works.
	embedded sh -c "$SUMSQ run </dev/null"
}

@test 'a pipe that nobody writes to is no hang' {
	# Open for writing too, so that it has no end.
	mkfifo pipe
	idle() { timeout 50 "$@" <>pipe; }
	for verb in run compare scale; do
		refused 1 'nothing came|for 0.5 s|</dev/null|-f -' idle "$SUMSQ" "$verb" -q --max-time 0.5
	done
}

@test 'a list without an end is refused in bounded memory' {
	limited() {
		(
			ulimit -v 300000
			exec timeout 20 "$@"
		)
	}
	endless() { head -c 1000000000 /dev/zero | tr '\0' 7 | "$@"; }
	for verb in run compare scale; do
		refused 2 '/dev/zero:1:|NUL' limited "$SUMSQ" "$verb" -f /dev/zero
		refused 2 'standard input:1:|131072 bytes' endless limited "$SUMSQ" "$verb" -f -
	done
}

@test 'a long line: the longest is read, a longer one is named' {
	{
		seq 10
		head -c 131072 /dev/zero | tr '\0' '#'
		echo
		echo 11
	} >tasks
	run -0 --separate-stderr "$SUMSQ" run -q -f tasks
	[ "${#lines[@]}" -eq 11 ]
	{
		seq 10
		head -c 131073 /dev/zero | tr '\0' '#'
		echo
		echo 11
	} >tasks
	for verb in run compare; do
		refused 2 'tasks:11:|131072' "$SUMSQ" "$verb" -f tasks
	done
}

@test 'a huge line in the middle, and little memory: no short answer' {
	{
		seq 100
		head -c 200000000 /dev/zero | tr '\0' '#'
		echo
		seq 100
	} >tasks
	limited() {
		(
			ulimit -v 200000
			exec "$@"
		)
	}
	refused 2 'tasks:101:' limited "$SUMSQ" run -q -s serial -f tasks
}

@test 'lists of other systems: a byte order mark, lines that end in CR LF' {
	printf '\xef\xbb\xbf10\r\n5:7\r\n' >tasks
	run -0 --separate-stderr "$SUMSQ" run -q -f tasks
	[ "$output" = $'10\t285\n5:7\t61' ]
	printf '10\n\xef\xbb\xbf5:7\n' >tasks
	refused 2 'tasks:2:' "$SUMSQ" run -q -f tasks
	printf '\xef\xbb\xbf' >tasks
	refused 2 'no TASK' "$SUMSQ" run -q -f tasks
}

@test 'compare of a list that grows measures one job' {
	seq 5 >tasks
	grow() {
		# The list grows with every measurement that is begun.
		"$WITHOUT_MPI" compare -q --rounds 3 -c 1 --json -f tasks &
		local pid=$!
		while kill -0 $pid 2>/dev/null; do
			echo 1000 >>tasks
		done
		wait $pid
	}
	run -0 grow
	terms=$("$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["job"]["terms"])' <<<"$output")
	json "all(abs(row['rate'] * row['median_s'] - $terms) < 1e-6 * $terms for row in d['runs'] if not row['missing'])"
}

@test '--max-time is cut to the end of a job of Slurm, and what takes none is not' {
	local end=$(($(date +%s) + 40))
	run -0 --separate-stderr env SLURM_JOB_ID=1 SLURM_JOB_END_TIME=$end "$SUMSQ" report --help
	[ -z "$stderr" ]
	run -0 --separate-stderr env SLURM_JOB_ID=1 SLURM_JOB_END_TIME=$end "$SUMSQ" run --max-time 60 10
	[[ $stderr =~ '--max-time 60 s would be over after the end of the job of Slurm: it is '[0-3]?[0-9]' s' ]]
	run -0 --separate-stderr env SLURM_JOB_ID=1 SLURM_JOB_END_TIME=$end "$SUMSQ" run --max-time 5 10
	[[ $stderr != *Slurm* ]]
	# One that is over leaves a moment, to say so.
	refused 1 '--max-time 1 s|smaller job' \
		env SLURM_JOB_ID=1 SLURM_JOB_END_TIME=1 timeout 20 "$SUMSQ" run -s serial 1e13
}

@test '--max-time ends a run that is not over: exit 1, soon, by every strategy' {
	strategies='serial async openmp processes'
	! "$SUMSQ" list --csv | grep -q '^mpi,.*,true,' || strategies+=' mpi mpi+openmp'
	for strategy in $strategies; do
		for schedule in dynamic static guided static,1e6; do
			refused 1 '--max-time 0.2 s|smaller job' timeout 20 "$SUMSQ" run -s "$strategy" \
				--schedule "$schedule" --max-time 0.2 1e13
		done
	done
	# Where the first worker is done before.
	refused 1 '--max-time 0.2 s' timeout 20 "$SUMSQ" run -w 2 --schedule static --weights 0.001,1000 \
		--max-time 200ms 1e13
}

@test '--max-time of a run: the rounds before stand, whole' {
	run -0 --separate-stderr timeout 60 "$SUMSQ" run -w 2 --max-time 1 --rounds 100000000 --json 1e8
	json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8'
	json 'd["results"][0]["sum"] == "333333328333333350000000"'
	json 'len(d["warnings"]) == 1'
	for strategy in serial async processes mpi; do
		run -0 --separate-stderr timeout 60 "$SUMSQ" run -s $strategy --max-time 2 --rounds 100000000 1e8
		[[ $output == $'100000000\t333333328333333350000000' ]] || fail "$strategy: $output"
	done
}

@test 'a warning is said once, also where ranks are started for it' {
	for strategy in openmp processes; do
		run -0 --separate-stderr env OMP_PROC_BIND=primary "$SUMSQ" run -s $strategy 10
		[ "$(grep -c 'OMP_PROC_BIND=primary' <<<"$stderr")" -eq 1 ]
	done
	need_mpi
	run -0 --separate-stderr env OMP_PROC_BIND=primary "$SUMSQ" run -s mpi -n 2 --json 10
	[ "$(grep -c 'OMP_PROC_BIND=primary' <<<"$stderr")" -eq 1 ] || fail said
	json 'sum("OMP_PROC_BIND=primary" in text for text in d["warnings"]) == 1'
}

@test 'verified is said only of what was written' {
	seq 1 3000 >tasks
	for words in 'run 10' 'run -f tasks' 'run --json 10' 'run --csv=- 10'; do
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr full "$SUMSQ" $words
		[ "$status" -eq 1 ] || fail "$words"
		[[ $stderr != *verified* ]] || fail "$words"
		[[ $stderr == *'standard output cannot be written'* ]] || fail "$words"
	done
}

@test 'fetchall reads what is piped in' {
	[ -x "$FETCHALL" ] || skip 'fetchall was not built'
	bad() { echo 'no url' | "$@"; }
	run -2 --separate-stderr bad "$FETCHALL" run
	[[ $stderr == *'fetchall: reads URLs from standard input, which is a pipe'* ]]
	[[ $stderr == *"standard input:1: 'no url'"* ]]
}
