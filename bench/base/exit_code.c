/* Exit codes of a program, and the errno that each stands for. */
#include "exit_code.h"

#include <errno.h>

int exit_code(int err)
{
	switch (err < 0 ? -err : err) {
	case 0:
		return 0;
	case EINVAL:
		return 2;
	case EBADMSG:
	case EILSEQ:
		return 3;
	case ENOTSUP:
		return 4;
	case EDOM:
		return 5;
	default:
		return 1;
	}
}

int exit_code_errno(int code)
{
	static const int errors[] = { 0, EIO, EINVAL, EBADMSG, ENOTSUP, EDOM };

	return code >= 0 && code <= 5 ? errors[code] : EIO;
}
