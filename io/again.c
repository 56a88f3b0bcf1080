/* From outcomes back to lines of a list. */
#include "again.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/base/replace.h"
#include "bench/base/say.h"
#include "fetch_work.h"

/* A part of a URL's credentials, percent-encoded. */
static void again_put_encoded(FILE *file, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";

	for (; *text; text++)
		fprintf(file, strchr(plain, *text) ? "%c" : "%%%02X", (unsigned char)*text);
}

static void again_put_url(FILE *file, const struct url *url)
{
	const char *host = strstr(url->text, "://") + 3;

	if (!*url->user && !*url->password) {
		fputs(url->text, file);
		return;
	}
	fprintf(file, "%.*s", (int)(host - url->text), url->text);
	again_put_encoded(file, url->user);
	if (*url->password)
		fputc(':', file);
	again_put_encoded(file, url->password);
	fprintf(file, "@%s", host);
}

static int again_put(FILE *file, const struct fetch_work *job, uint64_t number)
{
	struct url url;
	unsigned int mirror = 0;
	int ret;

	do {
		ret = list_read(&job->list, number, mirror, job->text, &url);
		if (ret)
			return ret;
		if (mirror)
			fputc('\t', file);
		again_put_url(file, &url);
	} while (++mirror < url.mirrors);
	fputc('\n', file);
	if (*url.name)
		fprintf(file, "\tout=%s\n", url.name);
	if (*url.sum)
		fprintf(file, "\tchecksum=sha-256=%s\n", url.sum);
	if (url.size >= 0)
		fprintf(file, "\tsize=%" PRId64 "\n", url.size);
	for (const char *at = url.headers; *at; at += strcspn(at, "\n") + 1)
		fprintf(file, "\theader=%.*s\n", (int)strcspn(at, "\n"), at);
	return 0;
}

/* Writes all of the list, or those that failed, in the place of what was there. */
static int again_replace(const struct fetch_work *job, bool all)
{
	uint64_t number = 0;
	struct replace replace;
	struct stat status;
	int ret = replace_open(&replace, job->options.failed), fd;

	if (ret)
		return ret;
	fd = fileno(replace.file);
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && fchmod(fd, 0600))
		ret = -errno;
	for (; !ret && number < job->list.count &&
	       (all || fetch_results_next_failed(&job->results, &number));
	     number++)
		ret = again_put(replace.file, job, number);
	return replace_close(&replace, ret);
}

static int again_say(const struct fetch_work *job, int ret, int as)
{
	return ret ? say_fail(as, "--failed %s cannot be written: %s", job->options.failed,
			      strerror(-ret))
		   : 0;
}

int again_begin(const struct fetch_work *job)
{
	struct stat status;

	/* A pipe is written once. */
	if (!job->options.failed ||
	    (!stat(job->options.failed, &status) && !S_ISREG(status.st_mode)))
		return 0;
	return again_say(job, again_replace(job, true), EINVAL);
}

int again_write(const struct fetch_work *job)
{
	int ret;

	if (!job->options.failed)
		return 0;
	/* With all of them it is no lie. */
	ret = again_replace(job, job->results.unkept);
	return again_say(job, !ret && job->results.unkept ? -ENOMEM : ret, EIO);
}
