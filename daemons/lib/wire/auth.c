/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ZAP handler (ZeroMQ RFC 27): the kernel says which uid is at the other
 * end of an ipc connection, and only ours, root's and the configured ones get in.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "lib/base/cleanup.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/wire/loop.h"
#include "lib/wire/wire_private.h"

enum { FRAME_SIZE = 256, FRAMES_MAX = 8, FRAME_REQUEST_ID = 1, FRAME_ADDRESS = 3 };

struct question {
	char frames[FRAMES_MAX][FRAME_SIZE];
	size_t sizes[FRAMES_MAX];
	size_t count;
};

/* libzmq asks in at least six short frames; whatever else comes is dropped. */
static int question_read(void *handle, struct question *question)
{
	int more = 1;
	size_t more_size = sizeof more;

	*question = (struct question){0};
	while (more) {
		char frame[FRAME_SIZE];
		int size = zmq_recv(handle, frame, sizeof frame - 1, ZMQ_DONTWAIT);

		if (size < 0)
			return -errno;
		if (size >= (int)sizeof frame)
			size = (int)sizeof frame - 1;
		if (question->count < FRAMES_MAX) {
			memcpy(question->frames[question->count], frame, (size_t)size);
			question->frames[question->count][size] = '\0';
			question->sizes[question->count++] = (size_t)size;
		}
		if (zmq_getsockopt(handle, ZMQ_RCVMORE, &more, &more_size) < 0)
			return -errno;
	}
	return 0;
}

/* The address of an ipc peer is "localhost:UID:GID:PID". */
static bool address_uid_read(const char *address, uid_t *uid_out)
{
	char copy[FRAME_SIZE];
	char *rest = NULL;
	const char *uid;
	uint64_t value;

	if (!text_copy(copy, sizeof copy, address) || !strtok_r(copy, ":", &rest))
		return false;
	uid = strtok_r(NULL, ":", &rest);
	if (!uid || !text_read_u64(uid, UINT32_MAX, &value))
		return false;
	*uid_out = (uid_t)value;
	return true;
}

static bool uid_is_allowed(const struct wire *wire, uid_t uid)
{
	for (size_t i = 0; i < wire->uid_count; i++) {
		if (wire->uids[i] == uid)
			return true;
	}
	return false;
}

static int question_answer(void *handle, const struct question *question, bool allowed, uid_t uid)
{
	char user[32];
	const char *status = allowed ? "200" : "400";

	snprintf(user, sizeof user, "%u", (unsigned)uid);
	if (zmq_send(handle, "1.0", 3, ZMQ_SNDMORE) < 0 ||
	    zmq_send(handle, question->frames[FRAME_REQUEST_ID], question->sizes[FRAME_REQUEST_ID],
		     ZMQ_SNDMORE) < 0 ||
	    zmq_send(handle, status, 3, ZMQ_SNDMORE) < 0 ||
	    zmq_send(handle, "", 0, ZMQ_SNDMORE) < 0 ||
	    zmq_send(handle, user, allowed ? strlen(user) : 0, ZMQ_SNDMORE) < 0 ||
	    zmq_send(handle, "", 0, 0) < 0)
		return -errno;
	return 0;
}

static int auth_handle(void *context)
{
	struct wire *wire = context;
	struct question question;
	uid_t uid = (uid_t)-1;
	bool allowed;
	int r = question_read(wire->auth_handle, &question);

	if (r < 0)
		return r == -EAGAIN ? 0 : r;
	allowed = question.count > FRAME_ADDRESS &&
		  address_uid_read(question.frames[FRAME_ADDRESS], &uid) &&
		  uid_is_allowed(wire, uid);
	if (!allowed) {
		wire->rejected_count++;
		log_warn("refused a connection from uid %d", (int)uid);
	}
	return question_answer(wire->auth_handle, &question, allowed, uid);
}

int auth_start(struct wire *wire)
{
	wire->auth = calloc(1, sizeof *wire->auth);
	if (!wire->auth)
		return -ENOMEM;
	wire->auth_handle = zmq_socket(wire->context, ZMQ_REP);
	if (!wire->auth_handle || zmq_bind(wire->auth_handle, "inproc://zeromq.zap.01") < 0)
		return -errno;
	*wire->auth = (struct socket){.wire = wire, .handle = wire->auth_handle, .lock_fd = -1};
	return loop_add_socket(wire->loop, wire->auth, auth_handle, wire);
}

void auth_stop(struct wire *wire)
{
	if (!wire->auth)
		return;
	loop_remove_socket(wire->loop, wire->auth);
	if (wire->auth_handle)
		zmq_close(wire->auth_handle);
	free(wire->auth);
	wire->auth = NULL;
	wire->auth_handle = NULL;
}
