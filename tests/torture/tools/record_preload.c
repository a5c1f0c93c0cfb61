/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An LD_PRELOAD library that writes down, in one order for all processes, everything that a
 * power cut could take apart: writes, truncations, barriers, and names that come and go below
 * $RECORD_ROOT.  $RECORD_LOG is what cut_log.py reads; a lock on it makes the order that of
 * the kernel.  A barrier is told of twice: what was written before its beginning is on disk
 * at its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LOG_FD_MIN = 300, TEXT_SIZE = 2 * PATH_MAX };

struct record {
	uint64_t kind;
	uint64_t inode;
	uint64_t offset;
	uint64_t serial; /* of a barrier: pid and count */
	uint64_t length; /* of what follows */
};

static int log_fd = -1;
static const char *root;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint barriers;

__attribute__((constructor)) static void recorder_start(void)
{
	const char *path = getenv("RECORD_LOG");
	int fd;

	root = getenv("RECORD_ROOT");
	/* A parser writes no file, and its seccomp filter would not let us look. */
	if (!path || !root || strcmp(program_invocation_short_name, "budgetvakt-parse") == 0)
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			  0600);
	if (fd < 0)
		abort();
	log_fd = fcntl(fd, F_DUPFD_CLOEXEC, LOG_FD_MIN);
	close(fd);
}

static void order_begin(void)
{
	int error = errno;

	if (log_fd < 0)
		return;
	pthread_mutex_lock(&mutex);
	flock(log_fd, LOCK_EX);
	errno = error;
}

static void order_end(void)
{
	int error = errno;

	if (log_fd < 0)
		return;
	flock(log_fd, LOCK_UN);
	pthread_mutex_unlock(&mutex);
	errno = error;
}

static void record_put(struct record record, const void *bytes)
{
	int error = errno;
	struct iovec parts[] = {{&record, sizeof record},
				{(void *)(uintptr_t)bytes, record.length}};
	ssize_t whole = (ssize_t)(sizeof record + record.length);

	if (syscall(SYS_writev, log_fd, parts, record.length > 0 ? 2 : 1) != whole)
		abort();
	errno = error;
}

static bool path_is_ours(const char *path)
{
	size_t length = strlen(root);

	return strncmp(path, root, length) == 0 && (strncmp(path + length, "/state", 6) == 0 ||
						    strncmp(path + length, "/inbox", 6) == 0);
}

/* The path behind a descriptor, when it is one of ours. */
static bool fd_path(int fd, char path[static PATH_MAX], struct stat *status)
{
	char link[64];
	ssize_t length;
	int error = errno;

	if (log_fd < 0 || fd < 0)
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	errno = error;
	if (length <= 0)
		return false;
	path[length] = '\0';
	return path_is_ours(path) && fstat(fd, status) == 0;
}

static bool is_synced(int fd)
{
	return (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
}

/* The place where the next write() goes. */
static uint64_t place_of(int fd, const struct stat *status)
{
	return fcntl(fd, F_GETFL) & O_APPEND ? (uint64_t)status->st_size
					     : (uint64_t)lseek(fd, 0, SEEK_CUR);
}

static void written(int fd, const struct stat *status, uint64_t offset, const void *bytes,
		    ssize_t length)
{
	if (length > 0)
		record_put((struct record){.kind = is_synced(fd) ? 'D' : 'W',
					   .inode = status->st_ino,
					   .offset = offset,
					   .length = (uint64_t)length},
			   bytes);
}

/* ---- bytes ------------------------------------------------------------------- */

ssize_t write(int fd, const void *bytes, size_t length)
{
	char path[PATH_MAX];
	struct stat status;
	uint64_t offset;
	ssize_t n;

	if (!fd_path(fd, path, &status))
		return syscall(SYS_write, fd, bytes, length);
	order_begin();
	fstat(fd, &status);
	offset = place_of(fd, &status);
	n = syscall(SYS_write, fd, bytes, length);
	written(fd, &status, offset, bytes, n);
	order_end();
	return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	char path[PATH_MAX];
	struct stat status;
	ssize_t n;

	if (!fd_path(fd, path, &status))
		return syscall(SYS_pwrite64, fd, bytes, length, offset);
	order_begin();
	n = syscall(SYS_pwrite64, fd, bytes, length, offset);
	written(fd, &status, (uint64_t)offset, bytes, n);
	order_end();
	return n;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
	return pwrite(fd, bytes, length, offset);
}

static void parts_written(int fd, const struct stat *status, uint64_t offset,
			  const struct iovec *parts, int count, ssize_t n)
{
	for (int i = 0; i < count && n > 0; i++) {
		ssize_t length = n < (ssize_t)parts[i].iov_len ? n : (ssize_t)parts[i].iov_len;

		written(fd, status, offset, parts[i].iov_base, length);
		offset += (uint64_t)length;
		n -= length;
	}
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	char path[PATH_MAX];
	struct stat status;
	uint64_t offset;
	ssize_t n;

	if (!fd_path(fd, path, &status))
		return syscall(SYS_writev, fd, parts, count);
	order_begin();
	fstat(fd, &status);
	offset = place_of(fd, &status);
	n = syscall(SYS_writev, fd, parts, count);
	parts_written(fd, &status, offset, parts, count, n);
	order_end();
	return n;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	char path[PATH_MAX];
	struct stat status;
	ssize_t n;

	if (!fd_path(fd, path, &status))
		return syscall(SYS_pwritev, fd, parts, count, offset, 0);
	order_begin();
	n = syscall(SYS_pwritev, fd, parts, count, offset, 0);
	parts_written(fd, &status, (uint64_t)offset, parts, count, n);
	order_end();
	return n;
}

static void size_changed(int fd, const struct stat *before)
{
	struct stat after;

	if (fstat(fd, &after) == 0 && after.st_size != before->st_size)
		record_put((struct record){.kind = 'T',
					   .inode = after.st_ino,
					   .offset = (uint64_t)after.st_size},
			   NULL);
}

int ftruncate(int fd, off_t size)
{
	char path[PATH_MAX];
	struct stat status;
	int r;

	if (!fd_path(fd, path, &status))
		return (int)syscall(SYS_ftruncate, fd, size);
	order_begin();
	fstat(fd, &status);
	r = (int)syscall(SYS_ftruncate, fd, size);
	size_changed(fd, &status);
	order_end();
	return r;
}

int ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t offset, off_t length)
{
	char path[PATH_MAX];
	struct stat status;
	int r;

	if (!fd_path(fd, path, &status))
		return (int)syscall(SYS_fallocate, fd, mode, offset, length);
	order_begin();
	fstat(fd, &status);
	r = (int)syscall(SYS_fallocate, fd, mode, offset, length);
	size_changed(fd, &status);
	order_end();
	return r;
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
	return fallocate(fd, 0, offset, length) < 0 ? errno : 0;
}

/* ---- barriers ---------------------------------------------------------------- */

static int barrier(long number, int fd)
{
	char path[PATH_MAX];
	struct stat status;
	struct record record;
	int r;

	if (!fd_path(fd, path, &status))
		return (int)syscall(number, fd);
	record = (struct record){.kind = 's',
				 .inode = status.st_ino,
				 .serial = (uint64_t)getpid() << 32 | ++barriers,
				 .length = strlen(path)};
	order_begin();
	record_put(record, path);
	order_end();
	r = (int)syscall(number, fd);
	if (r == 0) {
		record.kind = 'S';
		order_begin();
		record_put(record, path);
		order_end();
	}
	return r;
}

int fsync(int fd)
{
	return barrier(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return barrier(SYS_fdatasync, fd);
}

/* ---- names ------------------------------------------------------------------- */

static bool name_full(const char *name, char path[static PATH_MAX])
{
	char folder[PATH_MAX];

	if (log_fd < 0)
		return false;
	if (name[0] == '/')
		snprintf(path, PATH_MAX, "%s", name);
	else if (!getcwd(folder, sizeof folder) ||
		 snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		return false;
	return path_is_ours(path);
}

static void name_put(uint64_t kind, uint64_t inode, const char *text, size_t length)
{
	record_put((struct record){.kind = kind, .inode = inode, .length = length}, text);
}

static int open_any(int folder, const char *name, int flags, mode_t mode)
{
	char path[PATH_MAX];
	struct stat before = {0}, after;
	bool was_there;
	int fd;

	if (log_fd < 0 || !(flags & (O_CREAT | O_TRUNC)))
		return (int)syscall(SYS_openat, folder, name, flags, mode);
	order_begin();
	was_there = fstatat(folder, name, &before, 0) == 0;
	fd = (int)syscall(SYS_openat, folder, name, flags, mode);
	if (fd_path(fd, path, &after)) {
		if (!was_there)
			name_put('C', after.st_ino, path, strlen(path));
		else
			size_changed(fd, &before);
	}
	order_end();
	return fd;
}

int open(const char *name, int flags, ...)
{
	va_list arguments;
	mode_t mode = 0;

	va_start(arguments, flags);
	if (flags & O_CREAT)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	return open_any(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...)
{
	va_list arguments;
	mode_t mode = 0;

	va_start(arguments, flags);
	if (flags & O_CREAT)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	return open_any(AT_FDCWD, name, flags, mode);
}

int openat(int folder, const char *name, int flags, ...)
{
	va_list arguments;
	mode_t mode = 0;

	va_start(arguments, flags);
	if (flags & O_CREAT)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	return open_any(folder, name, flags, mode);
}

static int move(const char *from, const char *to, unsigned flags)
{
	char paths[2][PATH_MAX], text[TEXT_SIZE];
	bool is_ours = name_full(from, paths[0]);
	int length, r;

	is_ours = name_full(to, paths[1]) || is_ours;
	if (!is_ours)
		return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
	order_begin();
	r = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
	length = snprintf(text, sizeof text, "%s\n%s", paths[0], paths[1]);
	if (r == 0)
		name_put('R', 0, text, (size_t)length);
	order_end();
	return r;
}

int rename(const char *from, const char *to)
{
	return move(from, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	if (from_folder != AT_FDCWD || to_folder != AT_FDCWD)
		abort(); /* nobody does it yet; then it must be recorded */
	return move(from, to, flags);
}

static int name_change(uint64_t kind, long number, const char *name, mode_t mode)
{
	char path[PATH_MAX];
	int r;

	if (!name_full(name, path))
		return (int)syscall(number, name, mode);
	order_begin();
	r = (int)syscall(number, name, mode);
	if (r == 0)
		name_put(kind, 0, path, strlen(path));
	order_end();
	return r;
}

int unlink(const char *name)
{
	return name_change('U', SYS_unlink, name, 0);
}

int mkdir(const char *name, mode_t mode)
{
	return name_change('M', SYS_mkdir, name, mode);
}
