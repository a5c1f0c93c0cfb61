/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program and kills it at its n-th system call, before the call is done:
 *
 *     kill_at N PROGRAM ARGUMENTS...
 *
 * Calls of all threads and of children that have not become another program are counted
 * together, from the program's own start; those that only ask, wait or arrange its own memory leave
 * nothing behind and are passed over: a kill before one of them is a kill before the next that
 * does. N = 0 kills nothing.  The count so far is written to file descriptor 9 at the end, if it is
 * open.  The exit code is the program's, 128 + signal when a signal ended it.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT_FD = 9, EX_WRONG_USAGE = 64, SIGNALLED = 128, SYSCALL_STOP = SIGTRAP | 0x80 };

struct run {
	pid_t program;
	unsigned long count;
	unsigned long kill_at;
	int status;
};

static volatile sig_atomic_t program_pid;

static void signal_forward(int signal_number)
{
	if (program_pid > 0)
		kill((pid_t)program_pid, signal_number);
}

/* Waits for the tracer before it becomes the program. */
static void program_become(int ready_fd, char **arguments)
{
	char byte;

	while (read(ready_fd, &byte, 1) < 0 && errno == EINTR)
		;
	close(ready_fd);
	execv(arguments[0], arguments);
	_exit(127);
}

static int program_start(struct run *run, char **arguments)
{
	const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC;
	int ready[2];

	if (pipe(ready) < 0)
		return -errno;
	run->program = fork();
	if (run->program < 0)
		return -errno;
	if (run->program == 0) {
		close(ready[1]);
		program_become(ready[0], arguments);
	}
	program_pid = (sig_atomic_t)run->program;
	close(ready[0]);
	if (ptrace(PTRACE_SEIZE, run->program, 0, options) < 0 ||
	    ptrace(PTRACE_INTERRUPT, run->program, 0, 0) < 0)
		return -errno;
	close(ready[1]);
	return 0;
}

/* Calls that nobody outside can tell from their not being made. */
static bool is_silent(long number)
{
	static const long silent[] = {
		SYS_brk,
		SYS_mprotect,
		SYS_munmap,
		SYS_madvise,
		SYS_mremap,
		SYS_futex,
		SYS_poll,
		SYS_ppoll,
		SYS_epoll_wait,
		SYS_epoll_pwait,
		SYS_epoll_ctl,
		SYS_epoll_create1,
		SYS_clock_gettime,
		SYS_clock_nanosleep,
		SYS_nanosleep,
		SYS_getpid,
		SYS_gettid,
		SYS_getuid,
		SYS_geteuid,
		SYS_getgid,
		SYS_getegid,
		SYS_getppid,
		SYS_getrandom,
		SYS_rt_sigaction,
		SYS_rt_sigprocmask,
		SYS_sigaltstack,
		SYS_sched_yield,
		SYS_set_robust_list,
		SYS_set_tid_address,
		SYS_rseq,
		SYS_arch_prctl,
		SYS_prlimit64,
		SYS_fstat,
		SYS_stat,
		SYS_lstat,
		SYS_newfstatat,
		SYS_statfs,
		SYS_fstatfs,
		SYS_access,
		SYS_readlink,
		SYS_getdents64,
		SYS_lseek,
		SYS_pread64,
		SYS_getsockopt,
		SYS_getsockname,
		SYS_getpeername,
		SYS_eventfd2,
		SYS_sched_getaffinity,
		SYS_sysinfo,
		SYS_uname,
		SYS_getcwd,
		SYS_sched_setaffinity,
	};

	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		if (silent[i] == number)
			return true;
	return false;
}

/* Entries are counted, not returns: the call that is hit has not been done. */
static void call_count(struct run *run, pid_t thread)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY || is_silent((long)info.entry.nr))
		return;
	if (++run->count == run->kill_at)
		kill(run->program, SIGKILL);
}

/* What a stopped thread is to be given when it goes on. */
static int stop_handle(struct run *run, pid_t thread, int status, bool *is_started)
{
	if (WSTOPSIG(status) == SYSCALL_STOP) {
		if (*is_started)
			call_count(run, thread);
		return 0;
	}
	if (status >> 16 == PTRACE_EVENT_EXEC)
		*is_started = true;
	return status >> 16 ? 0 : WSTOPSIG(status);
}

static void program_follow(struct run *run)
{
	bool is_started = false;

	for (;;) {
		int status;
		pid_t thread = waitpid(-1, &status, __WALL);

		if (thread < 0 && errno == EINTR)
			continue;
		if (thread < 0)
			return;
		if (WIFSTOPPED(status)) {
			int given = stop_handle(run, thread, status, &is_started);

			ptrace(PTRACE_SYSCALL, thread, 0, given);
		} else if (thread == run->program) {
			run->status = WIFEXITED(status) ? WEXITSTATUS(status)
							: SIGNALLED + WTERMSIG(status);
			return;
		}
	}
}

int main(int argc, char **argv)
{
	struct run run = {.status = EX_WRONG_USAGE};

	if (argc < 3) {
		fprintf(stderr, "usage: kill_at N PROGRAM ARGUMENTS...\n");
		return EX_WRONG_USAGE;
	}
	run.kill_at = strtoul(argv[1], NULL, 10);
	signal(SIGTERM, signal_forward);
	if (program_start(&run, argv + 2) < 0) {
		perror("kill_at");
		return EX_WRONG_USAGE;
	}
	program_follow(&run);
	dprintf(COUNT_FD, "%lu\n", run.count);
	return run.status;
}
