/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/cleanup.h"

#if defined(__SANITIZE_ADDRESS__)
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif

/* The job, its file, and two more that a library may duplicate. */
enum { FDS_MAX = SANDBOX_FD + 4 };

/* Enough to read, count and answer. */
static const int allowed[] = {
	SCMP_SYS(read),		 SCMP_SYS(pread64),	 SCMP_SYS(lseek),
	SCMP_SYS(fstat),	 SCMP_SYS(write),	 SCMP_SYS(recvmsg),
	SCMP_SYS(close),	 SCMP_SYS(munmap),	 SCMP_SYS(mremap),
	SCMP_SYS(brk),		 SCMP_SYS(madvise),	 SCMP_SYS(futex),
	SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),		 SCMP_SYS(exit_group),	 SCMP_SYS(getrandom), /* of expat */
};

/* What a sanitizer needs to say what it found. */
static const int allowed_sanitized[] = {
	SCMP_SYS(getpid),	  SCMP_SYS(gettid),
	SCMP_SYS(sigaltstack),	  SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(sched_yield),
	SCMP_SYS(readlink),	  SCMP_SYS(sched_getaffinity),
};

static int calls_allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

/* Memory of our own, never to be run. */
static int memory_allow(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/* The C library's fstat; with any other flag it would be a look at a path. */
static int status_allow(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
				SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
}

static void filter_release(scmp_filter_ctx *filter)
{
	seccomp_release(*filter);
}

static int calls_limit(void)
{
	cleanup(filter_release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r;

	if (!filter)
		return -ENOMEM;
	r = calls_allow(filter, allowed, sizeof allowed / sizeof allowed[0]);
	if (r == 0 && IS_SANITIZED)
		r = calls_allow(filter, allowed_sanitized,
				sizeof allowed_sanitized / sizeof allowed_sanitized[0]);
	if (r == 0)
		r = memory_allow(filter);
	if (r == 0)
		r = status_allow(filter);
	return r == 0 ? seccomp_load(filter) : r;
}

static int limit_set(int what, uint64_t value)
{
	const struct rlimit limit = {value, value};

	return setrlimit((__rlimit_resource_t)what, &limit) < 0 ? -errno : 0;
}

static int limits_set(const struct sandbox_limits *limits)
{
	int r = limit_set(RLIMIT_CORE, 0);

	if (r == 0)
		r = limit_set(RLIMIT_FSIZE, 0);
	if (r == 0)
		r = limit_set(RLIMIT_NOFILE, FDS_MAX);
	if (r == 0)
		r = limit_set(RLIMIT_NPROC, 0);
	if (r == 0)
		r = limit_set(RLIMIT_CPU, limits->cpu_seconds);
	if (r == 0 && !IS_SANITIZED)
		r = limit_set(RLIMIT_AS, limits->memory_bytes);
	if (r == 0 && !IS_SANITIZED)
		r = limit_set(RLIMIT_DATA, limits->memory_bytes);
	return r;
}

static int fds_close(int kept_fd)
{
	cleanup(close_fd) int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
		return -errno;
	if (kept_fd >= 0 && kept_fd != SANDBOX_FD && dup2(kept_fd, SANDBOX_FD) < 0)
		return -errno;
	if (nowhere == SANDBOX_FD && kept_fd >= 0)
		nowhere = -1;
	return close_range(kept_fd >= 0 ? SANDBOX_FD + 1 : SANDBOX_FD, ~0U, 0) < 0 ? -errno : 0;
}

int sandbox_enter(const struct sandbox_limits *limits)
{
	int r = fds_close(limits->kept_fd);

	/* Times in archives are local, which would take a file to know. */
	setenv("TZ", "UTC0", 1);
	tzset();
	if (r < 0)
		return r;
	/* Nobody else looks into us, and we follow ingest when it is killed. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	r = limits_set(limits);
	return r < 0 ? r : calls_limit();
}
