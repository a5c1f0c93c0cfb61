/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gives up every right but those that reading a file that is already open takes.  There
 * is no way back.  After it the process can read and write what it holds open, use memory
 * and end; any other system call kills it at once: no file can be opened, no socket made,
 * no process started.
 */
#pragma once

#include <stdint.h>

struct sandbox_limits {
	int kept_fd;	       /* kept open besides standard error; -1: none */
	uint64_t memory_bytes; /* address space; not in a build with AddressSanitizer */
	unsigned cpu_seconds;
};

/* kept_fd becomes SANDBOX_FD; standard input and output lead nowhere. */
enum { SANDBOX_FD = 3 };

/* What a parser may use: for a file of 10 million rows some 20 MiB and 3 s. */
#define SANDBOX_LIMITS(fd)                                                                         \
	((struct sandbox_limits){                                                                  \
		.kept_fd = (fd), .memory_bytes = UINT64_C(1) << 30, .cpu_seconds = 1800})

/* 0 or a negative errno: then the process must not touch the file. */
int sandbox_enter(const struct sandbox_limits *limits);
