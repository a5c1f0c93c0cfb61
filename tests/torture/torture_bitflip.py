# SPDX-License-Identifier: Apache-2.0
"""One bit turned in a store, in an archived file, in a report.

Every store of a few months is read with the real code after each flip, and once more after some
transactions on the same pages.  A flip is found (the store is refused, or its reader dies), or it
is harmless: everything that can be read is byte for byte what it was.  What is neither is asked of
`budgetvakt verify`, and silent if that says nothing.  Flips in archived files are asked of it, too.
The control reads without checksums.
"""

import os
import shutil
import tempfile

import small_year
from store_reading import TABLES, StoreReader, Unreadable
from support import small
from support.instance import Failure, Instance

COUNT = 100000
FILES_SHARE = 0.01  # of the flips that are in archived files: each is a whole verify
WRITTEN_SHARE = 0.8
CONTROL_FLIPS = 2000


class Flips:
    def __init__(self, torture, instance, scratch):
        self.torture, self.instance, self.scratch = torture, instance, scratch
        self.reader = StoreReader(torture.tool("store_dump"))
        self.control = StoreReader(torture.tool("lmdb_dump"))
        self.paths = {name: instance.path("state", name, "data.mdb") for name in TABLES}
        self.contents = {name: read(path) for name, path in self.paths.items()}
        self.wanted = {name: self.answer(self.reader, name, content)
                       for name, content in self.contents.items()}
        self.plain = {name: self.answer(self.control, name, content)
                      for name, content in self.contents.items()}
        self.written = {name: [index for index, byte in enumerate(content) if byte]
                        for name, content in self.contents.items()}
        self.counts = {"found": 0, "harmless": 0, "by_verify": 0}

    def close(self):
        self.reader.close()
        self.control.close()

    def answer(self, reader, name, content, lives_on=False):
        """What can be read; None when it is refused."""
        folder = os.path.join(self.scratch, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        write(os.path.join(folder, "data.mdb"), content)
        try:
            return reader.read(name, folder, lives_on)
        except Unreadable:
            return None

    def place(self, name):
        """A bit of the store; much of it is room for later, so mostly where something stands."""
        chance, written = self.torture.chance, self.written[name]
        if chance.random() < WRITTEN_SHARE:
            return chance.choice(written) * 8 + chance.randrange(8)
        return chance.randrange(len(self.contents[name]) * 8)

    def verify(self):
        """Whether `budgetvakt verify` has something to say."""
        result = self.instance.run("verify")
        if result.returncode not in (0, 65):
            raise Failure(f"verify: kod {result.returncode}\n{result.stdout}{result.stderr}")
        return result.returncode == 65

    def asked(self, path, content, turned):
        write(path, turned)
        try:
            return self.verify()
        finally:
            write(path, content)

    def store(self, name, place):
        content = self.contents[name]
        turned = flipped(content, place)
        answers = (self.answer(self.reader, name, turned),
                   self.answer(self.reader, name, turned, lives_on=True))
        if None in answers:
            self.counts["found"] += 1
        elif answers == (self.wanted[name], self.wanted[name]):
            self.counts["harmless"] += 1
        elif self.asked(self.paths[name], content, turned):
            self.counts["by_verify"] += 1
        else:
            self.torture.wrong(f"{name}: bit {place} av {len(content) * 8} är tyst")

    def file(self, path, place):
        content = read(path)
        if self.asked(path, content, flipped(content, place)):
            self.counts["by_verify"] += 1
        else:
            self.torture.wrong(f"{os.path.relpath(path, self.instance.folder)}: bit {place} "
                               "är tyst")

    def control_is_silent(self):
        """Without checksums: is anything else than what was written read without a word?"""
        for _ in range(CONTROL_FLIPS):
            name = self.torture.chance.choice(sorted(self.contents))
            place = self.torture.chance.randrange(len(self.contents[name]) * 8)
            answer = self.answer(self.control, name, flipped(self.contents[name], place))
            if answer is not None and answer != self.plain[name]:
                return True
        return False


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    if os.path.exists(path):
        os.chmod(path, 0o600)
    with open(path, "wb") as file:
        file.write(content)


def flipped(content, place):
    turned = bytearray(content)
    turned[place // 8] ^= 1 << place % 8
    return bytes(turned)


def archived_files(instance):
    return sorted(os.path.join(folder, name)
                  for folder, _, names in os.walk(instance.path("state", "archive"))
                  for name in names)


def flips_make(torture, flips):
    files = archived_files(flips.instance)
    names = sorted(TABLES)
    while not torture.is_done():
        torture.inject()
        torture.case()
        if torture.chance.random() < FILES_SHARE:
            path = torture.chance.choice(files)
            flips.file(path, torture.chance.randrange(os.path.getsize(path) * 8))
        else:
            name = torture.chance.choice(names)
            flips.store(name, flips.place(name))


def run(torture):
    scratch = tempfile.mkdtemp(
        prefix="bv", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    with Instance(torture.binaries, small.sources(), small_year.tables(),
                  store_size_mib=64) as instance:
        instance.start()
        small_year.finish(instance)
        instance.stop()
        flips = Flips(torture, instance, scratch)
        try:
            if flips.verify():
                raise Failure("verify: fel utan fel")
            torture.control("kontrollsummor avslagna", flips.control_is_silent())
            flips_make(torture, flips)
        finally:
            flips.close()
            shutil.rmtree(scratch)
        for name, count in flips.counts.items():
            torture.figure(name, count)
