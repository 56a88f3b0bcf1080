#!/usr/bin/env bats
# Output files: what was there before stays whole until what is new is.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

@test 'on a full disk the old file stays as it was' {
	[ "$(id -u)" -eq 0 ] || skip 'mounting needs root'
	mkdir disk
	mount -t tmpfs -o size=20k none disk 2>/dev/null || skip 'nothing can be mounted here'
	"$SUMSQ" run -q --json=disk/kept.json 10
	cp disk/kept.json before
	mapfile -t tasks < <(seq 1 500)
	run --separate-stderr "$SUMSQ" run -q --json=disk/kept.json "${tasks[@]}"
	cmp disk/kept.json before && rest=$(ls -A disk)
	umount disk
	[ "$status" -eq 1 ]
	[[ $stderr == 'sumsq: disk/kept.json cannot be written: No space left on device' ]]
	[ "$rest" = kept.json ]
}

@test 'a format that fails leaves the old file, and nothing beside it' {
	need gnuplot
	echo old >plot.svg
	mkdir bin
	printf '#!/bin/sh\nexit 3\n' >bin/gnuplot
	chmod +x bin/gnuplot
	PATH=$PWD/bin:$PATH run --separate-stderr bounded "$SUMSQ" scale -c 1 --rounds 2 --plot plot.svg 1e6
	[ "$status" -eq 1 ]
	[ "$(cat plot.svg)" = old ]
	[ -z "$(find . -name '.plot*')" ]
}

@test 'mode, link and target are kept' {
	mkdir there
	echo old >there/target
	chmod 640 there/target
	ln -s there/target link
	run -0 "$SUMSQ" run -q --json=link 10
	[ -L link ]
	[ "$(stat -c %a there/target)" = 640 ]
	json 'd["results"][0]["sum"] == "285"' there/target
	(umask 027 && "$SUMSQ" run -q --csv=new 10)
	[ "$(stat -c %a new)" = 640 ]
}

@test 'a link that dangles: made where it leads, or refused before the run' {
	ln -s later link
	run -0 "$SUMSQ" run -q --csv=link 10
	[ -L link ]
	[ "$(cat later)" = $'task,sum\n10,285' ]
	ln -s no/such/folder lost
	refused 2 'lost cannot be written' "$SUMSQ" run --csv=lost 1e13
	ln -s round round
	refused 2 'round cannot be written' "$SUMSQ" run --csv=round 1e13
}

@test 'two outputs that lead to one file, there or not: refused' {
	ln -s one two
	refused 2 'cannot share' "$SUMSQ" run --json=one --csv=two 10
	touch one
	refused 2 'cannot share' "$SUMSQ" run --json=one --csv=two 10
	ln one three
	refused 2 'cannot share' "$SUMSQ" run --json=one --csv=./three 10
	mkdir folder
	ln -s folder same
	refused 2 'cannot share' "$SUMSQ" run --json=folder/x --csv=same/x 10
}

@test 'compare does not write over what it reads' {
	"$SUMSQ" compare -q --rounds 2 --json=a.json 1e6 >/dev/null
	cp a.json b.json
	ln -s b.json c.json
	for output in b.json ./b.json c.json; do
		refused 2 'is read' "$SUMSQ" compare --json="$output" a.json b.json
	done
	cmp a.json b.json
}

@test 'a list is not written over, however it is read' {
	echo 10 >list
	refused 2 'is read' "$SUMSQ" run --json=./list -f list
	from_list() { "$SUMSQ" run "$@" <list; }
	refused 2 'is read' from_list --json=list
	refused 2 'is read' from_list --csv=./list -f -
	[ "$(cat list)" = 10 ]
}

@test 'pipes, devices and descriptors are written as they are' {
	run -0 "$SUMSQ" run -q --csv=/dev/null 10
	[ -c /dev/null ]
	mkfifo pipe
	cat pipe >copy &
	run -0 "$SUMSQ" run -q --csv=pipe 10
	wait $!
	[ -p pipe ]
	[ "$(cat copy)" = $'task,sum\n10,285' ]
	# The file that is open, not another that gets its name.
	touch four
	ln four same
	"$SUMSQ" run -q --csv=/dev/fd/4 10 4>four >/dev/null
	[ "$(cat same)" = $'task,sum\n10,285' ]
}

@test 'a folder, a name that ends in /, a folder that is not there: refused before the run' {
	mkdir folder
	for path in folder folder/ no/ no/file .; do
		refused 2 "$path cannot be written" "$SUMSQ" run --json="$path" 1e13
	done
}
