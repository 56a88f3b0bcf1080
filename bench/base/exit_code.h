/* The exit codes of all programs: README and `--help` say what each means. */
#ifndef EXIT_CODE_H
#define EXIT_CODE_H

/*
 * The exit code of a program follows from the errno, positive or negative, that came up:
 *   EINVAL  2  the request was wrong
 *   EBADMSG, EILSEQ 3  an answer was wrong
 *   ENOTSUP 4  not available here
 *   EDOM    5  the samples cannot tell
 *   others  1  it failed while running
 */
int exit_code(int err);

/* And back: the errno of an exit code of ours, EIO for any other. */
int exit_code_errno(int code);

#endif
