#!/bin/sh
# Installs what corescale needs, with the system's package manager, where something is missing.
#
#	install-deps.sh [--dry-run] [build|check|peers]
#
# build: what `make` and `make demo` need. check (the default): that, and what the tests need.
# peers: what `make` needs, and the programs that scripts/peers.sh compares.
# --dry-run lists the missing packages, one a line, and installs nothing.
# Without root or sudo it prints the command to type, and exits 1.
set -eu

dry_run=no
group=check
for word; do
	case $word in
	--dry-run) dry_run=yes ;;
	build | check | peers) group=$word ;;
	*)
		echo "usage: install-deps.sh [--dry-run] [build|check|peers]" >&2
		exit 2
		;;
	esac
done

if command -v apt-get >/dev/null 2>&1; then
	packages='gcc libc6-dev make pkg-config libhwloc-dev libjansson-dev libopenmpi-dev openmpi-bin libcurl4-openssl-dev libssl-dev libxxhash-dev libmicrohttpd-dev gnuplot-nox'
	tests='libcmocka-dev bats gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user perl universal-ctags clang libclang-rt-dev libomp-dev python3 python3-jsonschema python3-xxhash shellcheck hwloc-nox procps util-linux curl nginx nghttp2-server openssl iproute2 chromium munge slurm-wlm mpich libmpich-dev libsimgrid-dev'
	peers='hyperfine clang libomp-dev rustc python3 python3-numpy parallel mawk nginx curl wget2 aria2 python3-aiohttp python3-requests'
	installed() { dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed$'; }
	install='apt-get install -y --no-install-recommends'
	refresh='apt-get update'
	export DEBIAN_FRONTEND=noninteractive
elif command -v dnf >/dev/null 2>&1; then
	packages='gcc make pkgconf-pkg-config hwloc-devel jansson-devel openmpi-devel libcurl-devel openssl-devel xxhash-devel libmicrohttpd-devel gnuplot'
	tests='libcmocka-devel bats perl-Test-Harness ctags clang compiler-rt libomp-devel python3 python3-jsonschema python3-xxhash ShellCheck hwloc procps-ng util-linux curl nginx nghttp2 openssl iproute chromium munge slurm slurm-slurmctld slurm-slurmd mpich-devel'
	peers='hyperfine clang libomp-devel rust python3 python3-numpy parallel gawk nginx curl wget2 aria2 python3-aiohttp python3-requests'
	installed() { rpm -q "$1" >/dev/null 2>&1; }
	install='dnf install -y'
	refresh=
else
	echo 'install-deps.sh: neither apt-get nor dnf is here: install gcc, make, pkg-config, hwloc, jansson, Open MPI, libcurl, xxHash, libmicrohttpd and gnuplot by hand' >&2
	exit 1
fi

case $group in
check) packages="$packages $tests" ;;
peers) packages="$packages $peers" ;;
esac
missing=
for package in $packages; do
	installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$dry_run" = yes ]; then
	# shellcheck disable=SC2086 # words on purpose
	printf '%s\n' $missing
	exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	as_root=sudo
else
	echo "install-deps.sh: root is needed; type: su -c '${refresh:+$refresh && }$install$missing'" >&2
	exit 1
fi

# Debian enables and starts what serves as soon as it is installed. These are for the tests, which start them
# themselves: the services stay stopped, where policy-rc.d is asked about them, and disabled. (To stop nginx afterwards
# would be too late: the installation fails if port 80 is taken.) Whoever had one before keeps it as it is.
policy=/usr/sbin/policy-rc.d
keep_stopped() { # services
	[ ! -e $policy ] || return 0
	trap '$as_root rm -f $policy' EXIT
	trap 'exit 1' HUP INT TERM
	# shellcheck disable=SC2016 # expanded when it is asked
	printf '#!/bin/sh\ncase " %s " in *" $1 "*) exit 101 ;; esac\n' "$*" | $as_root tee $policy >/dev/null
	$as_root chmod 755 $policy
}
keep_disabled() { # services
	for service; do
		$as_root update-rc.d "$service" disable
	done
	echo "for the tests, neither started nor enabled as services: $*"
}
serves=
case $install in
apt-get*)
	for package in $missing; do
		case $package in
		nginx | munge) serves="$serves $package" ;;
		slurm-wlm) serves="$serves slurmctld slurmd" ;;
		esac
	done
	;;
esac

echo "installing:$missing"
# shellcheck disable=SC2086 # words on purpose
[ -z "$serves" ] || keep_stopped $serves
# shellcheck disable=SC2086 # words on purpose
[ -z "$refresh" ] || $as_root $refresh -qq
# shellcheck disable=SC2086 # words on purpose
$as_root $install $missing
# shellcheck disable=SC2086 # words on purpose
[ -z "$serves" ] || keep_disabled $serves
