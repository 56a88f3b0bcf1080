/* Faults of the libcurl that is there, and the version that ends each. */
#ifndef QUIRKS_H
#define QUIRKS_H

#include <stdbool.h>

/* A second transfer on a connection of HTTP/2 without TLS sends the preface again, and fails:
 * 7.88.0 to 7.88.1 (curl issue 10634, mended in 8.0.0). */
bool quirks_lonely_http2(void);

#endif
