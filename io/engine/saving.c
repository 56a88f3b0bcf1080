/* From pieces that come to a file that is right. */
#include "saving.h"

#include <errno.h>
#include <string.h>

/* What is read back of a file at once. */
enum { PIECE = 1 << 16 };

/* Hands what is there of the file, to its end, to whoever sums it up. Returns 0 or -errno. */
static int saving_read_back(struct saving *saving, struct body *body)
{
	char piece[PIECE];
	uint64_t at = 0;
	long got;

	while ((got = sink_read(&saving->sink, piece, sizeof(piece), at)) > 0) {
		if (body)
			body_take_back(body, piece, (size_t)got);
		if (saving->summing)
			checksum_take(saving->checksum, piece, (size_t)got);
		at += (uint64_t)got;
	}
	return got < 0 ? (int)got : at == saving->sink.bytes ? 0 : -EIO;
}

/* Whether a file is what the list says of it. */
static enum fetch_error saving_judge(struct saving *saving, const struct url *url)
{
	if (url->size >= 0 && (uint64_t)url->size != saving->sink.bytes) {
		saving->error = -EFBIG;
		return FETCH_SUM;
	}
	if (saving->summing)
		checksum_end(saving->checksum, saving->sum);
	return *url->sum && strcmp(url->sum, saving->sum) ? FETCH_SUM : FETCH_OK;
}

/* The file was there. It is read only if there is a sum to hold it to, or one is wanted. */
static int saving_look(struct saving *saving, const struct url *url, enum fetch_error *verdict)
{
	int ret = sink_look(&saving->sink);

	if (!ret && saving->summing)
		ret = saving_read_back(saving, NULL);
	*verdict = ret ? FETCH_UNSAVED : saving_judge(saving, url);
	if (ret)
		saving->error = ret;
	sink_leave(&saving->sink);
	return 1;
}

int saving_begin(struct saving *saving, const struct folder *folder, const struct url *url,
		 bool sums, enum fetch_error *verdict)
{
	int ret;

	sink_leave(&saving->sink);
	saving->asked = saving->kept = 0;
	saving->accepted = false;
	saving->error = 0;
	saving->sum[0] = '\0';
	saving->summing = *url->sum || sums;
	if (saving->summing && !saving->checksum)
		saving->checksum = checksum_open();
	if (saving->summing && !saving->checksum)
		return -ENOMEM;
	if (saving->summing)
		checksum_begin(saving->checksum);
	if (folder->fd < 0 || !*url->name)
		return 0;
	ret = sink_open(&saving->sink, folder, url->name, url->text, *url->sum != '\0');
	if (ret == -EEXIST)
		return saving_look(saving, url, verdict);
	saving->asked = ret ? 0 : saving->sink.bytes;
	return ret;
}

/* Whether a part is the one that is missing, of the version that is here, and says how long all of
 * it is; or what is here is all of it. */
static bool saving_fits(const struct saving *saving, const struct head *head)
{
	if (head->status == 416)
		return head->range_total == (int64_t)saving->asked;
	/* Some do not know of If-Range, and send a part of any version. */
	return head->range_from == (int64_t)saving->asked && head->range_total >= 0 &&
	       (!head->version[0] || !strcmp(head->version, saving->sink.version));
}

/* Before the first byte, or at the end of a body that has none. */
static enum fetch_error saving_accept(struct saving *saving, const struct head *head,
				      struct body *body)
{
	struct sink *sink = &saving->sink;

	saving->accepted = true;
	if (!sink_is_open(sink))
		return FETCH_OK;
	if (head->status != 206 && head->status != 416) {
		saving->error = sink_restart(sink, head->version);
		return saving->error ? FETCH_UNSAVED : FETCH_OK;
	}
	if (!saving_fits(saving, head)) {
		saving->error = sink_restart(sink, "");
		return saving->error ? FETCH_UNSAVED : FETCH_BROKEN;
	}
	saving->kept = saving->asked;
	saving->error = saving_read_back(saving, body);
	return saving->error ? FETCH_UNSAVED : FETCH_OK;
}

/* Whether a body with that status is what was asked for. */
static bool saving_wants(const struct saving *saving, unsigned int status)
{
	return (status / 100 == 2 && status != 206) || (status == 206 && saving->asked);
}

enum fetch_error saving_take(struct saving *saving, const struct head *head, struct body *body,
			     const struct url *url, const char *bytes, size_t length)
{
	enum fetch_error error = FETCH_OK;

	if (!saving_wants(saving, head->status))
		return FETCH_OK;
	if (!saving->accepted)
		error = saving_accept(saving, head, body);
	if (error)
		return error;
	if (url->size >= 0 && body->bytes + length > (uint64_t)url->size) {
		saving->error = -EFBIG;
		return FETCH_SUM;
	}
	if (saving->summing)
		checksum_take(saving->checksum, bytes, length);
	if (sink_is_open(&saving->sink))
		saving->error = sink_write(&saving->sink, bytes, length);
	return saving->error ? FETCH_UNSAVED : FETCH_OK;
}

/* The verdict on a part: 206 and 416 are what was asked for where some was there. */
static enum fetch_error saving_whole(struct saving *saving, const struct head *head,
				     struct body *body, const struct url *url,
				     enum fetch_error verdict)
{
	bool end = head->status == 416 && saving->asked;

	if (verdict != FETCH_OK && !(verdict == FETCH_STATUS && head->status == 206) &&
	    !(verdict == FETCH_HTTP_4XX && end))
		return verdict;
	if (!end && !saving_wants(saving, head->status))
		return verdict ? verdict : FETCH_NOT_HTTP;
	verdict = FETCH_OK;
	if (end)
		body_begin(body);
	if (!saving->accepted)
		verdict = saving_accept(saving, head, body);
	if (!verdict && !sink_is_open(&saving->sink)) {
		saving->sink.bytes = body->bytes;
		saving->asked = 0;
	}
	/* A server may send less than it was asked for: the next try goes on from there. */
	if (!verdict && head->status == 206 && saving->sink.bytes != (uint64_t)head->range_total)
		verdict = FETCH_BROKEN;
	return verdict ? verdict : saving_judge(saving, url);
}

enum fetch_error saving_end(struct saving *saving, const struct head *head, struct body *body,
			    const struct url *url, enum fetch_error verdict)
{
	verdict = saving_whole(saving, head, body, url, verdict);
	if (verdict == FETCH_SUM || verdict == FETCH_WRONG)
		sink_drop(&saving->sink);
	else if (verdict)
		sink_leave(&saving->sink);
	return verdict;
}

void saving_close(struct saving *saving)
{
	sink_leave(&saving->sink);
	checksum_close(saving->checksum);
	saving->checksum = NULL;
}
