/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/wire/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/wire/codec.h"

static int bytes_read(int fd, uint8_t *bytes, size_t size, size_t *length)
{
	while (*length < size) {
		ssize_t n = read(fd, bytes + *length, size - *length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN	     ? FRAME_MORE
			       : errno == ECONNRESET ? FRAME_END
						     : -errno;
		if (n == 0)
			return FRAME_END;
		*length += (size_t)n;
	}
	return 0;
}

static int head_read(int fd, struct frame *frame)
{
	int r = bytes_read(fd, frame->head, sizeof frame->head, &frame->head_length);

	if (r != 0)
		return r;
	frame->size = frame->head[0] | (size_t)frame->head[1] << 8 | (size_t)frame->head[2] << 16 |
		      (size_t)frame->head[3] << 24;
	if (frame->size > MESSAGE_SIZE_MAX)
		return FRAME_BAD;
	frame->bytes = malloc(frame->size + 1);
	return frame->bytes ? 0 : -ENOMEM;
}

int frame_read(int fd, struct frame *frame)
{
	int r = frame->bytes ? 0 : head_read(fd, frame);

	return r == 0 ? bytes_read(fd, frame->bytes, frame->size, &frame->length) : r;
}

void frame_finish(struct frame *frame)
{
	free(frame->bytes);
	*frame = (struct frame){0};
}

int frame_write(int fd, const uint8_t *bytes, size_t size)
{
	const uint8_t head[4] = {(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16),
				 (uint8_t)(size >> 24)};
	int r = fd_write(fd, head, sizeof head);

	return r < 0 || size == 0 ? r : fd_write(fd, bytes, size);
}
