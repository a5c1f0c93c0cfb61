/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/job.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/archive/file_packed.h"
#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/hash.h"
#include "lib/wire/codec.h"
#include "lib/wire/frame.h"
#include "parse/extract.h"
#include "parse/reader.h"
#include "parse/sandbox.h"
#include "parse/select.h"

enum {
	WARM_BYTES = 4 << 20,
	JOB_SIZE_MAX = 4096,
	ARENA_BYTES = 1024 * 1024,
	ROWS_ARENA_BYTES = 256 * 1024 * 1024,
	EXTRACT_PIECE_SIZE = 256 * 1024,
};

/* What comes beside a job, in this order. */
enum { FD_FILE, FD_SELECTION, FD_COUNT };

struct job {
	const struct source *source;
	const struct spread_keys *keys;
	struct parse_job order; /* without its source */
	int fds[FD_COUNT];	/* -1: none came */
	bool has_sent;		/* something that cannot be taken back */
	struct reader *reader;
	/* Of a job for rows. */
	uint64_t *selected;
	struct arena *arena;
	struct selecting *selecting;
	/* Of a job for an extract: what is not written yet. */
	char *piece;
	size_t piece_length;
};

static int message_write(const struct message *message)
{
	cleanup(free_bytes) uint8_t *bytes = NULL;
	size_t size = 0;
	int r = message_pack(message, &bytes, &size);

	return r < 0 ? r : frame_write(SANDBOX_FD, bytes, size);
}

/* ---- the job --------------------------------------------------------------- */

/* The descriptors that came along. */
static void fds_find(struct msghdr *header, int fds[static FD_COUNT])
{
	struct cmsghdr *part = CMSG_FIRSTHDR(header);
	size_t size = part ? part->cmsg_len - CMSG_LEN(0) : 0;

	fds[FD_FILE] = fds[FD_SELECTION] = -1;
	if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
	    size <= FD_COUNT * sizeof *fds)
		memcpy(fds, CMSG_DATA(part), size);
}

/* The whole job comes at once, with the descriptors beside it. */
static ssize_t job_receive(uint8_t bytes[static JOB_SIZE_MAX], int fds[static FD_COUNT])
{
	union {
		struct cmsghdr part;
		char bytes[CMSG_SPACE(FD_COUNT * sizeof(int))];
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
	fds_find(&header, fds);
	return length;
}

static int job_read(struct job *job, const struct conf *conf, const struct parse_job *order)
{
	job->source = conf_source(conf, order->source);
	job->order = *order;
	job->order.source = NULL;
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
	ssize_t length = job_receive(bytes, job->fds);

	if (length == 0)
		return EX_TEMPFAIL; /* ingest is gone, or needs us no more */
	if (length < 0 || job->fds[FD_FILE] < 0 || arena_new(&arena, ARENA_BYTES) < 0 ||
	    message_unpack(bytes, (size_t)length, arena, &message) != 0 ||
	    message.kind != MESSAGE_PARSE_JOB ||
	    message.parse_job.wants_rows != (job->fds[FD_SELECTION] >= 0) ||
	    (message.parse_job.is_extract && !message.parse_job.wants_rows))
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

	while (r == 0 && (rows = reader_rows(job->reader))) {
		job->has_sent = true;
		r = message_write(&(struct message){
			.kind = MESSAGE_ROWS,
			.batch_rows = {.session = job->order.session, .rows = *rows},
		});
	}
	return r;
}

static int vouchers_write(struct job *job)
{
	struct message message = {.kind = MESSAGE_VOUCHERS};
	int r = 0;

	while (r == 0 && reader_vouchers(job->reader, &message.batch_vouchers)) {
		message.batch_vouchers.session = job->order.session;
		job->has_sent = true;
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
		.findings = {.session = job->order.session,
			     .findings = reader_findings(job->reader)},
	});
}

static int end_write(const struct job *job)
{
	struct message message = {.kind = MESSAGE_BATCH_END};

	reader_end(job->reader, &message.batch_end);
	message.batch_end.session = job->order.session;
	return message_write(&message);
}

static int answer_write(const struct job *job, struct answer answer)
{
	struct message message = {.kind = MESSAGE_ANSWER, .answer = answer};

	message.answer.code = ANSWER_OK;
	memcpy(message.answer.id, job->order.answer_id, REQUEST_ID_SIZE);
	return message_write(&message);
}

/* ---- rows ------------------------------------------------------------------ */

static int rows_answer(const struct job *job)
{
	const struct table *table = selecting_end(job->selecting);

	return table ? answer_write(job, (struct answer){.table = table}) : -ENOMEM;
}

static int selection_read(struct job *job, struct selection *selection)
{
	off_t size = lseek(job->fds[FD_SELECTION], 0, SEEK_END);

	if (size < 0)
		return -errno;
	*selection = (struct selection){.count = (size_t)size / sizeof *job->selected,
					.rows_max = job->order.rows_max,
					.has_texts = job->order.wants_texts};
	selection->keys = job->selected = calloc(selection->count + 1, sizeof *job->selected);
	if (!job->selected)
		return -ENOMEM;
	return pread(job->fds[FD_SELECTION], job->selected, (size_t)size, 0) == size ? 0 : -EIO;
}

static int selecting_begin(struct job *job)
{
	struct selection selection;
	int r = selection_read(job, &selection);

	if (r == 0)
		r = arena_new(&job->arena, ROWS_ARENA_BYTES);
	return r == 0 ? selecting_new(&job->selecting, &selection, job->arena) : r;
}

/* Of an original that is not there any more. */
static int extract_job_do(struct job *job)
{
	struct extracted extracted = {.take = selecting_take};
	int r = selecting_begin(job);

	extracted.context = job->selecting;
	if (r == 0)
		r = file_packed_each(job->fds[FD_FILE], extract_feed, &extracted);
	return r == 0 ? rows_answer(job) : r;
}

/* ---- an extract ------------------------------------------------------------ */

static int piece_write(struct job *job)
{
	int r;

	job->piece[job->piece_length] = '\0';
	r = answer_write(job, (struct answer){.text = job->piece});
	job->piece_length = 0;
	return r;
}

static int row_extract(void *context, const struct single_row *row)
{
	struct job *job = context;

	job->piece_length += extract_line_print(row, job->piece + job->piece_length);
	return job->piece_length > EXTRACT_PIECE_SIZE - EXTRACT_LINE_SIZE ? piece_write(job) : 0;
}

static int extract_begin(struct job *job)
{
	job->piece = malloc(EXTRACT_PIECE_SIZE);
	if (!job->piece)
		return -ENOMEM;
	job->piece_length = extract_head_print(job->piece);
	return reader_single(job->reader, row_extract, job);
}

/* ---- any job --------------------------------------------------------------- */

static int purpose_begin(struct job *job)
{
	int r;

	if (job->order.wants_extract)
		return extract_begin(job);
	if (!job->order.wants_rows)
		return 0;
	r = selecting_begin(job);
	if (r == 0)
		r = reader_single(job->reader, selecting_take, job->selecting);
	return r == 0 && job->order.wants_texts ? reader_descriptions_show(job->reader) : r;
}

static int purpose_end(struct job *job)
{
	int r = 0;

	if (job->order.wants_rows)
		return rows_answer(job);
	if (job->order.wants_extract)
		r = piece_write(job);
	return r == 0 ? end_write(job) : r;
}

static int chunks_each(const struct job *job, chunk_handler *handle, void *context)
{
	return job->order.is_packed ? file_packed_each(job->fds[FD_FILE], handle, context)
				    : file_chunks_each(job->fds[FD_FILE], handle, context);
}

/* Through the whole file: what reader_feed says of its end. */
static int job_read_through(struct job *job)
{
	struct encoding_evidence evidence = {0};
	int r = job->order.weighs_first ? chunks_each(job, chunk_weigh, &evidence) : 0;

	if (r == 0)
		r = reader_new(&job->reader, job->source,
			       job->order.weighs_first ? &evidence : NULL);
	if (r == 0)
		r = purpose_begin(job);
	if (r < 0)
		return r;
	reader_spread_keys_set(job->reader, job->keys);
	return chunks_each(job, chunk_read, job);
}

/* 0, READER_AGAIN when ingest must begin anew, or a negative errno. */
static int job_do(struct job *job)
{
	int end = job_read_through(job);
	int r;

	if (end == READER_AGAIN && !job->has_sent) {
		reader_destroy(&job->reader);
		job->order.weighs_first = true;
		end = job_read_through(job);
	}
	if (end < 0 || end == READER_AGAIN)
		return end;
	r = findings_write(job);
	return r == 0 && end == 0 ? purpose_end(job) : r;
}

/* Memory that a file takes is faulted in while nobody waits, and stays. */
static void memory_warm(void)
{
	void *memory;

	mallopt(M_MMAP_THRESHOLD, WARM_BYTES);
	mallopt(M_TRIM_THRESHOLD, 2 * WARM_BYTES);
	memory = malloc(WARM_BYTES / 2);
	if (memory)
		explicit_bzero(memory, WARM_BYTES / 2);
	free(memory);
}

int job_run(const struct conf *conf, const struct spread_keys *keys, int fd)
{
	const struct sandbox_limits limits = SANDBOX_LIMITS(fd);
	struct job job = {.keys = keys};
	int r;

	memory_warm();
	if (sandbox_enter(&limits) < 0 || frame_write(SANDBOX_FD, NULL, 0) < 0)
		return EX_OSERR;
	r = job_await(&job, conf);
	if (r != EX_OK)
		return r;
	r = job.order.is_extract ? extract_job_do(&job) : job_do(&job);
	/* What is left goes with the process. */
	if (r == READER_AGAIN)
		return PARSE_EXIT_AGAIN;
	return r < 0 ? EX_SOFTWARE : EX_OK;
}
