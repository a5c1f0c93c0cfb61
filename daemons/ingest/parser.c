/* SPDX-License-Identifier: Apache-2.0 */
/* One child process: spawned, greeted, given a file, heard, ended. */
#include "ingest/parser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/wire/codec.h"
#include "lib/wire/frame.h"

enum {
	ARENA_BYTES = 64 * 1024 * 1024,
	CHILD_FD = 3,
	TICK_MS = 1000,
	SILENCE_TICKS_MAX = 900, /* far more than the file that takes longest */
};

enum parser_state {
	STATE_NONE,	/* no process */
	STATE_STARTING, /* not greeted yet; a job may wait for that */
	STATE_SPARE,
	STATE_WORKING,
};

enum { FDS_MAX = 2 };

/* The job, until the process has it. */
struct order {
	bool is_given;
	int fds[FDS_MAX]; /* duplicates: the file, and the selection of a job for rows */
	struct parse_job job;
	char source[SOURCE_NAME_SIZE];
};

struct parser {
	struct parser_options options;
	char program[PATH_SIZE];
	char conf_path[PATH_SIZE];
	enum parser_state state;
	pid_t pid;
	int fd; /* our end, -1 without a process */
	bool listens;
	bool is_watched; /* our end is in the loop */
	unsigned silence_ticks;
	struct order order;
	struct frame frame;
	struct message message; /* the last one, which somebody may still look at ... */
	struct arena *arena;	/* ... with what it points at */
	int timer;
};

static int parser_receive(void *context);

static int watch(struct parser *parser)
{
	bool wants = parser->fd >= 0 && (parser->state != STATE_WORKING || parser->listens);
	int r = 0;

	if (wants == parser->is_watched)
		return 0;
	if (wants)
		r = loop_add_fd(parser->options.loop, parser->fd, parser_receive, parser);
	else
		loop_remove_fd(parser->options.loop, parser->fd);
	if (r == 0)
		parser->is_watched = wants;
	return r;
}

/* ---- the process ------------------------------------------------------------ */

static int child_spawn(struct parser *parser, int child_fd)
{
	char fd_text[16];
	char *const words[] = {parser->program,	  (char[]){"--config"},
			       parser->conf_path, (char[]){"--job"},
			       fd_text,		  NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r;

	snprintf(fd_text, sizeof fd_text, "%d", CHILD_FD);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn_file_actions_adddup2(&actions, child_fd, CHILD_FD);
	if (r == 0)
		r = posix_spawn(&parser->pid, parser->program, &actions, &attributes, words,
				environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -r;
}

static int child_start(struct parser *parser)
{
	cleanup(close_fd) int theirs = -1;
	int fds[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	parser->fd = fds[0];
	theirs = fds[1];
	if (fcntl(parser->fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	r = child_spawn(parser, theirs);
	if (r < 0) {
		parser->pid = 0;
		close_fd(&parser->fd);
		return r;
	}
	parser->state = STATE_STARTING;
	return watch(parser);
}

/* Whatever it is doing; it holds nothing that would be lost.  How it ended: one that
 * closed its end has ended by itself already. */
static int child_end(struct parser *parser)
{
	int status = 0;

	if (parser->is_watched)
		loop_remove_fd(parser->options.loop, parser->fd);
	parser->is_watched = false;
	close_fd(&parser->fd);
	frame_finish(&parser->frame);
	if (parser->pid > 0) {
		kill(parser->pid, SIGKILL);
		while (waitpid(parser->pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	parser->pid = 0;
	parser->state = STATE_NONE;
	return status;
}

static void fds_close(struct order *order)
{
	for (size_t i = 0; i < FDS_MAX; i++)
		close_fd(&order->fds[i]);
}

static void order_drop(struct parser *parser)
{
	fds_close(&parser->order);
	parser->order.is_given = false;
}

/* Without success the timer tries again. */
static void spare_start(struct parser *parser)
{
	int r = child_start(parser);

	if (r < 0)
		log_failure(r, "cannot start %s", parser->program);
}

/* ---- the job ---------------------------------------------------------------- */

static int bytes_send(int socket, const uint8_t *bytes, size_t size, const int fds[static FDS_MAX])
{
	size_t fds_size = (fds[1] < 0 ? 1 : FDS_MAX) * sizeof *fds;
	union {
		struct cmsghdr part;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control = {.bytes = {0}};
	struct iovec place = {(void *)(uintptr_t)bytes, size};
	struct msghdr header = {.msg_iov = &place,
				.msg_iovlen = 1,
				.msg_control = control.bytes,
				.msg_controllen = CMSG_SPACE(fds_size)};
	struct cmsghdr *part = CMSG_FIRSTHDR(&header);

	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(fds_size);
	memcpy(CMSG_DATA(part), fds, fds_size);
	return sendmsg(socket, &header, MSG_NOSIGNAL) == (ssize_t)size ? 0 : -EIO;
}

/* A process that is gone is heard of when its end is read; one that could not be given its file
 * would wait for it for ever, and goes. */
static int order_send(struct parser *parser)
{
	cleanup(free_bytes) uint8_t *bytes = NULL;
	size_t size = 0;
	struct message message = {.kind = MESSAGE_PARSE_JOB, .parse_job = parser->order.job};
	int r = message_pack(&message, &bytes, &size);

	if (r < 0)
		return r;
	if (bytes_send(parser->fd, bytes, size, parser->order.fds) < 0) {
		log_warn("the parser could not be given its file");
		kill(parser->pid, SIGKILL);
	}
	parser->state = STATE_WORKING;
	parser->silence_ticks = 0;
	fds_close(&parser->order);
	return watch(parser);
}

static int fd_keep(int fd, int *kept_out)
{
	*kept_out = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return fd >= 0 && *kept_out < 0 ? -errno : 0;
}

static int order_fill(struct order *order, const struct parser_job *job)
{
	bool wants_rows = job->purpose == PARSER_ROWS;
	int r = fd_keep(job->fd, &order->fds[0]);

	if (r == 0)
		r = fd_keep(wants_rows ? job->selection_fd : -1, &order->fds[1]);
	order->is_given = r == 0;
	text_copy(order->source, sizeof order->source, job->source->name);
	order->job = (struct parse_job){
		.session = job->session,
		.source = order->source,
		.source_check = checksum(job->source, sizeof *job->source),
		.is_packed = job->form != ARCHIVE_PLAIN,
		.is_extract = job->form == ARCHIVE_EXTRACT,
		.weighs_first = job->weighs_first || job->purpose != PARSER_BATCH,
		.wants_rows = wants_rows,
		.wants_extract = job->purpose == PARSER_EXTRACT,
		.rows_max = job->rows_max,
		.wants_texts = job->wants_texts,
	};
	memcpy(order->job.answer_id, job->answer_id, REQUEST_ID_SIZE);
	return r;
}

int parser_start(struct parser *parser, const struct parser_job *job)
{
	int r;

	if (parser->state == STATE_WORKING)
		parser_stop(parser);
	order_drop(parser);
	parser->listens = false;
	r = order_fill(&parser->order, job);
	if (r < 0)
		return r;
	if (parser->state == STATE_NONE)
		spare_start(parser);
	return parser->state == STATE_SPARE ? order_send(parser) : 0;
}

int parser_listen(struct parser *parser, bool listens)
{
	parser->listens = listens;
	return watch(parser);
}

uint8_t *parser_packed(struct parser *parser, size_t *size_out)
{
	uint8_t *bytes = parser->frame.bytes;

	*size_out = parser->frame.size;
	parser->frame.bytes = NULL;
	return bytes;
}

void parser_stop(struct parser *parser)
{
	bool was_working = parser->state == STATE_WORKING;

	order_drop(parser);
	if (!was_working)
		return;
	child_end(parser);
	spare_start(parser);
}

/* ---- heard ------------------------------------------------------------------ */

static int tell(struct parser *parser, enum parser_event event, const struct message *message)
{
	return parser->options.handler(parser->options.context,
				       &(struct parser_news){event, message});
}

/* A spare that dies is nobody's fault yet: the timer starts the next. */
static int child_gone(struct parser *parser)
{
	bool was_working = parser->state == STATE_WORKING;
	bool had_order = parser->order.is_given;
	int status = child_end(parser);
	bool is_stranger = WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG;
	bool asks_again = WIFEXITED(status) && WEXITSTATUS(status) == PARSE_EXIT_AGAIN;

	order_drop(parser);
	if (asks_again)
		log_info("the file is read anew: its encoding was another than it looked");
	else if (WIFSIGNALED(status))
		log_warn("the parser was ended by signal %d", WTERMSIG(status));
	else
		log_warn("the parser ended with code %d", WEXITSTATUS(status));
	if (!was_working || is_stranger)
		return had_order ? tell(parser, PARSER_ABSENT, NULL) : 0;
	spare_start(parser);
	return tell(parser, asks_again ? PARSER_AGAIN : PARSER_DIED, NULL);
}

static bool answer_is_ours(const struct parser *parser, const struct answer *answer)
{
	const struct parse_job *job = &parser->order.job;

	return answer->code == ANSWER_OK && (answer->table != NULL) == job->wants_rows &&
	       memcmp(answer->id, job->answer_id, REQUEST_ID_SIZE) == 0;
}

static bool message_is_ours(const struct parser *parser, const struct message *message)
{
	const struct parse_job *job = &parser->order.job;

	if (message->kind == MESSAGE_FINDINGS)
		return message->findings.session == job->session;
	if (message->kind == MESSAGE_ANSWER)
		return (job->wants_rows || job->wants_extract) &&
		       answer_is_ours(parser, &message->answer);
	if (message->kind == MESSAGE_BATCH_END)
		return !job->wants_rows && message->batch_end.session == job->session;
	if (job->wants_rows || job->wants_extract)
		return false;
	if (message->kind == MESSAGE_ROWS)
		return message->batch_rows.session == job->session;
	return message->kind == MESSAGE_VOUCHERS && message->batch_vouchers.session == job->session;
}

static int greeting_take(struct parser *parser)
{
	if (parser->frame.size != 0)
		return child_gone(parser);
	frame_finish(&parser->frame);
	parser->state = STATE_SPARE;
	return parser->order.is_given ? order_send(parser) : 0;
}

static int frame_take(struct parser *parser)
{
	int r;

	if (parser->state == STATE_STARTING)
		return greeting_take(parser);
	arena_reset(parser->arena);
	if (parser->state != STATE_WORKING ||
	    message_unpack(parser->frame.bytes, parser->frame.size, parser->arena,
			   &parser->message) != 0 ||
	    !message_is_ours(parser, &parser->message)) {
		log_warn("the parser said something that is no message of ours");
		return child_gone(parser);
	}
	r = tell(parser, PARSER_SAID, &parser->message);
	frame_finish(&parser->frame);
	return r;
}

static int parser_receive(void *context)
{
	struct parser *parser = context;
	int r = frame_read(parser->fd, &parser->frame);

	parser->silence_ticks = 0;
	if (r == FRAME_MORE)
		return 0;
	return r == 0 ? frame_take(parser) : child_gone(parser);
}

static int parser_tick(void *context)
{
	struct parser *parser = context;

	if (parser->state == STATE_NONE)
		spare_start(parser);
	if (parser->state != STATE_WORKING || !parser->listens)
		return 0;
	if (++parser->silence_ticks < SILENCE_TICKS_MAX)
		return 0;
	log_warn("the parser has been silent for %d s", SILENCE_TICKS_MAX);
	return child_gone(parser);
}

int parser_program_find(char program[static PATH_SIZE])
{
	char self[PATH_SIZE];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	char *name;

	if (length < 0)
		return -errno;
	self[length] = '\0';
	name = strrchr(self, '/');
	return path_print(program, "%.*s/budgetvakt-parse", (int)(name ? name - self : 0), self);
}

int parser_new(struct parser **parser_out, const struct parser_options *options)
{
	cleanup(parser_destroy) struct parser *parser = calloc(1, sizeof *parser);
	int r;

	if (!parser)
		return -ENOMEM;
	parser->options = *options;
	parser->fd = -1;
	parser->order.fds[0] = parser->order.fds[1] = -1;
	parser->timer = -1;
	if (!text_copy(parser->program, sizeof parser->program, options->program) ||
	    !text_copy(parser->conf_path, sizeof parser->conf_path, options->conf_path))
		return -ENAMETOOLONG;
	r = arena_new(&parser->arena, ARENA_BYTES);
	if (r == 0)
		r = loop_add_timer(options->loop, TICK_MS, parser_tick, parser, &parser->timer);
	if (r < 0)
		return r;
	spare_start(parser);
	*parser_out = parser;
	parser = NULL;
	return 0;
}

void parser_destroy(struct parser **parser)
{
	if (!*parser)
		return;
	if ((*parser)->timer >= 0)
		loop_remove_timer((*parser)->options.loop, (*parser)->timer);
	order_drop(*parser);
	child_end(*parser);
	arena_destroy(&(*parser)->arena);
	free(*parser);
	*parser = NULL;
}
