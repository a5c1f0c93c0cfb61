# SPDX-License-Identifier: Apache-2.0
"""What the machine is doing: load, processes' use of the processor and of memory."""

import contextlib
import os
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
QUIET_SHARE = 0.15
SAMPLE_SECONDS = 0.02


def busy_seconds():
    """Processor seconds of everybody since boot: user, nice, system, irq, softirq."""
    with open("/proc/stat", encoding="ascii") as file:
        words = file.readline().split()
    return sum(int(words[index]) for index in (1, 2, 3, 6, 7)) / TICKS


def describe():
    """A line about the machine, and a warning when others work on it."""
    start = busy_seconds()
    time.sleep(1)
    busy = busy_seconds() - start
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.partition(":")[2].strip() for line in file
                      if line.startswith("model name")), "?")
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"# {os.cpu_count()} × {model}; load {load}; others use {busy:.2f} processors",
          flush=True)
    if busy > QUIET_SHARE:
        print("# WARNING: the machine is not quiet; wall times and ratios are doubtful",
              flush=True)


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name, from the state on; None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def descendants(root):
    """pid -> fields of @root and everything below it."""
    found = {int(name): stat_fields(name) for name in os.listdir("/proc") if name.isdigit()}
    children = {}
    for pid, fields in found.items():
        if fields:
            children.setdefault(int(fields[1]), []).append(pid)
    tree, queue = {}, [root]
    while queue:
        pid = queue.pop()
        if found.get(pid):
            tree[pid] = found[pid]
            queue += children.get(pid, [])
    return tree


def cpu_seconds(root):
    """User and system time of a process and all below it, those that have ended and were
    waited for included."""
    return sum(int(value) for fields in descendants(root).values()
               for value in fields[11:15]) / TICKS


def name_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return os.path.basename(file.read().split(b"\0")[0].decode())
    except (FileNotFoundError, ProcessLookupError):
        return ""


def peak_mib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return next((int(line.split()[1]) / 1024 for line in file
                         if line.startswith("VmHWM")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


@contextlib.contextmanager
def memory_watched(root):
    """Gives a dictionary name -> highest VmHWM in MiB of any process of that name below @root,
    also of those that come and go meanwhile.  Not for timed rounds: looking costs."""
    peaks, over = {}, threading.Event()

    def watch():
        while not over.wait(SAMPLE_SECONDS):
            for pid in descendants(root):
                name = name_of(pid)
                peaks[name] = max(peaks.get(name, 0), peak_mib(pid))
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def one_processor(is_wanted=True):
    """What is started inside runs on one processor; this process itself moves along."""
    allowed = os.sched_getaffinity(0)
    if is_wanted:
        os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
