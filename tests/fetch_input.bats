#!/usr/bin/env bats
# fetchall and what it is given: bad requests are refused before anything is fetched.
# shellcheck disable=SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	file_needs need_fetchall || return 0
	start_nginx
}

@test 'not a URL' {
	refused_fetch 2 "'nonsense' has no scheme" "$FETCHALL" run nonsense
	refused_fetch 2 'has no scheme' "$FETCHALL" run example.org/x
	refused_fetch 2 'has no host' "$FETCHALL" run http:///x
	refused_fetch 2 'has a port' "$FETCHALL" run http://127.0.0.1:99999/
	refused_fetch 2 'has a space' "$FETCHALL" run 'http://127.0.0.1/a b'
	refused_fetch 2 'control characters' "$FETCHALL" run $'http://127.0.0.1/\e[31m'
	refused_fetch 2 "''" "$FETCHALL" run ''
}

@test 'schemes that are not fetched' {
	refused_fetch 2 'another scheme' "$FETCHALL" run file:///etc/passwd
	refused_fetch 2 'is a file' "$FETCHALL" run file:/etc/passwd
	for scheme in ftp gopher ldap telnet ws dict smb; do
		refused_fetch 2 'another scheme' "$FETCHALL" run "$scheme://127.0.0.1/"
	done
}

@test 'a message about a bad URL shows no credentials' {
	refused_fetch 2 'has a port' "$FETCHALL" run "http://xaver:secret@127.0.0.1:99999/"
	[[ $stderr != *secret* && $stderr != *xaver* ]] || fail 'it does'
	refused_fetch 2 'another scheme' "$FETCHALL" run "ftp://xaver:secret@127.0.0.1/"
	[[ $stderr != *secret* && $stderr != *xaver* ]] || fail 'it does'
	refused_fetch 2 'has no scheme' "$FETCHALL" run "xaver:secret@127.0.0.1/"
	[[ $stderr != *secret* && $stderr != *xaver* ]] || fail 'it does'
	# A password may have an @ in it, and so may a user's name.
	for word in ftp://xaver:a@secret@127.0.0.1/ ftp://a@xaver:se@c@secret@127.0.0.1/ a@xaver:secret@127.0.0.1/; do
		refused_fetch 2 "@127.0.0.1/'" "$FETCHALL" run "$word"
		[[ $stderr != *secret* && $stderr != *xaver* ]] || fail "$word"
	done
}

@test 'blank lines, spaces, comments, a BOM-less CRLF list' {
	printf '# all of it\r\n\r\n  %s/1529  # this one\r\n\t\r\n%s/1474\r\n%s/1#part\r\n' "$PLAIN" "$PLAIN" "$PLAIN" >urls
	printf 'Read %s bytes from %s\n' 1529 "$PLAIN/1529" 1474 "$PLAIN/1474" 1 "$PLAIN/1" | sort >ought
	fetch 0 -f urls
	diff ought <(sort <<<"$output")
	# The last line needs no end.
	printf '%s/1529' "$PLAIN" >urls
	fetch 0 -f urls
	[ "$output" = "Read 1529 bytes from $PLAIN/1529" ]
}

@test 'a list on standard input, and URLs beside a list' {
	printf '%s/1529\n%s/1474\n' "$PLAIN" "$PLAIN" >urls
	printf 'Read %s bytes from %s\n' 1529 "$PLAIN/1529" 1474 "$PLAIN/1474" 1 "$PLAIN/1" | sort >ought
	from_stdin() { timeout 30 "$FETCHALL" run "$@" -f - "$PLAIN/1" <urls; }
	for words in async 'processes -w 2' 'mpi -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr from_stdin -s $words
		[ "$status" -eq 0 ] || fail "$words"
		diff ought <(sort <<<"$output")
	done
}

@test 'lists that are none' {
	refused_fetch 2 'nosuch cannot be read' "$FETCHALL" run -f nosuch
	printf '\n# nothing\n' >urls
	refused_fetch 2 'urls has no URL in it' "$FETCHALL" run -f urls
	printf '%s/1\n%s/\0\n' "$PLAIN" "$PLAIN" >urls
	refused_fetch 2 'urls:2: the line has a NUL byte' "$FETCHALL" run -f urls
	refused_fetch 2 'cannot be read' "$FETCHALL" run -f .
}

@test 'a bad line is named by its number, and nothing is fetched' {
	before=$(grep -c . "$BATS_FILE_TMPDIR/access.log" || true)
	printf '%s/1\nnonsense\n' "$PLAIN" >urls
	refused_fetch 2 "urls:2: 'nonsense'" "$FETCHALL" run -f urls
	printf '%s/1\r\n%s/\xc3\xa9\r\n' "$PLAIN" "$PLAIN" >urls
	refused_fetch 2 'urls:2: ' "$FETCHALL" run -f urls
	[[ $stderr == *'outside ASCII'* ]] || fail 'it does not say what is wrong'
	printf '%s/1\n%s/\xff\n' "$PLAIN" "$PLAIN" >urls
	refused_fetch 2 'urls:2: ' "$FETCHALL" run -f urls
	[ "$before" = "$(grep -c . "$BATS_FILE_TMPDIR/access.log" || true)" ] || fail 'something was fetched'
}

@test 'a line of 100 kB is refused by its number, one of 50 kB is fetched' {
	{
		echo "$PLAIN/1"
		printf '%s/1?%0100000d\n' "$PLAIN" 0
	} >urls
	refused_fetch 2 'urls:2: ' "$FETCHALL" run -f urls
	[ "${#stderr}" -lt 400 ] || fail 'the message is as long as the line'
	printf '%s/1529?%050000d\n' "$PLAIN" 0 >urls
	fetch 0 -q -f urls
	[[ $output == 'Read 1529 bytes from '* ]]
}

@test '--repeat: the list so many times over' {
	printf '%s/1529\n%s/1474\n' "$PLAIN" "$PLAIN" >urls
	for _ in 1 2 3; do
		printf 'Read %s bytes from %s\n' 1529 "$PLAIN/1529" 1474 "$PLAIN/1474"
	done | sort >ought
	fetch 0 --repeat 3 -f urls
	diff ought <(sort <<<"$output")
}

@test 'numbers that are none, or too small' {
	for words in '-w 0' '-k 0' '-w -1' '-k x' '--max-filesize 0' '--max-filesize 1T' '--stall-timeout 0' \
		'--connect-timeout nan' '--http 3' '-c 0' '--port 1' '--repeat 0'; do
		# shellcheck disable=SC2086 # words on purpose
		refused_fetch 2 "${words%% *}" "$FETCHALL" run $words "$PLAIN/1"
	done
	refused_fetch 2 '--cacert nosuch.pem cannot be read' "$FETCHALL" run --cacert nosuch.pem "$TLS/1"
}

@test 'more in flight than there may be descriptors: refused with the number' {
	need prlimit
	for words in '-s async -k 1000000' '-s openmp -w 4 -k 1500' '-s processes -w 1 -k 1000000'; do
		# shellcheck disable=SC2086 # words on purpose
		refused_fetch 2 'file descriptors' prlimit --nofile=1024:4096 "$FETCHALL" run $words "$PLAIN/1"
		[[ $stderr =~ need\ [0-9]+\ file\ descriptors\ in\ one\ process,\ which\ may\ have\ 4096 ]] || fail 'no number'
	done
}

@test 'a soft limit is raised' {
	need prlimit
	for words in '-s async -k 200' '-s openmp -w 4 -k 50'; do
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr timeout 30 prlimit --nofile=64:4096 "$FETCHALL" run --json $words --repeat 2000 "$PLAIN/1529"
		[ "$status" -eq 0 ] || fail 'it failed'
		json '100 < d["runs"][0]["peak_inflight"] <= 200 and d["runs"][0]["connections"] <= 200'
	done
}

@test 'without libmicrohttpd: what to do' {
	other=$ROOT/build/mpi0/fetchall
	[ -x "$other" ] || skip 'build/mpi0 is not built: make BUILD=build/mpi0 MPI=0 MICROHTTPD=0 all'
	refused_fetch 4 'built without libmicrohttpd: give URLs, or -f FILE' "$other" compare
	refused_fetch 4 'built without libmicrohttpd' "$other" serve
	run --separate-stderr timeout 30 "$other" run "$PLAIN/1529"
	[ "$output" = "Read 1529 bytes from $PLAIN/1529" ]
	run --separate-stderr "$other" list
	[[ $output == *'built without libmicrohttpd'* && $output == *'built without MPI'* ]] || fail 'list does not say why'
}

@test 'without libcurl: sumsq alone' {
	other=$ROOT/build/curl0
	[ -x "$other/sumsq" ] || skip 'build/curl0 is not built: make BUILD=build/curl0 CURL=0 all'
	[ ! -e "$other/fetchall" ]
	[ "$("$other/sumsq" run 4)" = $'4\t14' ]
}

@test 'sumsq is not linked with libcurl' {
	run ! grep -E 'curl|microhttpd|xxhash' <(ldd "$SUMSQ")
	grep -q libcurl <(ldd "$FETCHALL")
}
