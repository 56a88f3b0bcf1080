#!/usr/bin/env bats
# Where workers may run while they work, as the system says it of their threads: the program's own word
# counts for the plan alone.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# The masks of the threads that work, those of this session's programs which used the CPUs for a
# while, one a line.
masks() {
	"$PYTHON" - "$PID" <<-'EOF'
		import os, sys

		def fields(path):  # from the state on: the name before may have anything in it
		    return open(path).read().rsplit(")", 1)[1].split()

		for pid in filter(str.isdigit, os.listdir("/proc")):
		    try:
		        if fields("/proc/%s/stat" % pid)[3] != sys.argv[1]:
		            continue
		        if open("/proc/%s/comm" % pid).read() != "sumsq\n":
		            continue
		        for task in os.listdir("/proc/%s/task" % pid):
		            at = "/proc/%s/task/%s/" % (pid, task)
		            if int(fields(at + "stat")[11]) < 20:
		                continue
		            status = dict(line.split(":\t", 1) for line in open(at + "status"))
		            print("%#x" % int(status["Cpus_allowed"].replace(",", ""), 16))
		    except (FileNotFoundError, ProcessLookupError):
		        pass
	EOF
}

work() { # workers
	masks >now
	[ "$(wc -l <now)" -eq "$1" ]
}

# The masks of the workers of a run are those of the plan. What they are after the end is no matter.
bound_as() { # file of masks, options of run ...
	local plan=$1 workers
	shift

	workers=$(wc -l <"$plan")
	start "$SUMSQ" run "$@" 1e13
	await 60 work "$workers" || fail "$*: $(wc -l <now) and not $workers threads work"
	sort now | diff <(sort "$plan") - >differences || fail "$*: $(cat differences)"
	kill -TERM "$PID"
	finish
	all_gone
}

plan() { # options of place ...
	"$SUMSQ" place -q --json "$@" | "$PYTHON" -c '
import json, sys
masks = [w["planned"] for w in json.load(sys.stdin)["runs"][0]["per_worker"]]
if None in masks or len(set(masks)) < 2:
    sys.exit("no two masks")
print(*masks, sep="\n")' >planned || skip 'two workers have no two places here'
}

# What this test may run on, for each of some workers.
anywhere() { # workers
	for _ in $(seq "$1"); do
		awk '$1 == "Cpus_allowed:" { gsub(",", ""); sub("^0+", "", $2); print "0x" $2 }' /proc/self/status
	done >planned
}

@test 'openmp: each thread is bound to its place' {
	plan -s openmp -w 2
	bound_as planned -s openmp -w 2
}

@test 'processes: each process is bound to its place' {
	plan -s processes -w 2
	bound_as planned -s processes -w 2
	plan -s processes -w 3
	bound_as planned -s processes -w 3
}

@test 'mpi: each rank is bound to its place' {
	need_mpi
	plan -s processes -w 2
	bound_as planned -s mpi -n 2
}

@test 'mpi+openmp: each thread of each rank is bound to its place' {
	need_mpi
	plan -s processes -w 4
	bound_as planned -s mpi+openmp -n 2 -w 2
}

@test 'one worker: bound to one place of several' {
	plan -s processes -w 2
	head -1 planned >first
	for strategy in openmp processes; do
		bound_as first -s $strategy -w 1
	done
}

@test '--bind none: whatever the system allows' {
	anywhere 2
	for strategy in openmp processes; do
		bound_as planned -s $strategy -w 2 --bind none
	done
	need_mpi
	bound_as planned -s mpi -n 2 --bind none
}
