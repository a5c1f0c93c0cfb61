/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One poll over a signalfd; everything else is a point in time: when a child is
 * started again, when patience with a stopping one ends, when to probe next.
 */
#include "budgetvakt/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/backoff.h"
#include "budgetvakt/daemons.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/log.h"

enum {
	STOP_PATIENCE_MS = 10000,
	PROBE_INTERVAL_MS = 20,
	EXEC_FAILED = 127, /* as shells have it */
};

struct child {
	const char *name;
	pid_t pid; /* 0: not running */
	int64_t started_ms;
	int64_t start_at_ms; /* when not running */
	int backoff_ms;
	bool has_answered;
};

struct supervisor {
	const struct supervisor_options *options;
	struct child children[DAEMON_COUNT];
	int signal_fd;
	bool is_ready;
	bool is_stopping;
	bool is_killing;
	int64_t kill_at_ms;
	int status; /* to end with */
};

/* In the child, between fork and exec: only what is safe there. */
static void child_exec(const char *path, const char *config, bool is_check, pid_t parent)
{
	char *arguments[] = {(char *)path, (char *)"--config", (char *)config,
			     is_check ? (char *)"-n" : NULL, NULL};
	int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* Ctrl-C is for us: we stop them, in our time. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Killed between fork and prctl: nobody would tell us any more. */
	if (getppid() != parent)
		_exit(EX_TEMPFAIL);
	/* Our stdout says "redo"; daemons speak on stderr only. */
	if (empty >= 0)
		dup2(empty, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execv(path, arguments);
	_exit(EXEC_FAILED);
}

static int child_fork(const char *folder, const char *name, const char *config, bool is_check,
		      pid_t *pid_out)
{
	char path[PATH_SIZE];
	pid_t parent = getpid();
	pid_t pid;
	int r = path_print(path, "%s/budgetvakt-%s", folder, name);

	if (r < 0)
		return r;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child_exec(path, config, is_check, parent);
	*pid_out = pid;
	return 0;
}

static int child_wait(pid_t pid, int *wait_status_out)
{
	while (waitpid(pid, wait_status_out, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int supervisor_check(const char *folder, const char *config)
{
	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		int wait_status = 0;
		pid_t pid;
		int r = child_fork(folder, daemon_names[i], config, true, &pid);

		if (r == 0)
			r = child_wait(pid, &wait_status);
		if (r < 0)
			return r;
		if (!WIFEXITED(wait_status))
			return EX_SOFTWARE;
		if (WEXITSTATUS(wait_status) != 0)
			return WEXITSTATUS(wait_status);
	}
	return 0;
}

static int child_start(struct supervisor *supervisor, struct child *child, int64_t now_ms)
{
	child->started_ms = now_ms;
	return child_fork(supervisor->options->folder, child->name, supervisor->options->config,
			  false, &child->pid);
}

static void stop_begin(struct supervisor *supervisor, int status, int64_t now_ms)
{
	if (supervisor->is_stopping)
		return;
	supervisor->is_stopping = true;
	supervisor->status = status;
	supervisor->kill_at_ms = now_ms + STOP_PATIENCE_MS;
	for (size_t i = 0; i < DAEMON_COUNT; i++)
		if (supervisor->children[i].pid > 0)
			kill(supervisor->children[i].pid, SIGTERM);
}

static void stop_force(struct supervisor *supervisor)
{
	supervisor->is_killing = true;
	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		struct child *child = &supervisor->children[i];

		if (child->pid <= 0)
			continue;
		log_warn("budgetvakt-%s does not stop, killing it", child->name);
		kill(child->pid, SIGKILL);
	}
}

static void death_log(const struct child *child, int wait_status)
{
	if (WIFSIGNALED(wait_status))
		log_warn("budgetvakt-%s was killed by signal %d, starting it again in %d ms",
			 child->name, WTERMSIG(wait_status), child->backoff_ms);
	else
		log_warn("budgetvakt-%s ended with %d, starting it again in %d ms", child->name,
			 WEXITSTATUS(wait_status), child->backoff_ms);
}

/* A daemon that says its usage or configuration is wrong will say so again. */
static bool is_hopeless(int wait_status)
{
	return WIFEXITED(wait_status) &&
	       (WEXITSTATUS(wait_status) == EX_USAGE || WEXITSTATUS(wait_status) == EX_CONFIG);
}

static void child_died(struct supervisor *supervisor, struct child *child, int wait_status,
		       int64_t now_ms)
{
	child->pid = 0;
	if (supervisor->is_stopping)
		return;
	if (is_hopeless(wait_status)) {
		log_error("budgetvakt-%s cannot run (exit %d), stopping everything", child->name,
			  WEXITSTATUS(wait_status));
		stop_begin(supervisor, WEXITSTATUS(wait_status), now_ms);
		return;
	}
	child->backoff_ms = backoff_next_ms(child->backoff_ms, now_ms - child->started_ms);
	child->start_at_ms = now_ms + child->backoff_ms;
	death_log(child, wait_status);
}

static void children_reap(struct supervisor *supervisor, int64_t now_ms)
{
	int wait_status;
	pid_t pid;

	while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0)
		for (size_t i = 0; i < DAEMON_COUNT; i++)
			if (supervisor->children[i].pid == pid)
				child_died(supervisor, &supervisor->children[i], wait_status,
					   now_ms);
}

static bool is_any_running(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < DAEMON_COUNT; i++)
		if (supervisor->children[i].pid > 0)
			return true;
	return false;
}

static int due_start(struct supervisor *supervisor, int64_t now_ms)
{
	int r = 0;

	for (size_t i = 0; i < DAEMON_COUNT && r == 0; i++) {
		struct child *child = &supervisor->children[i];

		if (child->pid == 0 && child->start_at_ms <= now_ms)
			r = child_start(supervisor, child, now_ms);
	}
	return r;
}

static int readiness_probe(struct supervisor *supervisor)
{
	const struct supervisor_options *options = supervisor->options;
	size_t answered_count = 0;

	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		struct child *child = &supervisor->children[i];
		int r = child->has_answered ? 1
					    : options->probe(options->probe_context, child->name);

		if (r < 0)
			return r;
		child->has_answered = r > 0;
		if (!child->has_answered)
			return 0;
		answered_count++;
	}
	supervisor->is_ready = answered_count == DAEMON_COUNT;
	return supervisor->is_ready ? options->ready(options->probe_context) : 0;
}

/* Milliseconds until something is due, -1 for nothing but signals. */
static int patience_ms(const struct supervisor *supervisor, int64_t now_ms)
{
	int64_t next_ms = INT64_MAX;

	if (supervisor->is_stopping) {
		next_ms = supervisor->is_killing ? INT64_MAX : supervisor->kill_at_ms;
	} else {
		for (size_t i = 0; i < DAEMON_COUNT; i++) {
			const struct child *child = &supervisor->children[i];

			if (child->pid == 0 && child->start_at_ms < next_ms)
				next_ms = child->start_at_ms;
		}
		if (!supervisor->is_ready && next_ms > now_ms + PROBE_INTERVAL_MS)
			next_ms = now_ms + PROBE_INTERVAL_MS;
	}
	if (next_ms == INT64_MAX)
		return -1;
	return next_ms > now_ms ? (int)(next_ms - now_ms) : 0;
}

static int signals_read(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;

	while (read(supervisor->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGCHLD) {
			children_reap(supervisor, clock_monotonic_ms());
		} else {
			log_info("stopping");
			stop_begin(supervisor, EX_OK, clock_monotonic_ms());
		}
	}
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

/* One turn: wait, hear, then do what is due. */
static int turn(struct supervisor *supervisor)
{
	struct pollfd heard = {.fd = supervisor->signal_fd, .events = POLLIN};
	int64_t now_ms;
	int r;

	if (poll(&heard, 1, patience_ms(supervisor, clock_monotonic_ms())) < 0 && errno != EINTR)
		return -errno;
	r = signals_read(supervisor);
	now_ms = clock_monotonic_ms();
	if (r < 0)
		return r;
	if (supervisor->is_stopping) {
		if (!supervisor->is_killing && now_ms >= supervisor->kill_at_ms)
			stop_force(supervisor);
		return 0;
	}
	r = due_start(supervisor, now_ms);
	return r < 0 || supervisor->is_ready ? r : readiness_probe(supervisor);
}

static int signals_open(int *fd_out)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	*fd_out = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	return *fd_out < 0 ? -errno : 0;
}

/* After an error of our own: no child may outlive us. */
static void children_end(struct supervisor *supervisor)
{
	stop_force(supervisor);
	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		int wait_status;

		if (supervisor->children[i].pid > 0)
			child_wait(supervisor->children[i].pid, &wait_status);
		supervisor->children[i].pid = 0;
	}
}

int supervisor_run(const struct supervisor_options *options)
{
	cleanup(close_fd) int signal_fd = -1;
	struct supervisor supervisor = {.options = options};
	int r = signals_open(&signal_fd);

	if (r < 0)
		return r;
	supervisor.signal_fd = signal_fd;
	for (size_t i = 0; i < DAEMON_COUNT; i++)
		supervisor.children[i].name = daemon_names[i];
	r = due_start(&supervisor, clock_monotonic_ms());
	while (r == 0 && (!supervisor.is_stopping || is_any_running(&supervisor)))
		r = turn(&supervisor);
	if (r < 0)
		children_end(&supervisor);
	return r < 0 ? r : supervisor.status;
}
