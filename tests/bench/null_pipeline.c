/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least that any pipeline of two processes with a durable store must do with
 * a file, and nothing else:
 *
 *     rename -> inotify -> read -> ZeroMQ ipc -> LMDB put, fsync -> ZeroMQ ipc -> answer
 *
 *     null_pipeline FOLDER
 *
 * For each line "FROM TO" on stdin it renames the file and prints the nanoseconds
 * until the answer.  FOLDER/in is watched; TO must lie there.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <lmdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { FILE_SIZE_MAX = 1 << 20, MAP_SIZE = 64 << 20, PATH_LENGTH = 512 };

static char folder[PATH_LENGTH / 2];

static void check(int is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	exit(EX_OSERR);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *socket_make(void *context, int kind, const char *name, bool is_bound)
{
	char endpoint[PATH_LENGTH];
	void *socket = zmq_socket(context, kind);

	snprintf(endpoint, sizeof endpoint, "ipc://%s/%s", folder, name);
	check(socket &&
		      (is_bound ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint)) == 0,
	      endpoint);
	return socket;
}

static size_t file_read(int folder_fd, const char *name, char *bytes)
{
	size_t length = 0;
	ssize_t n;
	int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC);

	check(fd >= 0, name);
	while ((n = read(fd, bytes + length, FILE_SIZE_MAX - length)) > 0)
		length += (size_t)n;
	close(fd);
	return length;
}

static void reader_run(void)
{
	_Alignas(struct inotify_event) char events[4096];
	char *bytes = malloc(FILE_SIZE_MAX);
	char watched[PATH_LENGTH];
	void *out = socket_make(zmq_ctx_new(), ZMQ_PUSH, "rows", false);
	int fd = inotify_init1(IN_CLOEXEC);
	int folder_fd;

	snprintf(watched, sizeof watched, "%s/in", folder);
	check(bytes && inotify_add_watch(fd, watched, IN_MOVED_TO) >= 0, "inotify");
	folder_fd = open(watched, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(folder_fd >= 0, watched);
	check(zmq_send(out, "", 0, 0) == 0, "ready");
	while (read(fd, events, sizeof events) > 0) {
		const struct inotify_event *event = (const void *)events;
		size_t length = file_read(folder_fd, event->name, bytes);

		check(zmq_send(out, &length, sizeof length, 0) == sizeof length, "send");
	}
}

static void store_put(MDB_env *env, uint64_t number, size_t length)
{
	MDB_txn *txn;
	MDB_dbi table;
	MDB_val key = {sizeof number, &number};
	MDB_val value = {sizeof length, &length};

	check(mdb_txn_begin(env, NULL, 0, &txn) == 0 && mdb_dbi_open(txn, NULL, 0, &table) == 0 &&
		      mdb_put(txn, table, &key, &value, 0) == 0 && mdb_txn_commit(txn) == 0,
	      "store");
}

static void store_run(void)
{
	void *context = zmq_ctx_new();
	void *in = socket_make(context, ZMQ_PULL, "rows", true);
	void *out = socket_make(context, ZMQ_PUSH, "answers", false);
	char path[PATH_LENGTH];
	MDB_env *env;
	size_t length = 0;

	snprintf(path, sizeof path, "%s/store", folder);
	check(mdb_env_create(&env) == 0 && mdb_env_set_mapsize(env, MAP_SIZE) == 0 &&
		      mdb_env_open(env, path, MDB_NOSUBDIR, 0600) == 0,
	      path);
	for (uint64_t number = 0;; number++) {
		check(zmq_recv(in, &length, sizeof length, 0) >= 0, "receive");
		store_put(env, number, length);
		check(zmq_send(out, "", 0, 0) == 0, "answer");
	}
}

static void child_start(void (*run)(void))
{
	pid_t pid = fork();

	check(pid >= 0, "fork");
	if (pid > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run();
	_exit(EX_OK);
}

int main(int argc, char **argv)
{
	char line[2 * PATH_LENGTH], from[PATH_LENGTH], to[PATH_LENGTH];
	void *answers;

	if (argc != 2 || strlen(argv[1]) >= sizeof folder)
		return EX_USAGE;
	snprintf(folder, sizeof folder, "%s", argv[1]);
	child_start(store_run);
	child_start(reader_run);
	answers = socket_make(zmq_ctx_new(), ZMQ_PULL, "answers", true);
	check(zmq_recv(answers, line, sizeof line, 0) >= 0, "ready");
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin) && sscanf(line, "%511s %511s", from, to) == 2) {
		int64_t start_ns = now_ns();

		check(rename(from, to) == 0, to);
		check(zmq_recv(answers, line, sizeof line, 0) >= 0, "answer");
		printf("%" PRId64 "\n", now_ns() - start_ns);
		fflush(stdout);
	}
	return EX_OK;
}
