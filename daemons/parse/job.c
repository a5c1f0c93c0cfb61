/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/hash.h"
#include "lib/wire/codec.h"
#include "lib/wire/frame.h"
#include "parse/file_chunks.h"
#include "parse/reader.h"
#include "parse/sandbox.h"

enum { JOB_SIZE_MAX = 4096, ARENA_BYTES = 1024 * 1024 };

struct job {
	const struct source *source;
	const struct spread_keys *keys;
	uint64_t session;
	int fd; /* the file's */
	struct reader *reader;
};

static int message_write(const struct message *message)
{
	cleanup(free_bytes) uint8_t *bytes = NULL;
	size_t size = 0;
	int r = message_pack(message, &bytes, &size);

	return r < 0 ? r : frame_write(SANDBOX_FD, bytes, size);
}

/* ---- the job --------------------------------------------------------------- */

/* The descriptor that came along, -1 when none did. */
static int fd_find(struct msghdr *header)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(header);
	int fd = -1;

	if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
	    part->cmsg_len == CMSG_LEN(sizeof fd))
		memcpy(&fd, CMSG_DATA(part), sizeof fd);
	return fd;
}

/* The whole job comes at once, with the file's descriptor beside it. */
static ssize_t job_receive(uint8_t bytes[static JOB_SIZE_MAX], int *fd_out)
{
	union {
		struct cmsghdr part;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct iovec place = {bytes, JOB_SIZE_MAX};
	struct msghdr header = {.msg_iov = &place,
				.msg_iovlen = 1,
				.msg_control = control.bytes,
				.msg_controllen = sizeof control.bytes};
	ssize_t length;

	do
		length = recvmsg(SANDBOX_FD, &header, 0);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	*fd_out = fd_find(&header);
	return length;
}

static int job_read(struct job *job, const struct conf *conf, const struct parse_job *order)
{
	job->source = conf_source(conf, order->source);
	job->session = order->session;
	/* Somebody has changed budgetvakt.conf and not started ingest anew. */
	if (!job->source || checksum(job->source, sizeof *job->source) != order->source_check)
		return EX_CONFIG;
	return EX_OK;
}

/* EX_OK, or the exit code. */
static int job_await(struct job *job, const struct conf *conf)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	uint8_t bytes[JOB_SIZE_MAX];
	struct message message;
	ssize_t length = job_receive(bytes, &job->fd);

	if (length == 0)
		return EX_TEMPFAIL; /* ingest is gone, or needs us no more */
	if (length < 0 || job->fd < 0 || arena_new(&arena, ARENA_BYTES) < 0 ||
	    message_unpack(bytes, (size_t)length, arena, &message) != 0 ||
	    message.kind != MESSAGE_PARSE_JOB)
		return EX_PROTOCOL;
	return job_read(job, conf, &message.parse_job);
}

/* ---- done ------------------------------------------------------------------ */

static int chunk_weigh(void *context, const uint8_t *bytes, size_t length)
{
	evidence_add(context, bytes, length);
	return 0;
}

static int rows_write(struct job *job)
{
	const struct rows *rows;
	int r = 0;

	while (r == 0 && (rows = reader_rows(job->reader)))
		r = message_write(&(struct message){
			.kind = MESSAGE_ROWS,
			.batch_rows = {.session = job->session, .rows = *rows},
		});
	return r;
}

static int vouchers_write(struct job *job)
{
	struct message message = {.kind = MESSAGE_VOUCHERS};
	int r = 0;

	while (r == 0 && reader_vouchers(job->reader, &message.batch_vouchers)) {
		message.batch_vouchers.session = job->session;
		r = message_write(&message);
	}
	return r;
}

static int chunk_read(void *context, const uint8_t *bytes, size_t length)
{
	struct job *job = context;
	int r = reader_feed(job->reader, bytes, length, length == 0);

	if (r == READER_ROWS_READY)
		r = rows_write(job);
	return r == 0 ? vouchers_write(job) : r;
}

static int findings_write(const struct job *job)
{
	return message_write(&(struct message){
		.kind = MESSAGE_FINDINGS,
		.findings = {.session = job->session, .findings = reader_findings(job->reader)},
	});
}

static int end_write(const struct job *job)
{
	struct message message = {.kind = MESSAGE_BATCH_END};

	reader_end(job->reader, &message.batch_end);
	message.batch_end.session = job->session;
	return message_write(&message);
}

static int job_do(struct job *job)
{
	struct encoding_evidence evidence = {0};
	int r = file_chunks_each(job->fd, chunk_weigh, &evidence);
	int end;

	if (r == 0)
		r = reader_new(&job->reader, job->source, &evidence);
	if (r < 0)
		return r;
	reader_spread_keys_set(job->reader, job->keys);
	end = file_chunks_each(job->fd, chunk_read, job);
	if (end < 0)
		return end;
	r = findings_write(job);
	return r == 0 && end == 0 ? end_write(job) : r;
}

int job_run(const struct conf *conf, const struct spread_keys *keys, int fd)
{
	const struct sandbox_limits limits = SANDBOX_LIMITS(fd);
	struct job job = {.keys = keys, .fd = -1};
	int r;

	if (sandbox_enter(&limits) < 0 || frame_write(SANDBOX_FD, NULL, 0) < 0)
		return EX_OSERR;
	r = job_await(&job, conf);
	if (r != EX_OK)
		return r;
	r = job_do(&job);
	/* What is left goes with the process. */
	return r < 0 ? EX_SOFTWARE : EX_OK;
}
