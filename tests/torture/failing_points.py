# SPDX-License-Identifier: Apache-2.0
"""Where calls can fail, and with what: the counts on the board of failing_preload.c, the places in
the binaries, and the errors that manuals give for each function."""

import errno
import mmap
import os
import re
import struct
import subprocess
from dataclasses import dataclass

FUNCTIONS_MAX, MODULES_MAX, NAME_SIZE, SITES_MAX = 128, 64, 40, 4096
HEAD = struct.Struct("=II")
SITE = struct.Struct("=QQ")
NAMES_AT = HEAD.size
MODULES_AT = NAMES_AT + FUNCTIONS_MAX * NAME_SIZE
SITES_AT = MODULES_AT + MODULES_MAX * NAME_SIZE
BOARD_SIZE = SITES_AT + SITES_MAX * SITE.size
SHORT = -1

MAP_FULL, TXN_FULL, PANIC, CORRUPTED, PAGE_NOTFOUND = -30792, -30788, -30795, -30796, -30797
BAD_TXN, MAP_RESIZED, READERS_FULL, DBS_FULL = -30782, -30785, -30790, -30791
VERSION_MISMATCH, INVALID, BAD_RSLOT, BAD_VALSIZE = -30794, -30793, -30783, -30781
ETERM, EFSM = 156384765, 156384763
E = errno

GROUPS = [
    ("malloc calloc realloc reallocarray aligned_alloc posix_memalign strdup strndup "
     "open_memstream fmemopen posix_spawn_file_actions_adddup2", [E.ENOMEM]),
    ("open open64 openat openat64 fopen fopen64", [E.EMFILE, E.EIO, E.ENOSPC]),
    ("opendir fdopendir", [E.EMFILE, E.ENOMEM]),
    ("read", [E.EIO, E.EINTR, SHORT]), ("pread pread64", [E.EIO, SHORT]),
    ("write pwrite pwrite64 writev pwritev", [E.EIO, E.ENOSPC, E.EDQUOT, SHORT]),
    ("fsync fdatasync msync", [E.EIO, E.ENOSPC]),
    ("rename renameat mkdir ftruncate ftruncate64 posix_fallocate", [E.EIO, E.ENOSPC]),
    ("unlink unlinkat lstat fstat fstatfs readlink realpath chmod", [E.EIO, E.ENOMEM]),
    ("flock", [E.ENOLCK, E.EINTR]), ("fflush", [E.EIO, E.ENOSPC]), ("getrandom", [E.EAGAIN]),
    ("mmap mmap64 mremap", [E.ENOMEM, E.EAGAIN]), ("memfd_create pipe", [E.EMFILE, E.ENOMEM]),
    ("socket socketpair", [E.EMFILE, E.ENOBUFS]), ("bind listen", [E.EADDRINUSE, E.ENOMEM]),
    ("connect", [E.ECONNREFUSED, E.EAGAIN]), ("sendmsg", [E.EPIPE, E.ENOBUFS]),
    ("recvmsg", [E.ECONNRESET, E.ENOMEM]), ("epoll_create1 eventfd signalfd timerfd_create "
                                            "inotify_init1", [E.EMFILE, E.ENOMEM]),
    ("epoll_ctl inotify_add_watch", [E.ENOSPC, E.ENOMEM]), ("epoll_wait poll", [E.EINTR, E.ENOMEM]),
    ("fork posix_spawn pthread_create", [E.EAGAIN, E.ENOMEM]),
    ("mdb_env_create", [E.ENOMEM]), ("mdb_env_set_maxdbs mdb_env_set_mapsize", [E.EINVAL]),
    ("mdb_env_open", [VERSION_MISMATCH, INVALID, E.EACCES, E.EAGAIN, E.ENOMEM, E.EIO, E.ENOSPC]),
    ("mdb_env_info mdb_env_stat", [E.EINVAL]), ("mdb_stat", [E.EINVAL, CORRUPTED]),
    ("mdb_txn_begin", [PANIC, MAP_RESIZED, READERS_FULL, BAD_RSLOT, E.ENOMEM]),
    ("mdb_txn_commit", [E.ENOSPC, E.EIO, E.ENOMEM, MAP_FULL, PANIC, CORRUPTED, E.EINVAL]),
    ("mdb_dbi_open", [DBS_FULL, MAP_FULL, E.ENOMEM, CORRUPTED]),
    ("mdb_get", [CORRUPTED, PAGE_NOTFOUND, BAD_TXN, E.ENOMEM, E.EIO]),
    ("mdb_put", [MAP_FULL, TXN_FULL, BAD_TXN, CORRUPTED, E.ENOMEM, BAD_VALSIZE]),
    ("mdb_del", [E.EACCES, BAD_TXN, CORRUPTED, MAP_FULL, E.ENOMEM]),
    ("mdb_cursor_open", [E.ENOMEM, BAD_TXN, E.EINVAL]),
    ("mdb_cursor_get", [CORRUPTED, PAGE_NOTFOUND, E.EINVAL]),
    ("zmq_ctx_new", [E.EMFILE, E.ENOMEM]), ("zmq_socket", [E.EMFILE, ETERM, E.ENOMEM]),
    ("zmq_setsockopt zmq_getsockopt", [E.EINTR, ETERM, E.EINVAL]),
    ("zmq_bind", [E.EADDRINUSE, ETERM, E.ENOMEM]), ("zmq_connect", [ETERM, E.ENOMEM, E.EINVAL]),
    ("zmq_msg_init_data", [E.ENOMEM]),
    ("zmq_msg_send zmq_send", [E.EAGAIN, E.EHOSTUNREACH, E.EINTR, ETERM, EFSM]),
    ("zmq_msg_recv zmq_recv", [E.EAGAIN, E.EINTR, ETERM, EFSM]),
    ("zmq_poll", [E.EINTR, ETERM]),
]
CODES = {name: codes for words, codes in GROUPS for name in words.split()}
# To be told the same for ever is no fault but another world: asked again, they never say no.
NEVER_FOR_EVER = {E.EINTR, E.EAGAIN, SHORT}
MAY_BE_DONE = {"mdb_txn_commit", "rename", "unlink", "unlinkat"}


@dataclass(frozen=True, order=True)
class Site:
    program: str
    function: str
    module: str
    offset: int

    @property
    def is_own(self):
        return self.module == self.program


@dataclass(frozen=True)
class Point:
    site: Site
    occurrence: int
    code: int
    mode: str

    def plan(self):
        site = self.site
        return (f"{site.function} {site.module} {site.offset:x} {self.occurrence} {self.code} "
                f"{self.mode}")

    @staticmethod
    def parse(program, text):
        function, module, offset, occurrence, code, mode = text.split()
        return Point(Site(program, function, module, int(offset, 16)), int(occurrence), int(code),
                     mode)


class Board:
    """What failing_preload.c counts, shared with the program while it runs."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.truncate(BOARD_SIZE)
        with open(path, "r+b") as file:
            self.bytes = mmap.mmap(file.fileno(), BOARD_SIZE)
        self.arm(True)

    def arm(self, is_armed):
        self.bytes[0:4] = struct.pack("=I", is_armed)

    @property
    def hits(self):
        return HEAD.unpack_from(self.bytes)[1]

    def name(self, at, index):
        start = at + index * NAME_SIZE
        return self.bytes[start:start + NAME_SIZE].rstrip(b"\0").decode()

    def sites(self, program):
        """site -> how often it was called"""
        found = {}
        for index in range(SITES_MAX):
            key, count = SITE.unpack_from(self.bytes, SITES_AT + index * SITE.size)
            module = key >> 40 & 255
            if key and module < MODULES_MAX:
                site = Site(program, self.name(NAMES_AT, (key >> 48) - 1),
                            self.name(MODULES_AT, module), key & (1 << 40) - 1)
                found[site] = count
        return found

    def close(self):
        self.bytes.close()
        os.unlink(self.path)


CALL = re.compile(r"^\s*([0-9a-f]+):\s+call\s+[0-9a-f]+ <(\w+)@plt>")
LINE = re.compile(r"^\s*([0-9a-f]+):\s")


def places_in(path):
    """What the disassembly of a program calls of these, as return addresses; a call that is the
    end of a function has none of its own."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], capture_output=True,
                          check=True, encoding="utf-8", errors="replace").stdout
    program = os.path.basename(path)
    places, open_call = set(), None
    for line in text.splitlines():
        address = LINE.match(line)
        if address and open_call:
            places.add(Site(program, open_call, program, int(address[1], 16)))
            open_call = None
        call = CALL.match(line)
        if call and call[2] in CODES:
            open_call = call[2]
    return places


def symbols_of(path, *options):
    """offset -> the function that holds it"""
    words = ["nm", "-n", "--defined-only", *options, path]
    lines = subprocess.run(words, capture_output=True, check=True,
                           encoding="utf-8").stdout.split("\n")
    starts = [(int(words[0], 16), words[2]) for words in map(str.split, lines)
              if len(words) == 3 and words[1] in "tTW"]

    def find(offset):
        before = [name for start, name in starts if start < offset]
        return before[-1] if before else "?"
    return find
