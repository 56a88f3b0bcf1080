/* The limits of this system, asked before a team is made. */
#ifndef LIMITS_H
#define LIMITS_H

/*
 * Whether so many threads or processes can be had; what: "threads", "processes" or "ranks", for the
 * message. Returns 0, or -EINVAL having said which limit forbids it.
 */
int limits_check(unsigned int count, const char *what);

#endif
