/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clock that jumps: the file named by CLOCK_FILE holds two numbers of seconds (int64), what the
 * time of day is off by, and for how long the machine has slept.  Both may change at any moment.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { DAY, SLEEP, OFFSET_COUNT };

static const volatile int64_t *offsets(void)
{
	static const int64_t none[OFFSET_COUNT];
	static const volatile int64_t *mapped;
	const char *path = getenv("CLOCK_FILE");
	void *memory;
	int fd;

	if (mapped)
		return mapped;
	fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	memory = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	mapped = memory == MAP_FAILED ? none : memory;
	return mapped;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	int r;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	r = real(clock, now);
	if (r == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += offsets()[DAY];
	if (r == 0 && clock == CLOCK_BOOTTIME)
		now->tv_sec += offsets()[SLEEP];
	return r;
}

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}
