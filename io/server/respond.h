/* Answering requests as a scenario says: the functions that libmicrohttpd calls. */
#ifndef RESPOND_H
#define RESPOND_H

#include <stdatomic.h>
#include <stdint.h>

#include <microhttpd.h>

#include "scenario.h"

struct wake;

enum { RESPOND_COUNTERS = 1 << 20 };

/* What all answers have in common. Whoever embeds it fills it in. */
struct responder {
	struct scenario scenario;
	char seed[24];      /* as text */
	uint32_t *counters; /* RESPOND_COUNTERS of requests by path; the answering thread's */
	struct wake *wake;
	atomic_ullong requests; /* so far; relaxed: it guards no data */
};

/* Called when a header is there, for each part of a body, at the end of the request, and after
 * each wait. from is the responder. */
enum MHD_Result respond_to(void *from, struct MHD_Connection *connection, const char *path,
			   const char *method, const char *version, const char *upload,
			   size_t *upload_length, void **state);

/* The request is over. */
void respond_forget(void *from, struct MHD_Connection *connection, void **state,
		    enum MHD_RequestTerminationCode why);

/* Percent signs stay in the path: a client that checks the body has the path of its URL. */
size_t respond_leave_escaped(void *from, struct MHD_Connection *connection, char *text);

#endif
