/* Pausing and resuming transfers. */
#include "bandwidth.h"

#include "bench/base/clock.h"
#include "host_cap.h"
#include "sockets.h"
#include "transfer.h"

/* A shorter debt is paid with the next one. */
#define SHORT_NS 5000000u

/* That its connection is not read from does not mean that nobody uses it. */
static void bandwidth_mark(struct transfer *transfer, bool paused)
{
	struct watch *watch = sockets_find(transfer->home->sockets, transfer_socket(transfer));

	if (watch)
		watch->paused = paused;
}

void bandwidth_came(struct transfer *transfer, size_t bytes)
{
	uint64_t now = clock_ns(), wait = host_cap_came(transfer->home->hosts, bytes, now);

	if (wait < SHORT_NS || curl_easy_pause(transfer->easy, CURLPAUSE_RECV))
		return;
	bandwidth_mark(transfer, true);
	transfer->paused_until = now + wait;
	transfer->home->paused++;
}

int bandwidth_release(struct transfer *transfers, unsigned int count, int wait_ms)
{
	uint64_t now, next = UINT64_MAX, ms;

	if (!count || !transfers->home->paused)
		return wait_ms;
	now = clock_ns();
	for (unsigned int i = 0; i < count; i++) {
		struct transfer *transfer = &transfers[i];

		if (!transfer->paused_until)
			continue;
		if (transfer->paused_until > now) {
			next = transfer->paused_until < next ? transfer->paused_until : next;
			continue;
		}
		bandwidth_mark(transfer, false);
		transfer->paused_until = 0;
		transfer->home->paused--;
		if (transfer->busy)
			curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
	}
	if (next == UINT64_MAX)
		return wait_ms;
	ms = (next - now) / 1000000 + 1;
	return wait_ms >= 0 && (uint64_t)wait_ms < ms ? wait_ms : (int)ms;
}
