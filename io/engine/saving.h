/* A body on its way into its file: which bytes go there, where it begins, and whether it is what
 * was asked for. */
#ifndef SAVING_H
#define SAVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "body.h"
#include "checksum.h"
#include "error.h"
#include "head.h"
#include "io/urls.h"
#include "sink.h"

struct saving {
	struct sink sink;
	struct checksum *checksum; /* its own; NULL until a sum is wanted */
	char sum[CHECKSUM_TEXT];   /* of the whole body, if it was wanted; otherwise "" */
	uint64_t asked; /* bytes that were there, behind which the others were asked for */
	uint64_t kept;  /* of them, those that the body goes on from */
	bool summing;
	bool accepted; /* it was seen what is coming */
	int error;     /* -errno of what the file did not take */
};

/*
 * Begins with a URL: opens what there is of its file, if there is a folder and it has a name.
 * Returns 0 with `asked` set; 1 if the file is there already, and *verdict says whether it is what
 * was asked for; or -errno, -ENOMEM or of the file.
 */
int saving_begin(struct saving *saving, const struct folder *folder, const struct url *url,
		 bool sums, enum fetch_error *verdict);

/* A piece of a body with that head came. */
enum fetch_error saving_take(struct saving *saving, const struct head *head, struct body *body,
			     const struct url *url, const char *bytes, size_t length);

/*
 * All of it came, with that verdict so far. Returns the last one: FETCH_OK, and then the file is
 * whole as NAME.part, and open; or what is wrong with it, and then it is closed, and left only if
 * it may be gone on with.
 */
enum fetch_error saving_end(struct saving *saving, const struct head *head, struct body *body,
			    const struct url *url, enum fetch_error verdict);

/* What is there of it is left if it may be gone on with. */
void saving_close(struct saving *saving);

#endif
