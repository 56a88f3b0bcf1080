#!/usr/bin/env bats
# fetchall run -o again: parts are gone on with as the same version or not at all, sums and sizes are
# held to, and what fails is tried again.
# shellcheck disable=SC2153,SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	file_needs need_fetchall || return 0
	start_nginx
}

setup() {
	skip_if_lacking
	cd "$BATS_FILE_TMPDIR" || return 1
	rm -rf out log
	sum=$(sha256sum <www/3000000)
	sum=${sum%% *}
}

has_part() { # bytes, at least
	[ -s out/3000000.part-about ] && [ -e out/3000000.part ] && [ "$(stat -c %s out/3000000.part)" -ge "$1" ]
}

# A part of so many bytes of www/3000000, as a fetchall that was killed leaves it.
make_part() { # bytes, the ETag that it is of
	local url=$PLAIN/3000000

	"$FETCHALL" run -q -o out --limit-rate 2M "$url" 3>&- &
	await 10 has_part "$1" || fail "no part: $(ls out)"
	kill -KILL $!
	wait $! || true
	truncate -s "$1" out/3000000.part
	[ -z "${2-}" ] || sed -i "s/^version .*/version $2/" out/3000000.part-about
}

@test 'a part is gone on with, from where it ends' {
	make_part 1000000
	fetch 0 -o out --json=document "$PLAIN/3000000"
	cmp out/3000000 www/3000000
	[ "$(ls out)" = 3000000 ] || fail "$(ls out)"
	json 'd["results"][0]["saved"] == "resumed" and d["results"][0]["bytes"] == 2000000 and d["results"][0]["status"] == 206' document
}

@test 'a part of another version, or of another URL, is begun anew' {
	make_part 1000000 '"another"'
	fetch 0 -o out --json=document "$PLAIN/3000000"
	cmp out/3000000 www/3000000
	json 'd["results"][0]["saved"] == "whole" and d["results"][0]["bytes"] == 3000000' document
	rm out/3000000
	make_part 1000000
	fetch 0 -o out --json=document "$FEW/3000000"
	cmp out/3000000 www/3000000
	json 'd["results"][0]["saved"] == "whole"' document
	rm out/3000000
	# Nobody knows what it is of.
	make_part 1000000
	rm out/3000000.part-about
	fetch 0 -o out "$PLAIN/3000000"
	cmp out/3000000 www/3000000
}

@test 'a server that sends less than the rest, or the rest of another version' {
	start_server parts '' "$PYTHON" "$BATS_TEST_DIRNAME/servers/wrong_parts.py"
	await 10 test -s parts.out || fail "$(cat parts.err)"
	fetch 0 -o out "http://127.0.0.1:$(cat parts.out)/less" "http://127.0.0.1:$(cat parts.out)/mixed"
	cmp out/less less
	cmp out/mixed mixed
}

@test 'a part that is complete is a success' {
	make_part 1000000
	cp www/3000000 out/3000000.part
	fetch 0 -o out --json=document "$PLAIN/3000000"
	cmp out/3000000 www/3000000
	json 'd["results"][0]["status"] == 416 and d["results"][0]["saved"] == "resumed"' document
}

@test 'a part that is a link, or that another process is writing, is left' {
	mkdir out
	echo mine >victim
	ln victim out/1.part
	fetch 1 -o out "$PLAIN/1"
	[ "$(cat victim)" = mine ]
	rm out/1.part
	make_part 1000000
	flock out/3000000.part "$FETCHALL" run -q -o out "$PLAIN/3000000" && fail 'it wrote to it'
	[ "$(stat -c %s out/3000000.part)" -eq 1000000 ]
}

@test 'sums and sizes: a body that is another leaves no file, and exits 3' {
	wrong=$(printf '%064d' 0)
	printf '%s\tchecksum=sha-256=%s\tsize=3M\n' "$PLAIN/3000000" "$sum" >urls
	fetch 0 -o out -f urls
	cmp out/3000000 www/3000000
	fetch 0 -o out -f urls
	for what in "checksum=sha-256=$wrong" size=2999999 size=3000001; do
		rm -rf out
		fetch 3 -o out --retries 0 -f - <<<"$PLAIN/3000000"$'\t'"$what"
		[ -z "$(ls out)" ] || fail "$what: $(ls out)"
	done
	# What is there, and is another, is not touched.
	echo mine >out/3000000
	fetch 3 -o out -f urls
	[[ $stderr == *'the file that is there is another'* ]] && [ "$(cat out/3000000)" = mine ] || fail 'not said'
	fetch 0 -o out --clobber -f urls
	cmp out/3000000 www/3000000
}

@test 'manifests: written for sha256sum, and held to' {
	printf '%s\n' "$PLAIN/1529" "$PLAIN/100000" "$PLAIN/0" >urls
	for words in async 'openmp -w 2' 'processes -w 2'; do
		rm -rf out SUMS
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -s $words -o out -f urls --write-manifest SUMS
		[ "$(wc -l <SUMS)" -eq 3 ]
		(cd out && sha256sum --quiet -c ../SUMS) || fail "$words"
	done
	fetch 0 -o out -f urls --manifest SUMS
	rm out/1529
	sed -i 's/^....\(.*1529\)/0000\1/' SUMS
	fetch 3 -o out --retries 0 -f urls --manifest SUMS
	[ "$(echo out/*)" = 'out/0 out/100000' ]
	# One that has nothing to say of a file says so.
	[[ $stderr != *manifest* ]] || fail 'of a manifest that has them all'
	fetch 0 -o out "$PLAIN/100000" "$PLAIN/1" --manifest SUMS
	[[ $stderr == *'1 of 2 have no sum in --manifest SUMS'* ]] || fail 'of one'
	fetch 0 -o out "$PLAIN/1474" "$PLAIN/1" --manifest SUMS
	[[ $stderr == *'--manifest SUMS has no name of the list'* ]] || fail 'of all'
	refused_fetch 2 'no line of sha256sum' "$FETCHALL" run -o out --manifest urls "$PLAIN/1"
}

@test 'mirrors: the next one at once' {
	printf '%s\n' "http://127.0.0.1:$(free_ports 1)/1529"$'\t'"$PLAIN/nothing"$'\t'"$PLAIN/1529" >urls
	fetch 0 -o out -f urls --log log
	cmp out/1529 www/1529
	grep -q '"status": 200, .*"tries": 3, .*"error": null' log || fail "$(cat log)"
}

@test 'a server that fails: all files are right, and again only what is missing is asked for' {
	start_serve --sizes 3000,100000 --fail status:503:0.05,429:0.005:1,drop:0.05,flip:0.02
	for number in $(seq 0 199); do
		echo "$URL/$number"
	done >urls
	fetch 0 -o good -f urls --check-seed --per-host 0 --log log
	[ "$(wc -l <log)" -eq 200 ]
	[ "$(find good -name '*.part*')" = '' ] && [ "$(find good -type f | wc -l)" -eq 200 ]
	fetch 0 -o good -f urls --write-manifest SUMS
	[[ $stderr == *'200 were there'* ]] || fail 'it asked again'
	rm good/7 good/11
	for words in serial 'openmp -w 4' 'processes -w 3'; do
		rm -rf out
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr timeout 60 "$FETCHALL" run -s $words -o out -f urls --manifest SUMS --per-host 0
		[ "$status" -eq 0 ] || fail "$words: $status"
		(cd out && sha256sum --quiet -c ../SUMS) || fail "$words"
	done
	fetch 0 -o good -f urls --json=document
	json 'sum(row["saved"] == "whole" for row in d["results"]) == 2 and sum(row["saved"] == "there" for row in d["results"]) == 198' document
}

@test 'what failed can be run again' {
	printf '%s\n\tout=b\n\theader=A: b\n' "http://ann:p%40w@${PLAIN#http://}/nothing" >urls
	printf '%s\n' "$PLAIN/1529" >>urls
	fetch 1 -o out -f urls --failed again --log log
	[ "$(cat again)" = "http://ann:p%40w@${PLAIN#http://}/nothing"$'\n\tout=b\n\theader=A: b' ] || fail "$(cat again)"
	[ "$(stat -c %a again)" = 600 ]
	! grep -q 'ann\|p@w\|A: b' log || fail 'credentials in the log'
	fetch 1 -o out -f again --failed again
	[ "$(wc -l <again)" -eq 3 ]
}

@test 'a run that was killed, or had too little time, leaves no list of an earlier one' {
	start_serve --delay 100ms
	seq -f "$URL/%g" 60 >urls
	for words in '--max-time 1' ''; do
		rm -rf out
		echo 'http://of.another.run/' >again
		# shellcheck disable=SC2086 # words on purpose
		"$FETCHALL" run -q -o out -k 2 -f urls --failed again $words 3>&- &
		await 10 ls out/1 2>/dev/null || fail 'nothing came'
		[ -n "$words" ] || kill -KILL $!
		wait $! && fail 'all was done'
		[ "$(grep -c "^$URL" again)" -eq 60 ] && ! grep -q another again || fail "$words: $(cat again)"
	done
	fetch 0 -o out -f again --failed again
	[ ! -s again ] && [ "$(find out -type f | wc -l)" -eq 60 ] || fail 'not all'
	refused_fetch 2 'cannot be written' "$FETCHALL" run -o out --failed none/again "$PLAIN/1"
}

@test 'a dry run asks for nothing' {
	requests=$(wc -l <access.log)
	fetch 0 --dry-run -o out "$PLAIN/1529?a" "$PLAIN/1529?b"
	[[ $output == "$PLAIN/1529?a"$'\t1529\n'"$PLAIN/1529?b"$'\t1529~'* ]] || fail 'no names'
	[ "$(wc -l <access.log)" -eq "$requests" ] && [ ! -e out ]
}

# The long form is tests/fetch_kills.sh 200.
@test 'killed at random moments: what is there is right, and is not asked for again' {
	run --separate-stderr "$ROOT/tests/fetch_kills.sh" 8 "$RANDOM"
	[ "$status" -eq 0 ] || fail 'something is lost'
}

# Of so many the outcome of each is not kept, and yet those that failed are known one by one.
@test 'over 100,000 downloads: all are counted, and those that failed are a list' {
	start_serve --sizes 1 --fail status:500:0.002
	seq -f "$URL/%.0f" 100100 >urls
	fetch 1 --discard -f urls --failed again --json=document -s openmp -w 2 -k 16 --schedule dynamic,7
	json 'len(d["results"]) == 0 and d["job"]["urls"] == 100100 and d["runs"][0]["failed"] > 50' document
	json "d['runs'][0]['failed'] == $(wc -l <again)" document
	[ "$(sort again urls | uniq -d | wc -l)" -eq "$(wc -l <again)" ] || fail 'others are in it'
}
