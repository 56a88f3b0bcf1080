#!/usr/bin/env bats
# sumsq run: right sums, whoever does them and however they are shown.

load helpers

three_sums() { # options of run ...
	run --separate-stderr timeout 60 "$SUMSQ" run "$@" 10 10_000_000 5:10
	[ "$status" -eq 0 ] || fail "$*"
	[ "$output" = $'10\t285\n10000000\t333333283333335000000\n5:10\t255' ] || fail "$*"
}

@test 'three sums, in their order, by serial' {
	three_sums -s serial
}

@test 'three sums by async, with any number in flight' {
	for k in 1 2 3 16 100; do
		three_sums -s async -k "$k"
	done
}

@test 'three sums by openmp, with each schedule and 1, 2, 3, 7 workers' {
	for schedule in {static,dynamic,guided}{,',1000'}; do
		for workers in 1 2 3 7; do
			three_sums -s openmp --schedule "$schedule" -w "$workers"
		done
	done
}

@test 'three sums by processes, with each schedule and 1, 2, 3, 7 workers' {
	for schedule in {static,dynamic,guided}{,',1000'}; do
		for workers in 1 2 3 7; do
			three_sums -s processes --schedule "$schedule" -w "$workers"
		done
	done
}

# A hundred chunks: each may cost a message, and on a busy machine a wait for the other rank's turn.
@test 'three sums by mpi, with each schedule and 1, 2, 3 ranks' {
	need_mpi
	three_sums -s mpi -n 1
	for schedule in {static,dynamic,guided}{,',100000'}; do
		for ranks in 2 3; do
			three_sums -s mpi --schedule "$schedule" -n "$ranks"
		done
	done
}

@test 'three sums by mpi+openmp, with each schedule' {
	need_mpi
	for schedule in {static,dynamic,guided}{,',100000'}; do
		three_sums -s mpi+openmp --schedule "$schedule" -n 2 -w 3
	done
}

@test 'three sums with more than one in flight in each worker' {
	three_sums -s openmp -w 2 -k 3
	three_sums -s processes -w 2 -k 3 --schedule guided
	three_sums -s openmp -w 3 -k 2 --schedule static,100
}

@test 'three sums with a chunk of one item, and of more items than there are' {
	run -0 --separate-stderr "$SUMSQ" run --schedule static,1 10 5:10
	[ "$output" = $'10\t285\n5:10\t255' ]
	for schedule in {static,dynamic,guided},9223372036854775807; do
		three_sums --schedule "$schedule"
	done
}

@test 'the job without a TASK is the twenty numbers' {
	mapfile -t tasks < <(seq 10000000 10000019)
	sums "${tasks[@]}" >expected
	"$SUMSQ" run >actual
	diff expected actual
	[ "$(wc -l <actual)" -eq 20 ]
}

@test 'spellings of a number, printed normalised' {
	run -0 --separate-stderr "$SUMSQ" run 1e3 1_000 1000 1E3 1.5e3 0:7 007
	[ "$output" = "$(sums 1000 1000 1000 1000 1500 7 7)" ]
}

@test 'empty tasks, one term, and the ends of the range' {
	tasks=(0 1 5:5 5:6 4503599627370495:4503599627370496 4503599627370400:4503599627370496
		67108863:67108865 4294967295:4294967297 67108800:67108900)
	sums "${tasks[@]}" >expected
	for strategy in serial async openmp processes; do
		"$SUMSQ" run -q -s "$strategy" "${tasks[@]}" >actual
		diff expected actual
	done
}

@test 'tasks in a file: comments, blank lines, CRLF, no newline at the end' {
	printf '# a list\n10 # the first\r\n\r\n\t 10_000_000\t\n   \n5:10' >tasks
	run -0 --separate-stderr "$SUMSQ" run -f tasks
	[ "$output" = $'10\t285\n10000000\t333333283333335000000\n5:10\t255' ]
	run -0 --separate-stderr "$SUMSQ" run -f tasks 7
	[ "${lines[3]}" = $'7\t91' ]
}

@test 'tasks from standard input, in order' {
	mapfile -t tasks < <(seq 1 300)
	sums "${tasks[@]}" >expected
	for strategy in serial async openmp processes; do
		seq 1 300 | "$SUMSQ" run -q -s "$strategy" -f - >actual
		diff expected actual
	done
}

@test 'tasks from standard input reach the ranks that run starts' {
	need_mpi
	mapfile -t tasks < <(seq 1 300)
	sums "${tasks[@]}" >expected
	seq 1 300 | "$SUMSQ" run -q -s mpi -n 2 -f - >actual
	diff expected actual
}

@test 'a hundred thousand tasks from a pipe' {
	result=$(seq 1 100000 | "$SUMSQ" run -q -f - | tail -1)
	[ "$result" = $'100000\t333328333350000' ]
}

@test 'a million tasks cost memory by the task' {
	yes 5:10 | head -1000000 >tasks
	(
		ulimit -v 1000000
		"$SUMSQ" run -q -s serial -f tasks
	) | uniq -c >counted
	read -r count task sum <counted
	[ "$count $task $sum" = '1000000 5:10 255' ]
}

@test 'a reader that has enough ends the program by SIGPIPE' {
	seq 1 100000 >tasks
	first() {
		"$SUMSQ" run -q -f tasks | head -1
		return "${PIPESTATUS[0]}"
	}
	run first
	[ "$status" -eq 141 ]
	[ "$output" = $'1\t0' ]
}

@test 'bare --json, --csv and --markdown replace the text' {
	run -0 --separate-stderr "$SUMSQ" run --json 10 5:10
	json 'd["results"] == [{"task": "10", "sum": "285"}, {"task": "5:10", "sum": "255"}]'
	json 'd["schema"] == "corescale-result/2" and d["job"] == {"tasks": 2, "terms": "15"}'
	run -0 --separate-stderr "$SUMSQ" run --csv 10 5:10
	[ "$output" = $'task,sum\n10,285\n5:10,255' ]
	run -0 --separate-stderr "$SUMSQ" run --markdown 10 5:10
	[ "${lines[0]}" = '| task | sum |' ]
	[ "${lines[3]}" = '| 5:10 | 255 |' ]
}

@test 'with a FILE they stand beside the text' {
	run -0 --separate-stderr "$SUMSQ" run --json=j --csv=c --markdown=m 10
	[ "$output" = $'10\t285' ]
	json 'd["results"][0]["sum"] == "285"' j
	[ "$(cat c)" = $'task,sum\n10,285' ]
	grep -qx '| 10 | 285 |' m
	run -0 --separate-stderr "$SUMSQ" run --json=j --csv 10
	[ "$output" = $'task,sum\n10,285' ]
}

@test 'two formats do not share stdout' {
	refused 2 stdout "$SUMSQ" run --json --csv 10
	refused 2 stdout "$SUMSQ" run --markdown --csv=c --json 10
	[ ! -e c ]
}

@test 'two formats do not share a FILE' {
	refused 2 both "$SUMSQ" run --json=both --csv=both 10
}

@test 'an existing FILE is replaced whole, whatever it was' {
	head -c 100000 /dev/zero | tr '\0' x >old
	run -0 --separate-stderr "$SUMSQ" run --csv=old 10
	[ "$(cat old)" = $'task,sum\n10,285' ]
	run -0 --separate-stderr "$SUMSQ" run --json=/dev/null --csv=/dev/null 10
	[ -c /dev/null ]
}

@test 'a FILE is not left behind when the run is refused' {
	echo old >old
	for job in x 10:5 4503599627370496; do
		refused 2 "$job" "$SUMSQ" run --json=new --csv=old "$job"
		[ ! -e new ]
		[ "$(cat old)" = old ]
	done
	refused 2 /no/such/file "$SUMSQ" run --json=new --csv=/no/such/file 10
	[ ! -e new ]
}

@test 'a FILE is not left behind when the run fails' {
	echo old >old
	start "$SUMSQ" run -s processes -w 2 --json=new --csv=old 1e13
	await 20 at_work 3
	kill -KILL "$(session "$PID" | awk -v leader="$PID" '$1 != leader { print $1; exit }')"
	finish
	[ "$ENDED" -eq 1 ]
	[ ! -s out ]
	[ ! -e new ]
	[ "$(cat old)" = old ]
}

@test 'a FILE is not left behind when the run is interrupted' {
	echo old >old
	start "$SUMSQ" run --json=new --csv=old 1e13
	await 20 at_work 1
	kill -INT "$PID"
	finish
	[ "$ENDED" -eq 130 ]
	[ ! -e new ]
	[ "$(cat old)" = old ]
}

@test '-q silences stderr, never the results' {
	run -0 --separate-stderr "$SUMSQ" run -q -w 3 10
	[ "$output" = $'10\t285' ]
	[ -z "$stderr" ]
	run -0 --separate-stderr "$SUMSQ" run -w 3 10
	[[ $stderr == *'openmp: '*'3 workers'*'verified'* ]]
}

@test '-q does not silence errors' {
	refused 2 "'x'" "$SUMSQ" run -q x
}

@test 'more workers than cores are allowed, and said' {
	cores=$("$SUMSQ" run -q --json 10 | "$PYTHON" -c '
import json, sys
print(json.load(sys.stdin)["runs"][0]["workers"])')
	run -0 --separate-stderr "$SUMSQ" run -w $((cores + 1)) 10
	[ "$output" = $'10\t285' ]
	[[ $stderr == *"sumsq: warning: $((cores + 1)) workers on $cores "*oversubscribed* ]]
	run -0 --separate-stderr "$SUMSQ" run -w "$cores" 10
	[[ $stderr != *warning* ]]
}

@test '-v shows the mpirun line' {
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -v -s mpi -n 2 10
	[ "$output" = $'10\t285' ]
	line=$(grep '^sumsq: starts mpirun ' <<<"$stderr")
	[[ $line == *' --oversubscribe'*' --bind-to none'*' -n 2 '* ]]
	run -0 --separate-stderr "$SUMSQ" run -s mpi -n 2 10
	[[ $stderr != *mpirun* ]]
}

@test '--rounds gives as many samples' {
	for strategy in serial openmp processes; do
		run -0 --separate-stderr "$SUMSQ" run --json -s "$strategy" --rounds 7 1000
		json 'all(len([s["seconds"] for s in row["samples"]]) == 7 for row in d["runs"]) and len(d["runs"]) == 1'
		json 'median(d["runs"][0])'
		json 'd["results"] == [{"task": "1000", "sum": "332833500"}]'
	done
}

@test '--rounds gives as many samples by mpi' {
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run --json -s mpi -n 2 --rounds 7 1000
	json 'len([s["seconds"] for s in r["mpi"]["samples"]]) == 7 and r["mpi"]["ranks"] == 2'
	json 'd["results"] == [{"task": "1000", "sum": "332833500"}]'
}

@test '--max-time ends the rounds, and says so' {
	run -0 --separate-stderr timeout 30 "$SUMSQ" run --json --max-time 0.2 --rounds 100000000 1e6
	[[ $stderr == *'--max-time 0.2'* ]]
	json '1 <= len([s["seconds"] for s in d["runs"][0]["samples"]]) < 100000000'
	json 'len(d["warnings"]) == 1 and "--max-time" in d["warnings"][0]'
}

@test 'the document says what was typed, in its order' {
	run -0 --separate-stderr "$SUMSQ" run 10 --json -w 2 5 -q
	json 'd["argv"][1:] == ["run", "10", "--json", "-w", "2", "5", "-q"]'
}

@test 'the document has a row for each worker, bound and read back' {
	for strategy in openmp processes; do
		run -0 --separate-stderr "$SUMSQ" run --json -q -s "$strategy" -w 3 1e8
		json 'len(d["runs"][0]["per_worker"]) == 3'
		json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8'
		json 'all(w["bound"] == w["planned"] != None for w in d["runs"][0]["per_worker"])'
		run -0 --separate-stderr "$SUMSQ" run --json -q -s "$strategy" --bind none 10
		json 'all(w["bound"] is None for w in d["runs"][0]["per_worker"])'
	done
}

@test 'a mask from outside is kept' {
	need taskset
	cpu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	run -0 --separate-stderr taskset -c "$cpu" "$SUMSQ" run --json -q 10
	json 'd["hosts"][0]["allowed_pus"] == "%#x" % (1 << '"$cpu"')'
	json 'd["runs"][0]["workers"] == 1'
}

# A worker's contribution is spoilt after it was committed, as by a core that adds wrongly.
@test 'a wrong sum is no result: exit 3, nothing on stdout' {
	run --separate-stderr "$PYTHON" - "$SUMSQ" "$(terms_for 3 --kernel scalar)" <<-'EOF'
		import subprocess, sys, time

		program = subprocess.Popen([sys.argv[1], "run", "--kernel", "scalar", sys.argv[2]])

		def largest_shared(pid):
		    best = (0, 0)
		    for line in open("/proc/%d/maps" % pid):
		        words = line.split()
		        begin, end = (int(part, 16) for part in words[0].split("-"))
		        if words[1] == "rw-s":
		            best = max(best, (end - begin, begin))
		    return best

		spoilt = False
		while program.poll() is None and not spoilt:
		    time.sleep(0.05)
		    try:
		        size, begin = largest_shared(program.pid)
		        with open("/proc/%d/mem" % program.pid, "r+b", 0) as memory:
		            # Sums are what fills the greater part, up to the end.
		            memory.seek(begin + size // 2)
		            part = memory.read(size // 4)
		            at = next((i for i, byte in enumerate(part) if byte), None)
		            if at is not None:
		                memory.seek(begin + size // 2 + at)
		                memory.write(bytes([part[at] ^ 1]))
		                spoilt = True
		    except PermissionError:
		        program.kill()
		        sys.exit(77)
		    except OSError:
		        pass
		code = program.wait()
		sys.exit(code if spoilt else "nothing was spoilt")
	EOF
	[ "$status" -ne 77 ] || skip 'the memory of another process may not be written here'
	[ "$status" -eq 3 ] || fail 'not exit code 3'
	[ -z "$output" ] || fail 'a wrong sum was printed'
	[[ $stderr == 'sumsq: '* && $stderr != *$'\n'* ]]
}

shown_times() { # the seconds left that the terminal showed
	tr '\r' '\n' <screen | sed -nE 's/.* ([0-9.]+) (m?s) left.*/\1 \2/p' |
		awk '{ print $2 == "ms" ? $1 / 1000 : $1 }'
}

# Progress is shown of what takes a while. How long a job takes is not known beforehand on a busy
# machine: one that was over too soon is followed by a longer one.
progress_of() { # strategy
	local terms

	terms=$(terms_for 3 -s openmp)
	for _ in 1 2 3 4; do
		rm -f keys pid
		start_on_terminal "$SUMSQ" run -s "$1" "$terms"
		finish
		[ "$ENDED" -eq 0 ]
		shown_times >seconds
		[ ! -s seconds ] || break
		terms=$((2 * terms))
	done
	[ -s seconds ] || fail "$1: no progress: $(cat screen)"
	# What was left is near what it took in the end: most of the time, for it is a guess on a busy machine.
	took=$(tr '\r' '\n' <screen | sed -nE 's/.*workers?, ([0-9.]+) (m?s),.*/\1 \2/p' |
		awk '{ print $2 == "ms" ? $1 / 1000 : $1 }')
	sort -n seconds | awk -v took="$took" '{ left[NR] = $1 }
		END { exit left[int((NR + 1) / 2)] > 10 * took }' ||
		fail "$1: $(sort -n seconds | tr '\n' ' ') s left of $took s"
}

@test 'progress on a terminal, by openmp' {
	need script
	progress_of openmp
}

@test 'progress on a terminal, by processes: the leader alone shows it' {
	need script
	progress_of processes
}

@test 'progress on a terminal, by mpi' {
	need script
	need_mpi
	progress_of mpi
}

@test 'no progress off a terminal, nor with --no-progress or -q' {
	need script
	terms=$(terms_for 2)
	run -0 --separate-stderr "$SUMSQ" run "$terms"
	[[ $stderr != *left* && $stderr != *$'\r'* ]]
	start_on_terminal "$SUMSQ" run --no-progress "$terms"
	finish
	[ "$ENDED" -eq 0 ]
	grep -q verified screen
	run ! grep -q ' left' screen
}
