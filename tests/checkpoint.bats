#!/usr/bin/env bats
# run --checkpoint: what is finished is kept, whatever ends the run; the same command does the rest, and the sum is exact.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# Terms that take one worker some seconds, 3 unless it is said.
choose_terms() { # [seconds]
	TERMS=$(terms_for "${1:-3}" -s serial)
}

# Per cent of the job that a file has.
kept() { # file
	"$PYTHON" - "$1" <<-'EOF'
		import sys
		lines = open(sys.argv[1]).read().splitlines()
		ranges = sorted(tuple(map(int, line.split()[:2])) for line in lines[1:])
		assert all(a[1] <= b[0] for a, b in zip(ranges, ranges[1:])), "an item is kept twice"
		print(100 * sum(b - a for a, b in ranges) // int(lines[0].split()[4]))
	EOF
}

# Ends a run by a signal when something is kept, and looks at its code.
begun_and_ended() { # signal, code, words ...
	local signal=$1 code=$2
	shift 2

	start "$SUMSQ" run --checkpoint c "$TERMS" "$@"
	await 30 some_is_kept || fail 'nothing is kept'
	kill -"$signal" "$PID"
	finish
	[ "$ENDED" -eq "$code" ] || fail "code $ENDED: $(cat err)"
}

# Of the processes of the session, one that mpirun started.
last_rank() {
	ps -o pid=,comm=,ppid= -s "$PID" | awk '$2 ~ /^(mpi|prte)run$/ { m = $1 } $2 == "sumsq" && m && $3 == m { r = $1 } END { print r }'
}

some_is_kept() {
	[ "$(wc -l <c)" -gt 1 ]
}

@test 'another strategy goes on after each signal, and the sum is exact' {
	choose_terms
	for signal in TERM USR1 INT KILL; do
		case $signal in TERM) words='-s serial' ;; USR1) words='-s openmp -w 2' ;; *) words='-s processes -w 3' ;; esac
		rm -f c
		# shellcheck disable=SC2086 # words on purpose
		begun_and_ended $signal $((128 + $(kill -l $signal))) $words
		before=$(kept c)
		[ "$before" -gt 0 ]
		[ $signal = KILL ] || grep -q 'of the job: the same command does the rest' err
		no_orphan
		run -0 --separate-stderr "$SUMSQ" run --checkpoint c "$TERMS" -s openmp -w 3 --schedule static --json
		json "d['results'][0]['sum'] == '$("$PYTHON" -c "n = $TERMS; print((n - 1) * n * (2 * n - 1) // 6)")'"
		# What was kept was not done again.
		json "d['runs'][0]['items'] <= $TERMS * (1 - $before / 100)"
		[[ $stderr == *'of the job: the rest is to do'* ]]
		[ "$(kept c)" -eq 100 ]
	done
}

@test 'ranks: a signal to mpirun, a rank that is killed; then without ranks' {
	need_mpi
	choose_terms 8 # with two ranks it is to last for longer than until something is kept
	for victim in leader rank; do
		rm -f c
		start "$SUMSQ" run --checkpoint c "$TERMS" -s mpi -n 2
		await 30 some_is_kept || fail 'nothing is kept'
		if [ $victim = leader ]; then kill -USR1 "$PID"; else kill -KILL "$(last_rank)"; fi
		finish
		[ "$ENDED" -ne 0 ]
		await 10 no_orphan
		[ "$(kept c)" -gt 0 ]
		run -0 --separate-stderr "$SUMSQ" run -q --checkpoint c "$TERMS" -s serial
		[ "$output" = "$TERMS"$'\t'"$("$PYTHON" -c "n = $TERMS; print((n - 1) * n * (2 * n - 1) // 6)")" ]
	done
	run -0 --separate-stderr "$SUMSQ" run -q --checkpoint d 1e7 5:10 -s mpi -n 2
	[ "$output" = "$(sums 10000000 5:10)" ]
	[ "$(kept d)" -eq 100 ]
}

@test 'many tasks, empty ones too; a whole job is not done again' {
	tasks=(0 10 5:5 1e7 7:7 1 3:1000000 0)
	for strategy in serial async 'openmp -w 3' 'processes -w 3'; do
		rm -f c
		for _ in 1 2; do
			# shellcheck disable=SC2086 # words on purpose
			run -0 --separate-stderr "$SUMSQ" run -q --checkpoint c -s $strategy --json "${tasks[@]}"
			json "[row['sum'] for row in d['results']] == '0 285 0 333333283333335000000 0 0 333332833333499995 0'.split()"
		done
		json 'd["runs"][0]["items"] == 0 and d["runs"][0]["verified"]'
	done
}

@test 'another job, no checkpoint, and a file in use are refused' {
	"$SUMSQ" run -q --checkpoint c 10 >/dev/null
	refused 2 'is the checkpoint of another job' "$SUMSQ" run --checkpoint c 11
	echo 10 >tasks
	refused 2 'is no checkpoint' "$SUMSQ" run --checkpoint tasks 10
	[ "$(cat tasks)" = 10 ]
	refused 2 'cannot be used' "$SUMSQ" run --checkpoint /no/such/folder/c 10
	refused 2 'is no checkpoint' "$SUMSQ" run --checkpoint /dev/null 10
	refused 2 'cannot share' "$SUMSQ" run --checkpoint new --json=new 10
	refused 2 'is read from' "$SUMSQ" run --checkpoint tasks -f tasks
	refused 2 'of one run' "$SUMSQ" run --checkpoint c --rounds 2 10
	if [ -x "$ROOT/build/fetchall" ]; then
		run -2 "$ROOT/build/fetchall" run --checkpoint c
		[[ $output == *'no option'* ]]
	fi
	start "$SUMSQ" run --checkpoint d 1e13
	await 30 test -s d
	refused 2 'is in use: another run writes to it' "$SUMSQ" run --checkpoint d 1e13
	kill "$PID"
	finish
}

@test 'a damaged end is cut off and done again' {
	"$SUMSQ" run -q --checkpoint c 10 5:10 3:9 >/dev/null
	head -c -3 c >d
	run -0 --separate-stderr "$SUMSQ" run --checkpoint d 10 5:10 3:9
	[ "$output" = "$(sums 10 5:10 3:9)" ]
	[[ $stderr == *'the last '*' bytes are damaged and not believed'*'71.43 % of the job'* ]] || fail "$stderr"
	diff c d
}

@test 'a disk that is full: the run goes on, and says so once' {
	need_mounts
	mkdir disk
	choose_terms
	# shellcheck disable=SC2016 # expanded in there
	run -0 --separate-stderr unshare --mount bash -c \
		'mount -t tmpfs -o size=8k none disk && dd if=/dev/zero of=disk/filler bs=1k count=3 status=none &&
		"$1" run --checkpoint disk/c "${@:2}" && wc -c <disk/c' - "$SUMSQ" $(seq 1 1000) "$TERMS"
	[ "$(grep -c 'cannot be written: No space left on device: the run goes on, and tries again' <<<"$stderr")" -eq 1 ] ||
		fail "$stderr"
	[ "$(head -n 1001 <<<"$output")" = "$(sums $(seq 1 1000) "$TERMS")" ]
}
