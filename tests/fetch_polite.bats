#!/usr/bin/env bats
# How much fetchall asks of a host at once, and what it tells it: as the server counts.
# shellcheck disable=SC2153,SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	file_needs need_fetchall || return 0
	start_server polite '' "$PYTHON" "$BATS_TEST_DIRNAME/fetch_polite.py"
	await 10 test -s polite.out || fail "$(cat polite.err)"
	read -r HOST OTHER <polite.out
	export HOST OTHER
}

setup() {
	skip_if_lacking
	cd "$BATS_FILE_TMPDIR" || return 1
	rm -rf out
}

told() { # what the server knows
	curl -s "$HOST/told/$1"
}

@test 'per-host: over threads, processes and ranks together' {
	seq -f "$HOST/slow/%g" 40 >urls
	for words in '4 async -k 20' '4 openmp -w 8' '4 processes -w 4 -k 4' '4 mpi -n 4' '6 mpi+async -n 4 -k 4' \
		'6 async -k 20 default'; do
		read -r most words <<<"$words"
		[[ $words != mpi* ]] || has_mpi || continue
		rm -rf out
		told reset
		option="--per-host $most"
		[[ $words != *default ]] || option=
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -s ${words% default} -o out -f urls $option
		peak=$(told peak)
		[ "$peak" -le "$most" ] || fail "$words: $peak at once"
		[[ $words == 'mpi '* ]] || [ "$peak" -eq "$most" ] || fail "$words: only $peak at once"
	done
	has_mpi || return 0
	fetch 2 -s mpi -n 4 --per-host 3 "$HOST/slow/1"
	[[ $stderr == *'cannot be divided among 4 ranks'* ]] || fail 'it does not say why'
}

@test 'one host with much to do does not hold up the others' {
	{ seq -f "$HOST/slow/%g" 30; echo "$OTHER/slow/last"; } >urls
	fetch 0 -o out -f urls --per-host 1 -k 8 --log log
	[ "$(head -n 3 log | grep -c "$OTHER")" -eq 1 ] || fail "$(head -n 3 log)"
	rm log
}

@test 'rate: requests a second, and bytes a second' {
	seq -f "$HOST/quick/%g" 12 >urls
	for words in 'async -k 8' 'openmp -w 4' 'processes -w 4' 'mpi -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		told reset
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -s $words -f urls --rate 20/s
		# From the first to the last: eleven turns of 50 ms.
		"$PYTHON" -c 'import sys; sys.exit(not float(sys.argv[1]) >= 0.5)' "$(told span)" || fail "$words: $(told span)"
	done
	fetch 0 -q --limit-rate 400k --json "$HOST/bytes/400000" "$HOST/bytes/200000"
	json 'd["runs"][0]["median_s"] >= 1.2'
	refused_fetch 2 '--rate takes' "$FETCHALL" run --rate 5/m "$HOST/"
}

@test 'a 429 pauses the host for everybody' {
	seq -f "$HOST/busy/%g" 60 >urls
	for words in 'async -k 4' 'openmp -w 3' 'processes -w 3' 'mpi -n 3' 'mpi+openmp -n 2 -w 2 -k 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		told reset
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -s $words -o out -f urls --clobber
		# Those that were on their way when the first was refused may still come; then nobody for a second.
		"$PYTHON" -c 'import sys; sys.exit(not float(sys.argv[1]) >= 0.9)' "$(told gap)" || fail "$words: $(told gap)"
		# Workers that did not hear of it would have asked for all others before.
		[ "$(told before-gap)" -le 30 ] || fail "$words: $(told before-gap) came before the pause"
	done
}

@test 'headers go to the host of the URL alone' {
	printf 'X-File: from a file\n' >headers
	printf '%s\theader=X-Line: of the list\n' "$HOST/away" "$HOST/here" "http://ann:pw@${HOST#http://}/away" >urls
	told reset
	fetch 0 -f urls --header 'X-Secret: swordfish' --header @headers --json=document
	[ "$(told headers-home)" -ge 5 ] || fail "$(told headers-home)"
	[ "$(told headers-away)" = 0 ] || fail 'they were sent to another host'
	! grep -q 'swordfish\|pw@' document || fail 'the document has it'
	for header in 'Range: bytes=1-' 'no header' $'X: a\e[31m' 'Content-Length: 5'; do
		refused_fetch 2 'the header' "$FETCHALL" run --header "$header" "$HOST/"
	done
}

@test 'credentials and headers are in no title of a process' {
	slow=http://ann:hunter2@${HOST#http://}/slow
	for words in 'run -s async -k 1' 'run -s processes -w 2' 'run -s mpi -n 2' 'compare -c 2 --rounds 1'; do
		[[ $words != *mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr timeout 60 "$PYTHON" "$BATS_TEST_DIRNAME/watch_titles.py" hunter2 "$FETCHALL" $words \
			--header 'X-Secret: hunter2' --header=X-File:hunter2 -- "$slow/"{1..24}
		[ "$status" -eq 0 ] || fail "$words: $status, $stderr"
		[ "$(told headers-home)" -ge 24 ] || fail "$words: they were not sent"
		told reset
	done
}

@test 'bodies stay as they are coded; a transfer that is coded unasked is refused' {
	fetch 0 -o out "$HOST/zipped"
	[ "$(stat -c %s out/zipped)" -lt 2000 ] || fail 'it was decoded'
	fails_as coded_unasked "$HOST/coded"
}
