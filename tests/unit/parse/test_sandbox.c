/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that is locked in cannot do; each time a control that is not locked in can. */
#include "support/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parse/sandbox.h"

enum { FORBIDDEN_DONE = 0, SETUP_FAILED = 99, MEMORY_BYTES = 1 << 20 };

typedef int deed(int fd);

/* How a child of ours ended that did @what, locked in or not; @fd is its kept descriptor. */
static int outcome(deed *what, bool is_locked)
{
	const struct sandbox_limits limits = SANDBOX_LIMITS(3);
	int file = open("/dev/zero", O_RDWR);
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (dup2(file, SANDBOX_FD) < 0 || (is_locked && sandbox_enter(&limits) < 0))
			_exit(SETUP_FAILED);
		_exit(what(SANDBOX_FD));
	}
	close(file);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void assert_forbidden(deed *what)
{
	int control = outcome(what, false);
	int locked = outcome(what, true);

	assert_true(WIFEXITED(control));
	assert_int_equal(WEXITSTATUS(control), FORBIDDEN_DONE);
	assert_true(WIFSIGNALED(locked));
	assert_int_equal(WTERMSIG(locked), SIGSYS);
}

static void assert_allowed(deed *what)
{
	int locked = outcome(what, true);

	assert_true(WIFEXITED(locked));
	assert_int_equal(WEXITSTATUS(locked), 0);
}

static int file_open(int fd)
{
	int opened = open("/etc/passwd", O_RDONLY);

	(void)fd;
	return opened < 0 || close(opened) < 0;
}

static int socket_make(int fd)
{
	int made = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)fd;
	return made < 0 || close(made) < 0;
}

static int child_make(int fd)
{
	pid_t child = fork();

	(void)fd;
	if (child == 0)
		_exit(0);
	return child < 0 || waitpid(child, NULL, 0) != child;
}

static int program_run(int fd)
{
	char *const words[] = {(char[]){"true"}, NULL};

	(void)fd;
	execv("/bin/true", words);
	return 1;
}

static int code_map(int fd)
{
	void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)fd;
	return code == MAP_FAILED || munmap(code, 4096) < 0;
}

static int other_kill(int fd)
{
	(void)fd;
	return kill(getppid(), 0) < 0;
}

static int limit_raise(int fd)
{
	const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	(void)fd;
	return setrlimit(RLIMIT_CPU, &limit) < 0;
}

static void a_file_cannot_be_opened(void **state)
{
	(void)state;
	assert_forbidden(file_open);
}

static void a_socket_cannot_be_made(void **state)
{
	(void)state;
	assert_forbidden(socket_make);
}

static void a_process_cannot_be_started(void **state)
{
	(void)state;
	assert_forbidden(child_make);
	assert_forbidden(program_run);
}

static void memory_cannot_become_code(void **state)
{
	(void)state;
	assert_forbidden(code_map);
}

static void nobody_else_can_be_killed(void **state)
{
	(void)state;
	assert_forbidden(other_kill);
}

static void limits_cannot_be_raised(void **state)
{
	(void)state;
	assert_forbidden(limit_raise);
}

static int work_do(int fd)
{
	uint8_t byte = 1;
	uint8_t *memory = malloc(MEMORY_BYTES);
	struct stat status;

	if (!memory || read(fd, memory, MEMORY_BYTES) != MEMORY_BYTES || write(fd, &byte, 1) != 1)
		return 1;
	free(memory);
	return fstat(fd, &status) < 0;
}

static void what_is_open_can_be_read_and_answered(void **state)
{
	(void)state;
	assert_allowed(work_do);
}

/* The descriptors that a daemon might have left open. */
static int stranger_read(int fd)
{
	char byte;

	return read(fd + 1, &byte, 1) >= 0 || read(0, &byte, 1) != 0;
}

static void nothing_else_is_open(void **state)
{
	int stranger = open("/dev/zero", O_RDONLY);

	(void)state;
	assert_true(stranger >= 0);
	assert_int_equal(dup2(stranger, SANDBOX_FD + 1), SANDBOX_FD + 1);
	assert_allowed(stranger_read);
	close(stranger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cannot_be_opened),
		cmocka_unit_test(a_socket_cannot_be_made),
		cmocka_unit_test(a_process_cannot_be_started),
		cmocka_unit_test(memory_cannot_become_code),
		cmocka_unit_test(nobody_else_can_be_killed),
		cmocka_unit_test(limits_cannot_be_raised),
		cmocka_unit_test(what_is_open_can_be_read_and_answered),
		cmocka_unit_test(nothing_else_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
