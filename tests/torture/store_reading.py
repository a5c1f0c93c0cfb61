# SPDX-License-Identifier: Apache-2.0
"""What is in the stores: read by store_dump with the real code, understood here on its own."""

import hashlib
import struct
import subprocess

TABLES = {
    "ingest": "meta journal case",
    "ledger": "meta journal code batch known block cell coverage period request difference voucher",
    "forecast": "meta journal cursor series forecast manual requests",
    "alert": "meta journal cursor fact alert alert_key plan requests case",
    "notify": "cursor outbox delivered",
}
OWNERS = {"aggregate": "ledger"}  # of a journal, when its store has another name
CURSOR = struct.Struct("<16sQ32s")
CELL = struct.Struct("<HHqI")
LAYERS = {1: "utfall", 2: "budget"}


class Unreadable(Exception):
    """The store was refused, or its reader died."""


class Wrong(Exception):
    """The store can be read, and what it says cannot be."""


class StoreReader:
    """A store_dump that lives on from store to store."""

    def __init__(self, program):
        self.program, self.process = program, None

    def close(self):
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def read(self, name, folder, lives_on=False):
        """table -> {key: value}; @lives_on: after some transactions more."""
        if not self.process:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.process.stdin.write(f"{folder} {TABLES[name]}{' +' if lives_on else ''}\n".encode())
        self.process.stdin.flush()
        tables = {table: {} for table in TABLES[name].split()}
        for line in self.process.stdout:
            if not line.endswith(b"\n"):
                break  # it died in the middle
            words = line.split()
            if words[0] == b"end":
                if int(words[1]) != 0:
                    raise Unreadable(f"{name}: {int(words[1])}")
                return tables
            key, value = (bytes.fromhex(word.decode()) for word in (*words[1:], b"")[:2])
            tables[words[0].decode()][key] = value
        self.process.communicate()
        code, self.process = self.process.returncode, None
        raise Unreadable(f"{name}: the reader ended with {code}")


class Store:
    """@tables as the reader gives them; Wrong when the journal is no chain."""

    def __init__(self, name, tables):
        self.name, self.tables = name, tables
        self.stream = tables.get("meta", {}).get(b"stream\0")
        self.hashes = chain(name, tables.get("journal", {}))

    @property
    def last(self):
        return max(self.hashes, default=0)

    def cursors(self):
        """producer's store -> (stream, seq, hash)"""
        return {OWNERS.get(key[:-1].decode(), key[:-1].decode()): CURSOR.unpack(value)
                for key, value in self.tables.get("cursor", {}).items()}

    def batches(self):
        """{(source, hash)} of a ledger"""
        return {(key[:-33].decode(), key[-32:].hex()) for key in self.tables["known"]}

    def sums(self):
        """(layer, period, area, line) -> öre, of a ledger; areas and lines as numbers."""
        sums = {}
        for key, value in self.tables["cell"].items():
            layer, period = LAYERS[key[0]], int.from_bytes(key[1:5], "big")
            for area, line, ore, _ in CELL.iter_unpack(value[4:]):
                place = (layer, period, area, line)
                sums[place] = sums.get(place, 0) + ore
        return {place: ore for place, ore in sums.items() if ore}

    def waiting(self):
        """{seq} that notify has still to deliver"""
        return {int.from_bytes(key[-8:], "big") for key in self.tables["outbox"]}

    def delivered(self):
        """(last seq, how many) that notify has delivered"""
        for value in self.tables["delivered"].values():
            return struct.unpack("<QQ", value)
        return 0, 0


def chain(name, journal):
    """seq -> the hash of that record"""
    hashes = {}
    previous = bytes(32)
    for number, (key, value) in enumerate(sorted(journal.items()), 1):
        if int.from_bytes(key, "big") != number or value[:32] != previous:
            raise Wrong(f"{name}: the chain breaks at {number}")
        previous = hashes[number] = hashlib.sha256(key + value).digest()
    return hashes


def hops_check(stores):
    """I4: nobody has read more of a journal than there is, or another one."""
    for store in stores.values():
        for producer, (stream, seq, digest) in store.cursors().items():
            source = stores.get(producer)
            if seq == 0:
                continue
            if source is None or stream != source.stream or source.hashes.get(seq) != digest:
                raise Wrong(f"{store.name}: its place in {producer} is not there")
