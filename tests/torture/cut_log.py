# SPDX-License-Identifier: Apache-2.0
"""What recorder.c wrote down, replayed: at any place, what is surely on disk and what may be.

A file's bytes are on disk when a barrier on it that began after the write has ended (or, written
through O_DSYNC, when the write has).  A name that came, went or moved is on disk when its folder
has been synced: of a move between two folders, RULE says whether one of them is enough (journals
of ext4, XFS and btrfs) or both are needed.  Nothing else is promised.
"""

import os
import struct

HEAD = struct.Struct("<5Q")
BYTES, NAMES = "WDT", "CMUR"


class Operation:
    def __init__(self, number, kind, inode, offset, serial, payload):
        self.number, self.kind, self.offset, self.serial = number, kind, offset, serial
        self.inode, self.payload, self.file, self.synced = inode, payload, None, set()
        self.paths = payload.decode().split("\n") if kind in NAMES + "sS" else []

    def folders(self):
        return {os.path.dirname(path) for path in self.paths}


def read_log(path):
    with open(path, "rb") as file:
        log = file.read()
    position, operations = 0, []
    while position < len(log):
        kind, inode, offset, serial, length = HEAD.unpack_from(log, position)
        position += HEAD.size
        operations.append(Operation(len(operations), chr(kind), inode, offset, serial,
                                    log[position:position + length]))
        position += length
    return operations


class File:
    """@number: of the operation that made it, the same in every replay"""

    def __init__(self, number):
        self.number, self.durable, self.version, self.pending = number, bytearray(), 0, []

    def settle(self, operations):
        for operation in operations:
            apply(self.durable, operation)
        gone = set(operations)
        self.pending = [one for one in self.pending if one not in gone]
        self.version += 1


def apply(content, operation, torn=None):
    """@torn: (sector size, a bit for each sector that got there)"""
    if operation.kind == "T":
        size = operation.offset
        del content[size:]
        content.extend(bytes(size - len(content)))
        return
    if torn is None:
        write(content, operation.offset, operation.payload)
        return
    size, mask = torn
    for index in range(0, len(operation.payload), size):
        if mask >> (index // size) & 1:
            write(content, operation.offset + index, operation.payload[index:index + size])


def write(content, offset, data):
    end = offset + len(data)
    if end > len(content):
        content.extend(bytes(end - len(content)))
    content[offset:end] = data


def apply_name(names, operation):
    """@names: path -> File, or None for a folder."""
    if operation.kind == "C":
        names[operation.paths[0]] = operation.file
    elif operation.kind == "M":
        names[operation.paths[0]] = None
    elif operation.kind == "U":
        names.pop(operation.paths[0], None)
    elif operation.paths[0] in names:
        names[operation.paths[1]] = names.pop(operation.paths[0])


def whole_files(operations):
    """number of a File -> its bytes as every program saw them, at the end"""
    current, contents = {}, {}
    for operation in operations:
        if operation.kind == "C":
            current[operation.inode] = contents[operation.number] = bytearray()
        elif operation.kind in BYTES:
            apply(current[operation.inode], operation)
    return {number: bytes(content) for number, content in contents.items()}


class Disk:
    """@left_out: barriers that are passed over, for the controls: "stores", "folders"."""

    def __init__(self, root, needs_both=False, left_out=""):
        self.root, self.needs_both, self.left_out = root, needs_both, left_out
        self.files, self.names, self.folders = {}, {}, set()
        self.dirty, self.pending_names, self.begun = [], [], {}

    def step(self, operation):
        """What the call may leave behind from now on."""
        kind = operation.kind
        if kind in BYTES:
            file = operation.file = self.files[operation.inode]
            if not file.pending:
                self.dirty.append(file)
            file.pending.append(operation)
        elif kind in NAMES:
            self.name_changed(operation)
        elif kind == "s":
            self.begun[operation.serial] = operation.number
        elif kind == "S":
            self.barrier(operation)

    def after(self, operation):
        """What is certain once the call has returned."""
        if operation.kind == "D" and self.left_out != "stores":
            self.settle(operation.file, [operation])

    def settle(self, file, operations):
        file.settle(operations)
        self.dirty = [one for one in self.dirty if one.pending]

    def name_changed(self, operation):
        if operation.kind == "C":
            operation.file = self.files[operation.inode] = File(operation.number)
        elif operation.kind == "M":
            self.folders.add(operation.paths[0])
        if operation.folders() == {self.root}:
            apply_name(self.names, operation)  # the folder above is not recorded
        else:
            self.pending_names.append(operation)

    def barrier(self, operation):
        begun, path = self.begun.pop(operation.serial), operation.paths[0]
        if path in self.folders:
            if self.left_out != "folders":
                self.folder_synced(path, begun)
        elif not (self.left_out == "stores" and path.endswith(".mdb")):
            file = self.files[operation.inode]
            self.settle(file, [one for one in file.pending if one.number < begun])

    def folder_synced(self, path, begun):
        for one in self.pending_names:
            if one.number < begun and path in one.folders():
                one.synced.add(path)
        lost = self.not_promised()
        for one in self.pending_names:
            if one not in lost:
                apply_name(self.names, one)
        self.pending_names = lost

    def not_promised(self):
        if self.needs_both:
            return without(self.pending_names,
                           [one for one in self.pending_names if one.synced < one.folders()])
        kept = set()
        for one in reversed(self.pending_names):  # takes along what it rests on
            if one.synced or any(rests_on(later, one) for later in kept):
                kept.add(one)
        return [one for one in self.pending_names if one not in kept]


def rests_on(later, earlier):
    """Whether @later cannot be on disk when @earlier is not."""
    return any(path == own or path.startswith(own + "/")
               for path in later.paths for own in earlier.paths)


def without(operations, lost):
    """@lost, and what rests on it."""
    gone = []
    for one in operations:
        if one in lost or any(rests_on(one, earlier) for earlier in gone):
            gone.append(one)
    return gone
