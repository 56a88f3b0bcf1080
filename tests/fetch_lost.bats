#!/usr/bin/env bats
# fetchall run -o while the machine or the server fails: what it calls saved is there and right, what it does not is named,
# and the same command does the rest.
# shellcheck disable=SC2154 # bats sets stderr

load fetch_helpers

setup() {
	need_fetchall
	need_serve
	cd "$BATS_FILE_TMPDIR" || return 1
	rm -rf out log urls
}

teardown() {
	end_started
}

# URLs of a server that says what each body is made of, so that --check-seed compares all bytes.
make_list() { # count, options of serve ...
	start_serve --sizes 3000,100000 "${@:2}"
	seq -f "$URL/%.0f" 0 $(($1 - 1)) >urls
	curl -s -o even "$URL/0"
	curl -s -o odd "$URL/1"
	EVEN=$(stat -c %s even) ODD=$(stat -c %s odd)
}

# Every file of the list is there, of its size, and nothing else.
all_there() { # count
	[ "$(find out -type f -size "${EVEN}c" -o -type f -size "${ODD}c" | wc -l)" -eq "$1" ] && [ "$(find out | wc -l)" -eq $(($1 + 1)) ] && return 0
	fail "what is there: $(ls out)"
}

has_lines() { # count
	[ -e log ] && [ "$(wc -l <log)" -ge "$1" ]
}

# A file system that goes down as with the power: what was not brought to the disk is not there when it is mounted again.
@test 'the power goes: all that was called saved is there' {
	unshare -m true 2>/dev/null && need mkfs.ext4 && [ -w /dev/loop-control ] || skip 'needs the right to mount, and loop devices'
	make_list 150 --delay 10ms
	cat >power.py <<-'END'
		import fcntl, os, struct, time
		disk = os.open("disk", os.O_RDONLY)
		open("ready", "w").close()
		end = time.monotonic() + 30
		while time.monotonic() < end and not (os.path.exists("log") and len(open("log").readlines()) >= 10):
		    time.sleep(0.002)
		fcntl.ioctl(disk, 0x8004587D, struct.pack("I", 2))  # EXT4_IOC_SHUTDOWN, without writing the journal
	END
	cat >power.sh <<-'END'
		mkdir -p shm disk
		mount -t tmpfs none shm && truncate -s 64M shm/image && mkfs.ext4 -q -F shm/image && mount -o loop shm/image disk || exit 77
		rm -f ready log
		"$PYTHON" power.py &
		until [ -e ready ]; do sleep 0.05; done
		timeout 60 "$FETCHALL" run -q -o disk/out -f urls --check-seed --per-host 0 --retries 0 --rate 30/s --log log "$@" >/dev/null 2>err
		wait
		umount disk && mount -o loop shm/image disk || exit 1
		cp -r disk/out after
		timeout 60 "$FETCHALL" run -q -o disk/out -f urls --check-seed --per-host 0 "$@" >/dev/null 2>err || exit 2
		cp -r disk/out out
		umount disk
	END
	export PYTHON FETCHALL
	for words in '-s async' '-s openmp -w 2' '-s processes -w 2'; do
		rm -rf out after
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr timeout 100 unshare -m bash power.sh $words
		[ "$status" -ne 77 ] || skip 'no file system to mount'
		[ "$status" -eq 0 ] || fail "$words: $status: $(cat err)"
		"$PYTHON" - <<-'END' || fail "$words: what was called saved is not there"
			import json, os
			saved = [row for row in map(json.loads, open("log")) if row["saved"]]
			print(len(saved), "were called saved", flush=True)
			assert 10 <= len(saved) < 150
			assert all(os.path.getsize("after/" + row["file"]) == row["bytes"] for row in saved)
		END
		all_there 150
	done
}

@test 'no descriptors are left in the midst of it: what fails is named, and the rest is right' {
	need prlimit
	make_list 120 --delay 20ms
	for words in 'async -k 20' 'openmp -w 3' 'processes -w 3'; do
		rm -rf out log
		# shellcheck disable=SC2086 # words on purpose
		"$FETCHALL" run -q -s $words -o out -f urls --retries 1 --rate 60/s --no-progress --log log >/dev/null 2>err 3>&- &
		leader=$!
		await 20 has_lines 5 || fail "$words: nothing came: $(cat err)"
		for pid in $leader $(pgrep -P $leader || true); do
			prlimit --pid "$pid" --nofile=8:8 || true
		done
		wait $leader && code=0 || code=$?
		[ "$code" -eq 1 ] || fail "$words: $code: $(cat err)"
		[ "$(wc -l <log)" -eq 120 ] || fail "$words: $(wc -l <log) are told of"
		[ "$(find out -name '*.part*')" = '' ] || fail "$words: $(ls out)"
		# shellcheck disable=SC2086
		fetch 0 -s $words -o out -f urls --check-seed --per-host 0
		all_there 120
	done
}

# Whatever the wall clock does: it is another one at each look.
@test 'the wall clock jumps by days: nothing waits for it' {
	cat >jump.c <<-'END'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <sys/time.h>
		#include <time.h>
		static long jump(void) { static long n; return ++n % 2 ? 86400 * 3 : -86400 * 5; }
		int clock_gettime(clockid_t id, struct timespec *t)
		{
			int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
			int ret = real(id, t);
			if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec += jump();
			return ret;
		}
		int gettimeofday(struct timeval *restrict t, void *restrict zone)
		{
			struct timespec now;
			clock_gettime(CLOCK_REALTIME, &now);
			(void)zone, t->tv_sec = now.tv_sec, t->tv_usec = now.tv_nsec / 1000;
			return 0;
		}
		time_t time(time_t *t)
		{
			struct timespec now;
			clock_gettime(CLOCK_REALTIME, &now);
			return t ? *t = now.tv_sec : now.tv_sec;
		}
	END
	cc -shared -fPIC -O1 -o jump.so jump.c -ldl
	[ "$(LD_PRELOAD=$PWD/jump.so date +%s)" -ne "$(LD_PRELOAD='' date +%s)" ] || skip 'nothing can be preloaded here'
	# Also a pause that a server asks for, and a stall, are over in time.
	make_list 100 --fail 429:0.02:1,stall:0.02
	for words in 'async -k 8' 'openmp -w 3' 'processes -w 3'; do
		rm -rf out
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr timeout 60 env LD_PRELOAD="$PWD/jump.so" "$FETCHALL" run -q -s $words -o out -f urls --check-seed --per-host 0 --stall-timeout 1
		[ "$status" -eq 0 ] || fail "$words: $status"
		all_there 100
	done
}

@test 'the server dies and comes back: all files are right' {
	port=$(free_ports 1)
	for words in 'async -k 8' 'openmp -w 3' 'processes -w 3'; do
		rm -rf out log
		make_list 100 --port "$port" --delay 20ms
		# shellcheck disable=SC2086 # words on purpose
		"$FETCHALL" run -q -s $words -o out -f urls --check-seed --retries 12 --rate 60/s --log log >/dev/null 2>err 3>&- &
		leader=$!
		await 20 has_lines 5 || fail "$words: nothing came: $(cat err)"
		kill -KILL "$SERVER"
		start_serve --sizes 3000,100000 --port "$port"
		wait $leader || fail "$words: $?: $(cat err)"
		all_there 100
		end_started
	done
}
