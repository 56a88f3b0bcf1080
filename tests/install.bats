#!/usr/bin/env bats
# make install and uninstall, and who installs packages and who does not.

load helpers

# As typed at a fresh shell, whatever make runs these tests.
fresh_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES make "$@"
}

# A copy of what is built from, whose scripts/install-deps.sh only tells that it was called.
copy() {
	mkdir copy
	cp -r "$ROOT/Makefile" "$ROOT/bench" "$ROOT/compute" "$ROOT/io" "$ROOT/scripts" copy
	printf '#!/bin/sh\necho "$@" >>%q\n' "$PWD/called" >copy/scripts/install-deps.sh
}

refused_by() { # exit code, command ...
	local code=$1
	shift
	run --separate-stderr "$@"
	[ "$status" -eq "$code" ] || fail "$*: exit code $status"
}

@test 'install, run what was installed, uninstall' {
	need make
	make -C "$ROOT" install DESTDIR="$PWD/dest" PREFIX=/opt/here >log 2>&1 || fail "$(cat log)"
	bin=dest/opt/here/bin/sumsq
	[ "$(find dest -type f | wc -l)" -eq 6 ]
	run -0 --separate-stderr "$bin" run 10
	[ "$output" = $'10\t285' ]
	"$bin" --help=man | cmp - dest/opt/here/share/man/man1/sumsq.1
	"$bin" --help=bash | cmp - dest/opt/here/share/bash-completion/completions/sumsq
	dest/opt/here/bin/fetchall --help=man | cmp - dest/opt/here/share/man/man1/fetchall.1
	if command -v mpirun; then
		run -0 --separate-stderr "$bin" run -s mpi -n 2 10
		[ "$output" = $'10\t285' ]
	fi
	make -C "$ROOT" uninstall DESTDIR="$PWD/dest" PREFIX=/opt/here >log 2>&1 || fail "$(cat log)"
	[ -z "$(find dest ! -type d)" ] || fail "left: $(find dest ! -type d)"
	make -C "$ROOT" uninstall DESTDIR="$PWD/dest" PREFIX=/opt/here >log 2>&1 || fail "$(cat log)"
}

@test 'install goes to /usr/local unless told' {
	need make
	make -C "$ROOT" install DESTDIR="$PWD/dest" >log 2>&1 || fail "$(cat log)"
	[ -x dest/usr/local/bin/sumsq ]
}

@test 'plain make builds, without a warning, and installs no package' {
	need make
	copy
	fresh_make -C copy -j 2 >log 2>warnings || fail "$(cat warnings)"
	[ ! -s warnings ] || fail "$(cat warnings)"
	run -0 --separate-stderr copy/build/sumsq run 10
	[ "$output" = $'10\t285' ]
	[ ! -e called ] || fail 'make installs packages'
	# Nothing is made twice.
	fresh_make -C copy >log
	run ! grep -E ' (CC|LD) ' log
}

@test 'make without what it needs says what to do, and installs no package' {
	need make
	copy
	run fresh_make -C copy PKG_CONFIG=false
	[ "$status" -ne 0 ]
	[[ $output == *scripts/install-deps.sh* ]]
	[ ! -e called ]
}

@test 'make -n, help, clean and uninstall install no package' {
	need make
	copy
	run fresh_make -C copy -n
	[[ $output != *install-deps* ]]
	for target in help clean uninstall; do
		fresh_make -C copy $target DESTDIR="$PWD/dest" >log
	done
	fresh_make -C copy -n demo >log
	grep -q install-deps log
	[ ! -e called ]
}

@test 'without MPI make builds, and says so' {
	need make
	copy
	touch copy/bench/team/strategy_mpi.c
	fresh_make -C copy -j 2 MPICC=no-such-compiler CFLAGS=-O0 >log 2>warnings ||
		fail "$(cat warnings)"
	grep -q 'built without MPI' log
	copy/build/sumsq list | grep -q '^mpi  .*built without MPI'
}

@test 'without libcurl make builds sumsq, and says why there is no fetchall' {
	need make
	copy
	fresh_make -C copy -j 2 CURL=0 CFLAGS=-O0 >log 2>warnings || fail "$(cat warnings)"
	grep -q 'no fetchall: libcurl' log
	[ -x copy/build/sumsq ]
	[ ! -e copy/build/fetchall ]
}

@test 'without libmicrohttpd only serve is absent' {
	need make
	copy
	fresh_make -C copy -j 2 MICROHTTPD=0 CFLAGS=-O0 >log 2>warnings || fail "$(cat warnings)"
	grep -q 'fetchall without serve' log
	copy/build/fetchall list | grep -q '^serve .*built without libmicrohttpd'
	refused_by 4 copy/build/fetchall serve
	refused_by 4 copy/build/fetchall run
}

@test 'sumsq is not linked with what fetchall is made of' {
	need ldd
	run ! grep -E 'curl|microhttpd|xxhash' <<<"$(ldd "$SUMSQ")"
}

@test 'make help names the targets' {
	need make
	run -0 fresh_make -C "$ROOT" help
	for target in all demo test check install uninstall clean help; do
		grep -q "^$target " <<<"$output" || fail "no $target"
	done
}

# A system with only these commands and the shell's own; each tells how it was called.
system_of() { # commands that tell and succeed ...
	local name
	mkdir system
	for name in sh env id grep dirname; do
		ln -s "$(command -v $name)" system
	done
	for name; do
		printf '#!/bin/sh\necho "%s $*" >>%q\n' "$name" "$PWD/called" >"system/$name"
		chmod +x "system/$name"
	done
}

# These find no package installed.
nothing_installed() { # dpkg-query or rpm
	rm -f "system/$1"
	printf '#!/bin/sh\nexit 1\n' >"system/$1"
	chmod +x "system/$1"
}

as_uid() { # number
	rm system/id
	printf '#!/bin/sh\necho %s\n' "$1" >system/id
	chmod +x system/id
}

install_deps() { # options ...
	env PATH="$PWD/system" sh "$ROOT/scripts/install-deps.sh" "$@" </dev/null
}

@test 'install-deps.sh --dry-run lists what is missing, and installs nothing' {
	system_of apt-get
	nothing_installed dpkg-query
	as_uid 0
	run -0 install_deps --dry-run build
	for package in gcc make libhwloc-dev libjansson-dev libopenmpi-dev; do
		grep -qx "$package" <<<"$output" || fail "no $package"
	done
	run ! grep -qx bats <<<"$output"
	run -0 install_deps --dry-run
	for package in gcc bats libcmocka-dev clang python3-jsonschema shellcheck; do
		grep -qx "$package" <<<"$output" || fail "no $package"
	done
	[ ! -e called ]
}

@test 'install-deps.sh --dry-run on this system' {
	command -v apt-get || command -v dnf || skip 'neither apt-get nor dnf is here'
	run -0 "$ROOT/scripts/install-deps.sh" --dry-run
}

@test 'install-deps.sh as root installs what is missing' {
	system_of apt-get
	nothing_installed dpkg-query
	as_uid 0
	run -0 install_deps build
	grep -q '^apt-get install -y .* libhwloc-dev' called
}

# Where nothing is in /usr/sbin, or an empty file of that name: nobody else sees this.
install_deps_with() { # file of /usr/sbin or ''
	# shellcheck disable=SC2016 # expanded in there
	unshare -rm sh -c '
		mount -t tmpfs none /usr/sbin && ${1:+touch "/usr/sbin/$1"} && PATH=$2 && exec sh "$3"' \
		sh "$1" "$PWD/system" "$ROOT/scripts/install-deps.sh" </dev/null
}

# apt-get asks policy-rc.d before it starts a service; one that is there is the administrator's.
@test 'install-deps.sh leaves the services for the tests stopped and disabled' {
	need unshare
	unshare -rm mount -t tmpfs none /usr/sbin || skip 'no mounts of our own here'
	system_of apt-get update-rc.d tee chmod rm
	nothing_installed dpkg-query
	as_uid 0
	run -0 install_deps_with ''
	[[ $output == *'neither started nor enabled as services: nginx munge slurmctld slurmd'* ]]
	printf '%s\n' 'tee /usr/sbin/policy-rc.d' 'chmod 755 /usr/sbin/policy-rc.d' 'apt-get update' \
		'apt-get install' 'update-rc.d '{nginx,munge,slurmctld,slurmd}' disable' \
		'rm -f /usr/sbin/policy-rc.d' >expected
	sed 's/^\(apt-get [a-z]*\) .*/\1/' called | diff expected -
	rm called
	run -0 install_deps_with policy-rc.d
	sed 's/^\(apt-get [a-z]*\) .*/\1/' called | diff <(grep -v policy expected) -
}

@test 'install-deps.sh leaves an nginx alone that was there before' {
	system_of apt-get update-rc.d tee chmod rm
	rm -f system/dpkg-query
	# shellcheck disable=SC2016 # expanded when it is called
	printf '#!/bin/sh\ncase $* in *" nginx") echo install ok installed ;; *) exit 1 ;; esac\n' >system/dpkg-query
	chmod +x system/dpkg-query
	as_uid 0
	run -0 install_deps
	[[ $output != *nginx* ]]
	run ! grep nginx called
	grep -q '^apt-get install -y .* bats ' called
	# Where nothing that serves is installed, nothing is kept stopped.
	sed -i 's/\*" nginx")/*" nginx" | *" munge" | *" slurm-wlm")/' system/dpkg-query
	rm called
	run -0 install_deps
	run ! grep policy-rc.d called
}

@test 'install-deps.sh without root or sudo says what to type, and fails' {
	system_of apt-get
	nothing_installed dpkg-query
	as_uid 1000
	run -1 install_deps build
	[[ $output == *"apt-get install -y "*" libhwloc-dev"* ]]
	[ ! -e called ]
}

@test 'install-deps.sh knows dnf' {
	system_of dnf
	nothing_installed rpm
	as_uid 0
	run -0 install_deps --dry-run build
	grep -qx hwloc-devel <<<"$output"
	[ ! -e called ]
	run -0 install_deps build
	grep -q '^dnf install -y .*hwloc-devel' called
}

@test 'install-deps.sh refuses what it does not know' {
	run -2 "$ROOT/scripts/install-deps.sh" --nope
	system_of
	run -1 install_deps
	[[ $output == *hwloc* ]]
}

@test 'the scripts and the tests pass shellcheck' {
	need shellcheck
	find "$ROOT/scripts" "$ROOT/.ci" -type f >files
	grep -q /.ci/run files
	grep -q /install-deps.sh files
	while read -r file; do
		[[ $(head -c 2 "$file") == '#!' ]] || continue
		shellcheck "$file" || fail "$file"
	done <files
	shellcheck "$ROOT"/tests/helpers.bash
	shellcheck -s bats "$ROOT"/tests/*.bats
}
