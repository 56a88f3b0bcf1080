#!/usr/bin/env bats
# fetchall run -o: what is saved is whole, right, and nowhere else.
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
	rm -rf out
}

# The names in out/, in one line.
saved() {
	(cd out && shopt -s dotglob nullglob && echo *)
}

@test 'every strategy saves the same files, and again asks for nothing' {
	printf '%s\n' "$PLAIN/0" "$PLAIN/1529" "$PLAIN/100000" "$PLAIN/3000000" >urls
	for words in serial async 'openmp -w 3' 'processes -w 3' 'mpi -n 2' 'mpi+async -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		rm -rf out
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -s $words -f urls -o out
		[ "$(saved)" = '0 100000 1529 3000000' ] || fail "$words: $(saved)"
		[[ $stderr == *'4 of 4 saved in out, 0 were there'* ]] || fail 'it does not say where'
		for file in 0 1529 100000 3000000; do
			cmp "out/$file" "www/$file" || fail "$words"
		done
		requests=$(wc -l <access.log)
		# shellcheck disable=SC2086
		fetch 0 -s $words -f urls -o out
		[[ $stderr == *'0 of 4 saved in out, 4 were there'* ]] || fail 'it saved again'
		[ "$(wc -l <access.log)" -eq "$requests" ] || fail 'it asked again'
	done
}

@test 'names: told apart, from the list, never out of the folder' {
	printf '%s\n' "$PLAIN/1529?a" "$PLAIN/1529?b" "$PLAIN/%2e%2e%2f%2e%2e%2f1" "$PLAIN/%252e%252e%252f1" >urls
	printf '%s\n\tout=chosen\n%s\tout=also chosen\n' "$PLAIN/1474" "$PLAIN/1" >>urls
	fetch 1 -f urls -o out
	[ "$(saved | sed 's/~[0-9a-f]\{12\}/~HASH/')" = '1529 1529~HASH also chosen chosen' ] || fail "$(saved)"
	[[ $stderr == *'1 of 6 had a name that another has'* ]] || fail 'not told'
	cmp out/chosen www/1474
	cmp 'out/also chosen' www/1
	for name in ../x /etc/x a/b .x x.part $'\e[31m'; do
		refused_fetch 2 'out= ' "$FETCHALL" run -o out --strict -f - <<<"$PLAIN/1"$'\t'"out=$name"
	done
	[ ! -e x ]
}

@test 'a folder for -o: who may have meant a file is told how to name one' {
	mkdir out
	cp www/1529 www/page.html
	fetch 0 -o out/mine.HTML "$PLAIN/page.html"
	cmp out/mine.HTML/page.html www/page.html
	[[ $stderr == *'-o out/mine.HTML is a folder, which was made, and the file is page.html in it'* ]] || fail 'not told'
	# What it says to type does that.
	rm -r out/mine.HTML
	command=${stderr#*in a list: }
	command=${command%%$'\n'*}
	(PATH=${FETCHALL%/*}:$PATH && eval "$command") || fail "$command"
	cmp out/mine.HTML www/page.html
	# A folder that was there, or is called as folders are, or is of several, was meant.
	mkdir out/there.html
	for words in 'out/there.html page.html' 'out/plain page.html' 'out/a.txt page.html' 'out/b.html page.html 1529' \
		'out/c.html/ page.html' 'out/.html page.html'; do
		read -ra words <<<"$words"
		urls=("${words[@]:1}")
		fetch 0 -o "${words[0]}" "${urls[@]/#/$PLAIN/}"
		[[ $stderr != *'is a folder'* ]] || fail "told of ${words[0]}"
	done
}

@test 'links in the folder are not followed, and nothing is saved over' {
	mkdir out
	echo mine >victim
	ln -s ../victim out/1
	ln -s ../victim out/1474.part
	echo mine >out/1529
	fetch 1 -f - -o out --json=document <<<"$PLAIN/1"$'\n'"$PLAIN/1474"$'\n'"$PLAIN/1529"
	json '[row["error"] for row in d["results"]] == ["not_saved", "not_saved", None] and d["results"][2]["saved"] == "there"' document
	[ "$(cat victim out/1529)" = $'mine\nmine' ] || fail 'it was written to'
	# Nor is anything written to, or waited for, that is no file.
	mkdir out/0 out/100000.part
	mkfifo out/3000000.part out/3000000.part-about
	fetch 1 --retries 0 -o out "$PLAIN/0" "$PLAIN/100000" "$PLAIN/3000000" --json=document
	json 'all(row["error"] == "not_saved" for row in d["results"])' document
	rmdir out/0 out/100000.part
	rm out/3000000.part*
	# What replaces a link replaces the link.
	fetch 0 "$PLAIN/1" "$PLAIN/1529" -o out --clobber
	[ "$(cat victim)" = mine ] && cmp out/1 www/1 && cmp out/1529 www/1529
}

@test 'a short body is no file until it is whole; a long one is a part' {
	start_server halves '' "$PYTHON" "$BATS_TEST_DIRNAME/servers/halves.py"
	await 10 test -s halves.out || fail "$(cat halves.err)"
	"$FETCHALL" run -q -o out "http://127.0.0.1:$(head -n 1 halves.out)/"{100000,300000} 3>&- &
	await 10 test -s out/300000.part-about || fail "no part: $(saved)"
	await 10 grep -q 'half /100000' halves.out || fail 'it was not asked for'
	[ "$(saved)" = '300000.part 300000.part-about' ] || fail "$(saved)"
	kill -KILL $!
	wait $! || true
	[ "$(saved)" = '300000.part 300000.part-about' ] || fail "$(saved)"
	# From memory into a part, as it grows.
	fetch 0 -o pieces "http://127.0.0.1:$(head -n 1 halves.out)/pieces"
	"$PYTHON" -c 'import sys; sys.stdout.buffer.write(b"".join(bytes([piece]) * 25000 for piece in range(10)))' |
		cmp - pieces/pieces || fail 'its pieces are not those that came'
}

@test 'a file that came meanwhile is not saved over, whoever is first' {
	for way in 1 2 3 4 5; do
		seq 200 | sed "s|.*|$PLAIN/1529\tout=&|" >urls
		"$FETCHALL" run -q -o out -f urls --json=one 3>&- &
		run timeout 30 "$FETCHALL" run -q -o out -f urls --json=other
		[ "$status" -le 1 ] || fail "$status"
		wait $! || [ $? -eq 1 ]
		[ "$(saved | wc -w)" -eq 200 ] || fail "$way: $(saved)"
		for file in out/*; do cmp "$file" www/1529 || fail "$file"; done
		json 'all(row["error"] in (None, "not_saved") for row in d["results"])' other
		rm out/*
	done
}

@test 'what failed leaves nothing, and the rest is there' {
	fetch 1 -o out --retries 0 "$PLAIN/1" "$PLAIN/status/404" "$PLAIN/nothing" "http://127.0.0.1:$(free_ports 1)/x"
	[ "$(saved)" = 1 ] || fail "$(saved)"
	fetch 1 -o out --max-filesize 2M "$PLAIN/3000000"
	[ "$(saved)" = 1 ] || [ "$(saved)" = '1 3000000.part 3000000.part-about' ] || fail "$(saved)"
}

@test 'a folder that cannot be, and a full disk' {
	refused_fetch 2 'nothing can be saved in victim' "$FETCHALL" run -o victim "$PLAIN/1"
	refused_fetch 2 'nothing can be saved in none/out' "$FETCHALL" run -o none/out "$PLAIN/1"
	need_mounts
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unshare -m bash -c '
		mkdir -p small && mount -t tmpfs -o size=1M none small || exit 77
		"$1" run -s serial -o small "$2/100000" "$2/3000000"
		code=$?
		cmp small/100000 www/100000 && [ ! -e small/3000000 ] && exit $code
		exit 99' - "$FETCHALL" "$PLAIN"
	[ "$status" -ne 77 ] || skip 'no tmpfs'
	[ "$status" -eq 1 ] || fail "$status"
	[[ $stderr == *'1 could not be saved'*'No space left on device'* ]] || fail 'it does not say why'
}

@test 'a line that is wrong is left out, unless --strict' {
	printf '%s\n' "$PLAIN/1" nonsense "$PLAIN/1529" >urls
	fetch 1 -f urls -o out
	[ "$(saved)" = '1 1529' ] || fail "$(saved)"
	[[ $stderr == *"urls:2: 'nonsense' has no scheme"*'1 download of the list'* ]] || fail 'not said'
	refused_fetch 2 "urls:2: 'nonsense'" "$FETCHALL" run -f urls -o out --strict
	refused_fetch 2 "'nonsense'" "$FETCHALL" run -o out nonsense "$PLAIN/1"
}
