/* Being asked to end: SIGINT, SIGTERM, SIGHUP and SIGUSR1, a batch system's warning, are noted, so
 * that what was found is still told. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

/*
 * From now on the first of these signals is noted instead of ending this process, and a call that
 * waits returns with EINTR; a second one ends it. Signals that are ignored stay ignored.
 */
void interrupt_watch(void);

/* The signal that was noted, 0 if none was. */
int interrupt_caught(void);

/* Signals do again what they did before interrupt_watch(). */
void interrupt_unwatch(void);

/* Ends this process by the signal that was noted, as it would have ended without the watch. Returns
 * if none was. */
void interrupt_end(void);

#endif
