/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload that counts calls by where they are made from, and lets one of them fail.
 *
 *     FAILING_PROGRAM  the program it is for; in any other it does nothing
 *     FAILING_BOARD    a file of sizeof(struct board) bytes, shared with whoever reads the counts
 *     FAILING_PLAN     "FUNCTION MODULE OFFSET OCCURRENCE CODE MODE", or not set: only count
 *
 * A place is (function, module, where in it the call returns to).  The plan names a place, from
 * which call of that place on, the error and how: once, ever (as long as the board is armed), done
 * (once, after it was carried out) or lie (once: nothing is done, and success is told).  CODE -1:
 * half is read or written.  The program may be under seccomp: after the first call, no system call
 * is ours.
 */
/* Its own functions must not be those that a fortified header makes of them. */
#undef _FORTIFY_SOURCE

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <lmdb.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <zmq.h>

/* clang-format off */
#define FUNCTIONS(X) \
	X(malloc) X(calloc) X(realloc) X(reallocarray) X(aligned_alloc) X(posix_memalign) \
	X(strdup) X(strndup) X(open) X(open64) X(openat) X(openat64) X(read) X(pread) \
	X(pread64) X(write) X(pwrite) X(pwrite64) X(writev) X(pwritev) X(fsync) X(fdatasync) \
	X(msync) X(rename) X(renameat) X(unlink) X(unlinkat) X(mkdir) X(ftruncate) \
	X(ftruncate64) X(posix_fallocate) X(mmap) X(mmap64) X(opendir) X(fdopendir) X(fopen) \
	X(fopen64) X(fstat) X(lstat) X(fstatfs) X(flock) X(realpath) X(readlink) \
	X(memfd_create) X(open_memstream) X(fmemopen) X(fflush) X(chmod) X(pipe) X(socket) \
	X(socketpair) X(bind) X(connect) X(listen) X(sendmsg) X(recvmsg) X(epoll_create1) \
	X(epoll_ctl) X(epoll_wait) X(poll) X(eventfd) X(signalfd) X(timerfd_create) \
	X(inotify_init1) X(inotify_add_watch) X(getrandom) X(fork) X(posix_spawn) \
	X(posix_spawn_file_actions_adddup2) X(pthread_create) X(mdb_env_create) \
	X(mdb_env_set_maxdbs) X(mdb_env_set_mapsize) X(mdb_env_open) X(mdb_env_info) \
	X(mdb_env_stat) X(mdb_txn_begin) X(mdb_txn_commit) \
	X(mdb_txn_abort) X(mdb_dbi_open) X(mdb_get) \
	X(mdb_put) X(mdb_del) X(mdb_stat) X(mdb_cursor_open) X(mdb_cursor_get) X(zmq_ctx_new) \
	X(zmq_socket) X(zmq_setsockopt) X(zmq_getsockopt) X(zmq_bind) X(zmq_connect) \
	X(zmq_msg_init_data) X(zmq_msg_send) X(zmq_msg_recv) X(zmq_send) X(zmq_recv) \
	X(zmq_poll)
/* clang-format on */

enum function {
#define X(name) FUNCTION_##name,
	FUNCTIONS(X)
#undef X
		FUNCTION_COUNT
};

enum { NAME_SIZE = 40, FUNCTIONS_MAX = 128, MODULES_MAX = 64, SITES_MAX = 4096, SHORT = -1 };

_Static_assert((int)FUNCTION_COUNT <= (int)FUNCTIONS_MAX, "the board has room");

struct site {
	_Atomic uint64_t key; /* function, module and offset; 0: free */
	_Atomic uint64_t count;
};

struct board {
	_Atomic uint32_t is_armed;
	_Atomic uint32_t hits;
	char functions[FUNCTIONS_MAX][NAME_SIZE];
	char modules[MODULES_MAX][NAME_SIZE];
	struct site sites[SITES_MAX];
};

struct module {
	uintptr_t base;
	uintptr_t end;
};

enum mode { MODE_ONCE, MODE_EVER, MODE_DONE, MODE_LIE };
/* What becomes of a call. */
enum fate { FATE_PASS, FATE_FAIL, FATE_DONE, FATE_LIE };

static const char *const names[FUNCTION_COUNT] = {
#define X(name) [FUNCTION_##name] = #name,
	FUNCTIONS(X)
#undef X
};

static void *reals[FUNCTION_COUNT];
static struct board *board;
static struct module modules[MODULES_MAX];
static size_t module_count;
static struct {
	uint64_t key; /* 0: none */
	uint64_t occurrence;
	int code;
	enum mode mode;
} plan;
static _Atomic int set_up_state; /* 0 not yet, 1 under way, 2 done */

static void *real_of(enum function function)
{
	if (!reals[function])
		reals[function] = dlsym(RTLD_NEXT, names[function]);
	return reals[function];
}

/* Names and lists of arguments stand as they are.
 * NOLINTBEGIN(bugprone-macro-parentheses) */
#define CALL(name) (__extension__(__typeof__(&name)) real_of(FUNCTION_##name))

/* ---- the board and the plan ------------------------------------------------- */

static void name_copy(char out[static NAME_SIZE], const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(out, NAME_SIZE, "%.39s", slash ? slash + 1 : path);
}

/* The first module has no name: it is the program. */
static int module_add(struct dl_phdr_info *info, size_t size, void *context)
{
	uintptr_t end = 0;

	(void)size;
	(void)context;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type == PT_LOAD && part->p_vaddr + part->p_memsz > end)
			end = part->p_vaddr + part->p_memsz;
	}
	if (module_count == MODULES_MAX)
		return 1;
	name_copy(board->modules[module_count],
		  module_count == 0 ? program_invocation_short_name : info->dlpi_name);
	modules[module_count++] =
		(struct module){.base = info->dlpi_addr, .end = info->dlpi_addr + end};
	return 0;
}

static uint64_t key_of(size_t function, size_t module, uint64_t offset)
{
	return (uint64_t)(function + 1) << 48 | (uint64_t)module << 40 | offset;
}

static bool name_is(const char *name, const char *word, size_t size)
{
	return strlen(name) == size && strncmp(name, word, size) == 0;
}

static size_t name_find(char (*table)[NAME_SIZE], size_t count, const char *word, size_t size)
{
	size_t i = 0;

	while (i < count && !name_is(table[i], word, size))
		i++;
	return i;
}

/* One word of the plan after the other. */
static const char *word_next(const char **text, size_t *size_out)
{
	const char *word = *text + strspn(*text, " ");

	*size_out = strcspn(word, " ");
	*text = word + *size_out;
	return word;
}

static uint64_t number_next(const char **text, int base)
{
	size_t size;

	return strtoull(word_next(text, &size), NULL, base);
}

static void plan_read(const char *text)
{
	static char modes[][NAME_SIZE] = {"once", "ever", "done", "lie"};
	size_t size;
	const char *word = word_next(&text, &size);
	size_t function = name_find(board->functions, FUNCTION_COUNT, word, size);

	word = word_next(&text, &size);
	size_t module = name_find(board->modules, module_count, word, size);
	uint64_t offset = number_next(&text, 16);

	plan.occurrence = number_next(&text, 10);
	plan.code = (int)number_next(&text, 10);
	word = word_next(&text, &size);
	plan.mode = (enum mode)name_find(modes, sizeof modes / sizeof modes[0], word, size);
	if (function < FUNCTION_COUNT && module < module_count)
		plan.key = key_of(function, module, offset);
}

static void board_map(const char *path)
{
	int fd = CALL(open)(path, O_RDWR | O_CLOEXEC);
	void *place = fd < 0 ? MAP_FAILED
			     : CALL(mmap)(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
					  MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	board = place == MAP_FAILED ? NULL : place;
}

static void set_up(void)
{
	const char *program = getenv("FAILING_PROGRAM");
	const char *path = getenv("FAILING_BOARD");
	const char *text = getenv("FAILING_PLAN");

	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		real_of((enum function)i);
	if (!program || !path || strcmp(program, program_invocation_short_name) != 0)
		return;
	board_map(path);
	if (!board)
		return;
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		name_copy(board->functions[i], names[i]);
	dl_iterate_phdr(module_add, NULL);
	if (text)
		plan_read(text);
}

/* ---- one call ----------------------------------------------------------------- */

static uint64_t place_key(enum function function, uintptr_t address)
{
	for (size_t i = 0; i < module_count; i++)
		if (address >= modules[i].base && address < modules[i].end)
			return key_of(function, i, address - modules[i].base);
	return key_of(function, MODULES_MAX, 0);
}

/* Which call of this place it is, from 1. */
static uint64_t site_count(uint64_t key)
{
	for (size_t i = 0; i < SITES_MAX; i++) {
		size_t at = (size_t)((key * 0x9E3779B97F4A7C15u) >> 52) + i;
		struct site *site = &board->sites[at % SITES_MAX];
		uint64_t free_key = 0;

		if (atomic_compare_exchange_strong(&site->key, &free_key, key) || free_key == key)
			return atomic_fetch_add(&site->count, 1) + 1;
	}
	return 0;
}

static bool is_due(uint64_t count)
{
	if (plan.mode == MODE_EVER)
		return count >= plan.occurrence && board->is_armed;
	return count == plan.occurrence && board->hits == 0;
}

static bool is_ready(void)
{
	int not_yet = 0;

	/* A sanitizer asks for memory before the C library knows who we are. */
	if (!environ || !*program_invocation_short_name)
		return false;
	if (atomic_compare_exchange_strong(&set_up_state, &not_yet, 1)) {
		set_up();
		set_up_state = 2;
	}
	return set_up_state == 2 && board;
}

static enum fate fate_of(enum function function, void *caller)
{
	static const enum fate fates[] = {FATE_FAIL, FATE_FAIL, FATE_DONE, FATE_LIE};
	uint64_t key;
	uint64_t count;

	if (!is_ready())
		return FATE_PASS;
	key = place_key(function, (uintptr_t)caller);
	count = site_count(key);
	if (key != plan.key || !is_due(count))
		return FATE_PASS;
	atomic_fetch_add(&board->hits, 1);
	return fates[plan.mode];
}

#define FATE(name) fate_of(FUNCTION_##name, __builtin_return_address(0))

/* ---- the calls: those that say why in errno, and those that return it --------- */

#define WRAP_ERRNO(type, name, failure, parameters, arguments)                                     \
	type name parameters                                                                       \
	{                                                                                          \
		if (FATE(name) == FATE_PASS)                                                       \
			return CALL(name) arguments;                                               \
		errno = plan.code;                                                                 \
		return failure;                                                                    \
	}

/* The same of what may have been carried out all the same. */
#define WRAP_DONE(name, parameters, arguments)                                                     \
	int name parameters                                                                        \
	{                                                                                          \
		enum fate fate = FATE(name);                                                       \
                                                                                                   \
		if (fate == FATE_PASS)                                                             \
			return CALL(name) arguments;                                               \
		if (fate == FATE_DONE)                                                             \
			CALL(name) arguments;                                                      \
		errno = plan.code;                                                                 \
		return -1;                                                                         \
	}

#define WRAP_CODE(name, parameters, arguments)                                                     \
	int name parameters                                                                        \
	{                                                                                          \
		return FATE(name) == FATE_PASS ? CALL(name) arguments : plan.code;                 \
	}

/* With SHORT a part is done, as files and sockets may. */
#define WRAP_PART(name, parameters, arguments, part_arguments)                                     \
	ssize_t name parameters                                                                    \
	{                                                                                          \
		if (FATE(name) == FATE_PASS)                                                       \
			return CALL(name) arguments;                                               \
		if (plan.code == SHORT)                                                            \
			return CALL(name) part_arguments;                                          \
		errno = plan.code;                                                                 \
		return -1;                                                                         \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

WRAP_ERRNO(void *, malloc, NULL, (size_t size), (size))
WRAP_ERRNO(void *, calloc, NULL, (size_t count, size_t size), (count, size))
WRAP_ERRNO(void *, realloc, NULL, (void *old, size_t size), (old, size))
WRAP_ERRNO(void *, reallocarray, NULL, (void *old, size_t count, size_t size), (old, count, size))
WRAP_ERRNO(void *, aligned_alloc, NULL, (size_t alignment, size_t size), (alignment, size))
WRAP_CODE(posix_memalign, (void **out, size_t alignment, size_t size), (out, alignment, size))
/* cppcheck-suppress CastIntegerToAddressAtReturn */
WRAP_ERRNO(char *, strdup, NULL, (const char *text), (text))
WRAP_ERRNO(char *, strndup, NULL, (const char *text, size_t size), (text, size))

WRAP_PART(read, (int fd, void *bytes, size_t size), (fd, bytes, size), (fd, bytes, (size + 1) / 2))
WRAP_PART(pread, (int fd, void *bytes, size_t size, off_t at), (fd, bytes, size, at),
	  (fd, bytes, (size + 1) / 2, at))
WRAP_PART(pread64, (int fd, void *bytes, size_t size, off64_t at), (fd, bytes, size, at),
	  (fd, bytes, (size + 1) / 2, at))
WRAP_PART(write, (int fd, const void *bytes, size_t size), (fd, bytes, size),
	  (fd, bytes, (size + 1) / 2))
WRAP_PART(pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at),
	  (fd, bytes, (size + 1) / 2, at))
WRAP_PART(pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at),
	  (fd, bytes, (size + 1) / 2, at))
WRAP_PART(writev, (int fd, const struct iovec *parts, int count), (fd, parts, count),
	  (fd, parts, (count + 1) / 2))
WRAP_PART(pwritev, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at),
	  (fd, parts, (count + 1) / 2, at))

WRAP_ERRNO(int, fsync, -1, (int fd), (fd))
WRAP_ERRNO(int, fdatasync, -1, (int fd), (fd))
WRAP_ERRNO(int, msync, -1, (void *place, size_t size, int flags), (place, size, flags))
WRAP_DONE(rename, (const char *from, const char *to), (from, to))
WRAP_DONE(renameat, (int from_fd, const char *from, int to_fd, const char *to),
	  (from_fd, from, to_fd, to))
WRAP_DONE(unlink, (const char *path), (path))
WRAP_DONE(unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP_ERRNO(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
WRAP_ERRNO(int, ftruncate, -1, (int fd, off_t size), (fd, size))
WRAP_ERRNO(int, ftruncate64, -1, (int fd, off64_t size), (fd, size))
WRAP_CODE(posix_fallocate, (int fd, off_t at, off_t size), (fd, at, size))
WRAP_ERRNO(void *, mmap, MAP_FAILED,
	   (void *place, size_t size, int protection, int flags, int fd, off_t at),
	   (place, size, protection, flags, fd, at))
WRAP_ERRNO(void *, mmap64, MAP_FAILED,
	   (void *place, size_t size, int protection, int flags, int fd, off64_t at),
	   (place, size, protection, flags, fd, at))
/* cppcheck-suppress CastIntegerToAddressAtReturn */
WRAP_ERRNO(DIR *, opendir, NULL, (const char *path), (path))
WRAP_ERRNO(DIR *, fdopendir, NULL, (int fd), (fd))
WRAP_ERRNO(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
WRAP_ERRNO(FILE *, fopen64, NULL, (const char *path, const char *mode), (path, mode))
WRAP_ERRNO(int, fstat, -1, (int fd, struct stat *status), (fd, status))
WRAP_ERRNO(int, lstat, -1, (const char *path, struct stat *status), (path, status))
WRAP_ERRNO(int, fstatfs, -1, (int fd, struct statfs *status), (fd, status))
WRAP_ERRNO(int, flock, -1, (int fd, int operation), (fd, operation))
WRAP_ERRNO(char *, realpath, NULL, (const char *path, char *out), (path, out))
WRAP_ERRNO(ssize_t, readlink, -1, (const char *path, char *out, size_t size), (path, out, size))
WRAP_ERRNO(int, memfd_create, -1, (const char *name, unsigned flags), (name, flags))
WRAP_ERRNO(FILE *, open_memstream, NULL, (char **out, size_t *size), (out, size))
WRAP_ERRNO(FILE *, fmemopen, NULL, (void *bytes, size_t size, const char *mode),
	   (bytes, size, mode))
WRAP_ERRNO(int, fflush, EOF, (FILE * file), (file))
WRAP_ERRNO(int, chmod, -1, (const char *path, mode_t mode), (path, mode))
WRAP_ERRNO(int, pipe, -1, (int fds[2]), (fds))

WRAP_ERRNO(int, socket, -1, (int domain, int type, int protocol), (domain, type, protocol))
WRAP_ERRNO(int, socketpair, -1, (int domain, int type, int protocol, int fds[2]),
	   (domain, type, protocol, fds))
WRAP_ERRNO(int, listen, -1, (int fd, int count), (fd, count))
WRAP_ERRNO(ssize_t, sendmsg, -1, (int fd, const struct msghdr *message, int flags),
	   (fd, message, flags))
WRAP_ERRNO(ssize_t, recvmsg, -1, (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP_ERRNO(int, epoll_create1, -1, (int flags), (flags))
WRAP_ERRNO(int, epoll_ctl, -1, (int fd, int operation, int other, struct epoll_event *event),
	   (fd, operation, other, event))
WRAP_ERRNO(int, epoll_wait, -1, (int fd, struct epoll_event *events, int count, int timeout_ms),
	   (fd, events, count, timeout_ms))
WRAP_ERRNO(int, poll, -1, (struct pollfd * fds, nfds_t count, int timeout_ms),
	   (fds, count, timeout_ms))
WRAP_ERRNO(int, eventfd, -1, (unsigned count, int flags), (count, flags))
WRAP_ERRNO(int, signalfd, -1, (int fd, const sigset_t *signals, int flags), (fd, signals, flags))
WRAP_ERRNO(int, timerfd_create, -1, (clockid_t clock, int flags), (clock, flags))
WRAP_ERRNO(int, inotify_init1, -1, (int flags), (flags))
WRAP_ERRNO(int, inotify_add_watch, -1, (int fd, const char *path, uint32_t mask), (fd, path, mask))
WRAP_ERRNO(ssize_t, getrandom, -1, (void *bytes, size_t size, unsigned flags), (bytes, size, flags))
WRAP_ERRNO(pid_t, fork, -1, (void), ())
WRAP_CODE(posix_spawn,
	  (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
	   const posix_spawnattr_t *attributes, char *const words[], char *const environment[]),
	  (pid, path, actions, attributes, words, environment))
WRAP_CODE(posix_spawn_file_actions_adddup2, (posix_spawn_file_actions_t * actions, int fd, int to),
	  (actions, fd, to))
WRAP_CODE(pthread_create,
	  (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *),
	   void *context),
	  (thread, attributes, run, context))

/* glibc's headers say of these that they take one of many addresses. */
#define ADDRESS(name)                                                                              \
	int name(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)                             \
	{                                                                                          \
		if (FATE(name) == FATE_PASS)                                                       \
			return CALL(name)(fd, address, size);                                      \
		errno = plan.code;                                                                 \
		return -1;                                                                         \
	}
ADDRESS(bind)
ADDRESS(connect)

#define WRAP_OPEN(name, parameters, ...)                                                           \
	int name parameters                                                                        \
	{                                                                                          \
		enum fate fate = FATE(name);                                                       \
		mode_t mode;                                                                       \
		va_list rest;                                                                      \
                                                                                                   \
		va_start(rest, flags);                                                             \
		mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                   \
		va_end(rest);                                                                      \
		if (fate == FATE_PASS)                                                             \
			return CALL(name)(__VA_ARGS__, flags, mode);                               \
		errno = plan.code;                                                                 \
		return -1;                                                                         \
	}
WRAP_OPEN(open, (const char *path, int flags, ...), path)
WRAP_OPEN(open64, (const char *path, int flags, ...), path)
WRAP_OPEN(openat, (int fd, const char *path, int flags, ...), fd, path)
WRAP_OPEN(openat64, (int fd, const char *path, int flags, ...), fd, path)

WRAP_CODE(mdb_env_create, (MDB_env * *environment), (environment))
WRAP_CODE(mdb_env_set_maxdbs, (MDB_env * environment, MDB_dbi count), (environment, count))
WRAP_CODE(mdb_env_set_mapsize, (MDB_env * environment, size_t size), (environment, size))
WRAP_CODE(mdb_env_open, (MDB_env * environment, const char *path, unsigned flags, mdb_mode_t mode),
	  (environment, path, flags, mode))
WRAP_CODE(mdb_env_info, (MDB_env * environment, MDB_envinfo *info), (environment, info))
WRAP_CODE(mdb_env_stat, (MDB_env * environment, MDB_stat *status), (environment, status))
WRAP_CODE(mdb_txn_begin, (MDB_env * environment, MDB_txn *parent, unsigned flags, MDB_txn **out),
	  (environment, parent, flags, out))
WRAP_CODE(mdb_dbi_open, (MDB_txn * txn, const char *name, unsigned flags, MDB_dbi *out),
	  (txn, name, flags, out))
WRAP_CODE(mdb_get, (MDB_txn * txn, MDB_dbi table, MDB_val *key, MDB_val *value),
	  (txn, table, key, value))
WRAP_CODE(mdb_put, (MDB_txn * txn, MDB_dbi table, MDB_val *key, MDB_val *value, unsigned flags),
	  (txn, table, key, value, flags))
WRAP_CODE(mdb_del, (MDB_txn * txn, MDB_dbi table, MDB_val *key, MDB_val *value),
	  (txn, table, key, value))
WRAP_CODE(mdb_stat, (MDB_txn * txn, MDB_dbi table, MDB_stat *status), (txn, table, status))
WRAP_CODE(mdb_cursor_open, (MDB_txn * txn, MDB_dbi table, MDB_cursor **out), (txn, table, out))
WRAP_CODE(mdb_cursor_get,
	  (MDB_cursor * cursor, MDB_val *key, MDB_val *value, MDB_cursor_op operation),
	  (cursor, key, value, operation))

/* Not every program that this is loaded into has LMDB. */
void mdb_txn_abort(MDB_txn *txn)
{
	CALL(mdb_txn_abort)(txn);
}

/* A commit that fails has freed its transaction; one that lies has done the same, and says 0. */
int mdb_txn_commit(MDB_txn *txn)
{
	enum fate fate = FATE(mdb_txn_commit);

	if (fate == FATE_PASS)
		return CALL(mdb_txn_commit)(txn);
	if (fate == FATE_DONE)
		CALL(mdb_txn_commit)(txn);
	else
		CALL(mdb_txn_abort)(txn);
	return fate == FATE_LIE ? 0 : plan.code;
}

WRAP_ERRNO(void *, zmq_ctx_new, NULL, (void), ())
WRAP_ERRNO(void *, zmq_socket, NULL, (void *context, int type), (context, type))
WRAP_ERRNO(int, zmq_setsockopt, -1, (void *socket, int option, const void *value, size_t size),
	   (socket, option, value, size))
WRAP_ERRNO(int, zmq_getsockopt, -1, (void *socket, int option, void *value, size_t *size),
	   (socket, option, value, size))
WRAP_ERRNO(int, zmq_bind, -1, (void *socket, const char *endpoint), (socket, endpoint))
WRAP_ERRNO(int, zmq_connect, -1, (void *socket, const char *endpoint), (socket, endpoint))
WRAP_ERRNO(int, zmq_msg_init_data, -1,
	   (zmq_msg_t * message, void *bytes, size_t size, zmq_free_fn *release, void *hint),
	   (message, bytes, size, release, hint))
WRAP_ERRNO(int, zmq_msg_send, -1, (zmq_msg_t * message, void *socket, int flags),
	   (message, socket, flags))
WRAP_ERRNO(int, zmq_msg_recv, -1, (zmq_msg_t * message, void *socket, int flags),
	   (message, socket, flags))
WRAP_ERRNO(int, zmq_send, -1, (void *socket, const void *bytes, size_t size, int flags),
	   (socket, bytes, size, flags))
WRAP_ERRNO(int, zmq_recv, -1, (void *socket, void *bytes, size_t size, int flags),
	   (socket, bytes, size, flags))
WRAP_ERRNO(int, zmq_poll, -1, (zmq_pollitem_t * items, int count, long timeout_ms),
	   (items, count, timeout_ms))
