/* Being asked to end. */
#define _GNU_SOURCE
#include "interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum { INTERRUPTS = 4 };

static const int interrupt_signals[INTERRUPTS] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
static struct sigaction interrupt_before[INTERRUPTS];
/* Set by the handler of signals, in any thread, and read by the main one. It guards no data. */
static _Atomic int interrupt_number;
static bool interrupt_watching;

static void interrupt_note(int number)
{
	interrupt_number = number;
}

void interrupt_watch(void)
{
	/* SA_RESETHAND: the second one of a kind is not ours. Waits return without SA_RESTART. */
	struct sigaction action = { .sa_handler = interrupt_note, .sa_flags = (int)SA_RESETHAND };

	if (interrupt_watching)
		return;
	interrupt_watching = true;
	interrupt_number = 0;
	for (int i = 0; i < INTERRUPTS; i++) {
		sigaction(interrupt_signals[i], NULL, &interrupt_before[i]);
		if (interrupt_before[i].sa_handler != SIG_IGN)
			sigaction(interrupt_signals[i], &action, NULL);
	}
}

int interrupt_caught(void)
{
	return interrupt_number;
}

void interrupt_unwatch(void)
{
	for (int i = 0; interrupt_watching && i < INTERRUPTS; i++)
		sigaction(interrupt_signals[i], &interrupt_before[i], NULL);
	interrupt_watching = false;
}

void interrupt_end(void)
{
	interrupt_unwatch();
	if (!interrupt_number)
		return;
	signal(interrupt_number, SIG_DFL);
	raise(interrupt_number);
}
