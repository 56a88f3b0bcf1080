#!/bin/sh
# Checks the house. Who includes whom: siblings never each other, lower rooms never higher ones, nobody in a circle, each
# outside library in the files that are named for it. Where things are: a public function in the header and the source that
# its name begins with, no name twice, no file of more than 400 lines. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1

# The files, below each layer, that include a header matching a pattern.
includers() {
	pattern=$1
	shift
	find "$@" -name '*.[ch]' 2>/dev/null | sort | xargs grep -lE "^# *include +[\"<]($pattern)" /dev/null
}

count=0
failed=0
report() { # what, the offending files
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		failed=1
		echo "not ok $count - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

never() { # the layer, what it must not include, as a pattern of headers
	report "$1 does not include $2" "$(includers "$2" "$1")"
}

only() { # header, the files that may include it
	header=$1
	shift
	extra=$(includers "$header" bench compute io | grep -vxE "$(echo "$*" | tr ' ' '|')")
	report "$header only in $*" "$extra"
}

# Siblings. Of the workbench, a program sees the contract and the ground floor, and its main the command line.
never compute 'io/'
never io 'compute/'
never bench 'compute/|io/'
never io/engine 'io/server/'
never io/server 'io/engine/'
report 'io/engine/ and io/server/ see of io/ only its ground, payload.h and urls.h' "$(includers 'io/[a-z0-9_]+\.h' io/engine io/server |
	xargs grep -HE '"io/[a-z0-9_]+\.h"' /dev/null | grep -vE '"io/(payload|urls)\.h"')"
report 'compute/ and io/ see only the contract and the ground floor of bench/; what a main is made of, what it hands over' "$(
	find compute io -name '*.[ch]' 2>/dev/null | sort | xargs grep -HE '^# *include +"bench/' /dev/null |
		grep -vE '"bench/(work|claim|probe|base/[a-z0-9_]+)\.h"' | grep -vE '^[a-z]+/(main|verb_[a-z]+)\.[ch]:.*"bench/(cli|launcher|study)/[a-z_]+\.h"' |
		grep -vE '^[a-z]+/options\.h:.*"bench/cli/option\.h"' | grep -vE '^[a-z]+/(findings|bodies|kernel_tables)\.h:.*"bench/result/[a-z_]+\.h"'
)"

# The contract and the ground floor include nothing else of ours.
report 'work.h, claim.h and base/ include nothing of ours but base/' "$(
	grep -HE '^# *include +"' bench/work.h bench/claim.h bench/base/*.[ch] |
		grep -vE '"(bench/base/[a-z0-9_]+|[a-z0-9_]+)\.h"'
)"

# Inside the workbench.
never bench/place 'bench/(team|launcher|stats|result|study|report|cli)/'
never bench/team 'bench/(stats|result|study|report|cli)/'
never bench/launcher 'bench/(team|place|stats|result|study|report|cli)/'
never bench/stats 'bench/(base|place|team|launcher|result|study|report|cli)/'
never bench/result 'bench/(place|team|launcher|study|report|cli)/'
never bench/report 'bench/(place|team|study|cli)/'
never bench/study 'bench/(place|team|launcher|report|cli)/'
report 'the inside of a team is seen in bench/team/ only' "$(includers 'bench/team/team_inside\.h' bench compute io)"

# Libraries.
only 'mpi\.h' bench/team/mpi_ranks.h
only 'omp\.h' bench/team/strategy_openmp.c bench/place/openmp_env.c
only 'hwloc\.h' bench/place/topology.h
only 'jansson\.h' bench/result/json_read.c bench/result/json_write.c bench/result/json_table.c bench/result/json_table.h
only 'openssl/evp\.h' io/engine/checksum.c
only 'curl/curl\.h' io/urls.c io/engine/asking.h io/engine/body.h io/engine/error.c io/engine/loop.c io/engine/outcome.h io/engine/quirks.h io/engine/shared.h io/engine/sockets.h io/engine/transfer.h
only 'microhttpd\.h' io/server/server.c io/server/respond.h io/server/wake.c
only 'xxhash\.h' bench/launcher/feed.c bench/team/checkpoint_text.c io/engine/body.h
only 'getopt\.h' bench/cli/command_parse.c

# Circles. tsort names the files of each.
included() { # FILE INCLUDED, a pair a line
	find bench compute io -name '*.[ch]' | sort | xargs grep -oE '^# *include +"[^"]+"' /dev/null |
		sed -E 's/:# *include +"/ /; s/"$//' | while read -r file header; do
		[ -e "$header" ] || header=${file%/*}/$header
		echo "$file $header"
	done
}
report 'no files include each other in a circle' "$(included | tsort 2>&1 >/dev/null)"
report 'no rooms of bench/ include each other in a circle' "$(
	included | sed -E 's,/[^/]*( |$),\1,g' | awk '$1 != $2 && /^bench.* bench/' | sort -u | tsort 2>&1 >/dev/null
)"

# Names, as ctags finds them: KIND NAME FILE, and `file` behind what is seen in that file alone.
tags() {
	find bench compute io -name '*.[ch]' | sort | ctags -x --languages=C --langmap=C:.c.h --kinds-C=fps -I '__attribute__+' -D INLINE=static \
		--_xformat='%K %N %F %{file}' -L -
}
without=
ctags --version 2>/dev/null | grep -q '^Universal Ctags' || without='universal-ctags is not installed'
named() { # what, the offending names
	if [ -z "$without" ]; then
		report "$1" "$2"
	else
		count=$((count + 1))
		echo "ok $count - $1 # SKIP $without"
	fi
}
[ -n "$without" ] || tags=$(tags)

# A function's name begins with its header's name, and so does that of its source: policy_find() is declared in policy.h, and
# defined in policy.c or in policy_*.c.
named 'a public function is found by its name, in a header and a source' "$(echo "$tags" | awk '
	function stem(path) { sub(/.*\//, "", path); sub(/\..*/, "", path); return path }
	function leads(word, name) { return name == word || index(name, word "_") == 1 }
	$1 == "prototype" && $3 ~ /h$/ { header[$2] = $3 }
	$1 == "function" && $4 != "file" && $3 ~ /c$/ { source[$2] = $3 }
	END {
		for (name in source) {
			h = stem(header[name])
			if (name != "main" && !(h != "" && leads(h, name) && leads(h, stem(source[name]))))
				print name ": " source[name] ", declared in " (h == "" ? "no header" : header[name])
		}
	}' || echo 'awk failed')"

# A debugger and a profile show a static without its file: it has a word of the file's name in its own, or begins with the
# name of a struct that the file has.
named 'a static has the noun of its file' "$(echo "$tags" | awk '
	function stem(path) { sub(/.*\//, "", path); sub(/\..*/, "", path); return path }
	function has(word, part) { return index("_" word "_", "_" part "_") }
	$1 == "struct" { structs[stem($3)] = structs[stem($3)] " " $2 }
	$1 == "function" && $4 == "file" && $3 ~ /c$/ { file[$2] = $3 }
	END {
		for (name in file) {
			of = stem(file[name])
			found = index(of, substr(name, 1, index(name "_", "_") - 1))
			count = split(of, words, "_")
			for (i = 1; i <= count; i++)
				found = found || has(name, words[i]) || has(name, substr(words[i], 1, length(words[i]) - 1))
			count = split(structs[of], words, " ")
			for (i = 1; i <= count; i++)
				found = found || index(name "_", words[i] "_") == 1
			if (!found && name !~ /^omp_/)
				print name ": " file[name]
		}
	}' || echo 'awk failed')"

# The hooks of the two mains.
hooks='main|main_[a-z_]+'
twice() { # kind
	echo "$tags" | awk -v kind="$1" '$1 == kind { print $2, $3 }' | sort -u | cut -d' ' -f1 | uniq -d
}
named 'no function has the name of another, but for what the two mains hand over' "$(twice function | grep -vxE "$hooks")"
named 'no struct has the tag of another' "$(twice struct)"

report 'no file has more than 400 lines' "$(
	find bench compute io -name '*.[ch]' -exec wc -l {} + | awk '$1 > 400 && $2 != "total" { print $2 ": " $1 }'
)"

# A name is found by its last part alone.
report 'file names are unique, but for main.c' "$(find bench compute io -name '*.[ch]' 2>/dev/null | sed 's|.*/||' | grep -vx main.c | sort | uniq -d)"

echo "1..$count"
exit $failed
