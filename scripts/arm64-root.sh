#!/bin/sh
# Unpacks Debian's libraries for 64-bit Arm into a folder, for programs that are built with aarch64-linux-gnu-gcc and run
# under qemu-aarch64. Nothing is installed: this system gets no foreign architecture.
#
#	arm64-root.sh FOLDER
#
# Exits with 1, having said why, where this system's packages do not come from a mirror that has arm64.
set -eu
[ $# -eq 1 ] || {
	echo 'usage: arm64-root.sh FOLDER' >&2
	exit 2
}
packages='libc6 libgcc-s1 libgomp1 libhwloc15 libhwloc-dev libudev1 libjansson4 libjansson-dev libxxhash0 libxxhash-dev libcmocka0 libcmocka-dev'
mkdir -p "$1"
root=$(cd "$1" && pwd)
[ ! -e "$root/complete" ] || exit 0
command -v apt-get >/dev/null || {
	echo "arm64-root.sh: apt-get is needed to fetch Debian's packages" >&2
	exit 1
}

# Lists and archives of our own, beside those of the system, whose sources and keys are used.
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$state/lists/partial" "$state/archives/partial"
: >"$state/status"
apt() {
	apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User= -o Dir::State="$state" \
		-o Dir::State::status="$state/status" -o Dir::Cache="$state" "$@"
}
# shellcheck disable=SC2086 # words on purpose
if ! { apt update && cd "$state" && apt download $packages; } >&2; then
	echo 'arm64-root.sh: the packages for arm64 could not be fetched' >&2
	exit 1
fi
for package in "$state"/*.deb; do
	dpkg-deb -x "$package" "$root"
done
touch "$root/complete"
