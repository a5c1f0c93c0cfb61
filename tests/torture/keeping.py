# SPDX-License-Identifier: Apache-2.0
"""Keeps the daemons of an instance as systemd does: ready when they say so, started again at once
when they end, and every end written down.  What is waited for is an event; a deadline only says
that it will not come any more."""

import os
import select
import signal
import socket
import subprocess
import threading

DAEMONS = ("ingest", "aggregate", "forecast", "alert", "notify")
PATIENCE_SECONDS = 60
LIVES_MAX = 12  # more than this in one case is a daemon that does not come back


class End:
    """How one life of a daemon ended, and what it said of it."""

    def __init__(self, name, code, text, was_asked):
        self.name = name
        self.code = code
        self.text = text
        self.was_asked = was_asked


class Daemon:
    """One life."""

    def __init__(self, keeper, name, environment):
        self.name = name
        path = keeper.instance.path(f"ready.{name}")
        if os.path.exists(path):
            os.unlink(path)
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(path)
        self.log_start = os.path.getsize(keeper.instance.log)
        instance = keeper.instance
        with open(instance.log, "ab") as log:
            self.process = subprocess.Popen(
                [instance.program(f"budgetvakt-{name}"), "--config", instance.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "NOTIFY_SOCKET": path, **environment})
        self.pidfd = os.pidfd_open(self.process.pid)
        self.is_ready = False

    def close(self):
        self.notices.close()
        os.close(self.pidfd)


class Keeper:
    """Use as a context manager.  @environment_of(name, life) is what a life gets more."""

    def __init__(self, instance, environment_of=lambda name, life: {}):
        self.instance = instance
        self.environment_of = environment_of
        self.lives = dict.fromkeys(DAEMONS, 0)
        self.running = {}
        self.ends = []
        self.lost = None  # the daemon that has ended too often
        self.is_stopping = False
        self.changed = threading.Condition()
        self.wake_read, self.wake_write = os.pipe()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self):
        for folder in ("run", "state", *(f"inbox/{source.name}"
                                         for source in self.instance.sources)):
            os.makedirs(self.instance.path(folder), exist_ok=True)
        open(self.instance.log, "ab").close()
        with self.changed:
            for name in DAEMONS:
                self.begin(name)
        self.thread.start()
        return self

    def __exit__(self, *_):
        with self.changed:
            self.is_stopping = True
        os.write(self.wake_write, b"x")
        self.thread.join()
        for daemon in self.running.values():
            daemon.process.kill()
            daemon.process.wait()
            daemon.close()
        self.running = {}
        os.close(self.wake_read)
        os.close(self.wake_write)

    def begin(self, name):
        self.lives[name] += 1
        self.running[name] = Daemon(self, name, self.environment_of(name, self.lives[name]))

    def watch(self):
        while not self.is_stopping:
            with self.changed:
                kept = list(self.running.values())
            owners = {self.wake_read: None}
            for daemon in kept:
                owners[daemon.pidfd] = owners[daemon.notices.fileno()] = daemon
            heard, _, _ = select.select(list(owners), [], [])
            with self.changed:
                for fd in heard:
                    if fd == self.wake_read:
                        os.read(fd, 64)
                    else:
                        self.hear(owners[fd], fd)
                self.changed.notify_all()

    def hear(self, daemon, fd):
        if self.running.get(daemon.name) is not daemon:
            return
        if fd != daemon.pidfd:
            daemon.is_ready |= b"READY=1" in daemon.notices.recv(4096)
            return
        code = daemon.process.wait()
        self.ends.append(End(daemon.name, code, self.said(daemon), daemon.was_asked
                             if hasattr(daemon, "was_asked") else False))
        daemon.close()
        del self.running[daemon.name]
        if self.lives[daemon.name] >= LIVES_MAX:
            self.lost = daemon.name
        elif not self.is_stopping:
            self.begin(daemon.name)

    def said(self, daemon):
        """The lines of this life; those of others are in the same file."""
        with open(self.instance.log, "rb") as file:
            file.seek(daemon.log_start)
            lines = file.read().decode("utf-8", "replace").splitlines()
        others = tuple(f"{name}: " for name in DAEMONS if name != daemon.name)
        return "\n".join(line for line in lines if not line.startswith(others))

    def wait(self, condition):
        """Until @condition() holds, asked after every event.  False: it never did."""
        with self.changed:
            return self.changed.wait_for(lambda: self.lost or condition(), PATIENCE_SECONDS) \
                and not self.lost

    def wait_ready(self):
        return self.wait(lambda: len(self.running) == len(DAEMONS)
                         and all(daemon.is_ready for daemon in self.running.values()))

    def restart(self, name):
        """SIGTERM, and the next life.  False: it does not end."""
        with self.changed:
            daemon, before = self.running[name], self.lives[name]
            daemon.was_asked = True
            daemon.process.send_signal(signal.SIGTERM)
        return self.wait(lambda: self.lives[name] > before)
