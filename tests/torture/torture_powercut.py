# SPDX-License-Identifier: Apache-2.0
"""Power cuts: a few months are taken in under recorder.c, and every image that a cut may have
left of stores and files is opened with the real code and held against what had been promised.
Of some images the daemons themselves are started, and must come to the same end as undisturbed.
"""

import json
import os
import shutil
import struct
import tempfile
from contextlib import contextmanager
from itertools import chain

import small_year
from cut_images import images
from cut_judge import Judge
from cut_log import Disk, read_log, whole_files
from store_reading import StoreReader
from support import small
from support.instance import Failure, Instance

COUNT = 100000
RANDOM_PER_PLACE = 24
IMAGES_PER_PLACE = 45  # about
STARTS_SHARE = 0.0005
STARTS_MIN = 2
CONTROLS = {"stores": "MDB_NOSYNC: lagren utan barriärer", "folders": "kataloger utan fsync"}


def new_instance(binaries):
    return Instance(binaries, small.sources(), small_year.tables(), store_size_mib=64)


@contextmanager
def preloaded(environment):
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Recording:
    """Everything that the daemons and `budgetvakt import` wrote, and what was promised when."""

    def __init__(self, torture):
        self.outcome = None
        with new_instance(torture.binaries) as instance:
            self.root = instance.folder
            self.log = instance.path("record")
            self.environment = {
                "LD_PRELOAD": torture.tool("record_preload.so"), "RECORD_LOG": self.log,
                "RECORD_ROOT": instance.folder,
                "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
            self.run(instance)
            self.operations = read_log(self.log)

    def run(self, instance):
        with preloaded(self.environment):
            instance.start()
        self.told(kind="ready")
        for step in small_year.steps():
            small_year.take_in(instance, step, self.environment)
            self.told(kind="refused" if step.code else "accepted", name=step.name,
                      source=step.source, hash=step.hash)
            self.settled(instance)
        instance.ask("period", "close", "2020-01")
        self.told(kind="closed")
        self.settled(instance)
        self.outcome = small_year.outcome_of(instance)
        instance.stop()

    def settled(self, instance):
        instance.settle(patience=120)
        status = None
        while not status:
            status = instance.status()
        self.told(kind="settled", delivered=status["notify"]["levererade"],
                  journals={"ingest": status["ingest"]["journal"],
                            "ledger": status["aggregate"]["seq"],
                            "forecast": status["forecast"]["journal"],
                            "alert": status["alert"]["journal"]})

    def told(self, **what):
        text = json.dumps(what).encode()
        with open(self.log, "ab", buffering=0) as log:
            log.write(struct.pack("<5Q", ord("A"), 0, 0, 0, len(text)) + text)


class Bench:
    """What all replays of one recording share."""

    def __init__(self, torture):
        self.torture = torture
        self.recording = Recording(torture)
        self.originals = whole_files(self.recording.operations)
        self.scratch = tempfile.mkdtemp(
            prefix="bv", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.reader = StoreReader(torture.tool("store_dump"))
        self.expected = small_year.Expected(self.scratch)
        self.seen = set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()
        shutil.rmtree(self.scratch)

    def places(self):
        return sum(one.kind not in "As" for one in self.recording.operations)

    def is_found(self, left_out):
        """Whether anything is wrong on a disk that passes over some barriers."""
        return any(problem for _, problem in Cuts(self, left_out, share=0.2))


class Cuts:
    """One replay: a cut at every place, or at a @share of them; iterate: (image, problem)."""

    def __init__(self, bench, left_out="", needs_both=False, share=1.0):
        self.bench, self.chance, self.share = bench, bench.torture.chance, share
        self.rule = (left_out, needs_both)
        self.disk = Disk(bench.recording.root, needs_both, left_out)
        self.judge = Judge(self.disk, bench.reader, bench.scratch, bench.expected, bench.originals)

    def __iter__(self):
        for operation in self.bench.recording.operations:
            if operation.kind == "A":
                self.judge.acknowledge(operation.payload.decode())
                continue
            self.disk.step(operation)
            if operation.kind == "S":
                self.judge.note_arrivals()
            if operation.kind != "s" and self.chance.random() < self.share:
                yield from self.cut(operation.number)
            self.disk.after(operation)

    def cut(self, place):
        for image in images(self.disk, self.chance, RANDOM_PER_PLACE):
            identity = hash((self.rule, place, image.identity()))
            if identity not in self.bench.seen:
                self.bench.seen.add(identity)
                problem = self.judge.problem(image)
                yield image, problem and f"avbrott vid {place}: {problem}"


def end_of(image, bench):
    """What the daemons make of an image; text of what is different, or None."""
    with new_instance(bench.torture.binaries) as instance:
        for path, file in sorted(image.names.items()):
            own = instance.path(os.path.relpath(path, bench.recording.root))
            if file is None:
                os.makedirs(own, exist_ok=True)
            else:
                with open(own, "wb") as copy:
                    copy.write(image.content(file))
        try:
            instance.start()
            small_year.finish(instance)
            outcome = small_year.outcome_of(instance)
            instance.stop()
        except Failure as fault:
            return str(fault)
    wanted = bench.recording.outcome
    different = [name for name in wanted if wanted[name] != outcome[name]]
    return f"slutet avviker: {', '.join(different)}" if different else None


def run(torture):
    with Bench(torture) as bench:
        for left_out, what in CONTROLS.items():
            torture.control(what, bench.is_found(left_out))
        share = min(1.0, torture.count / (2 * IMAGES_PER_PLACE * bench.places()))
        started = 0
        while not torture.is_done():
            before = torture.injected
            for image, problem in chain(Cuts(bench, share=share),
                                        Cuts(bench, needs_both=True, share=share)):
                torture.inject()
                if problem:
                    torture.wrong(problem)
                elif torture.chance.random() < STARTS_SHARE or started < STARTS_MIN:
                    started += 1
                    problem = end_of(image, bench)
                    if problem:
                        torture.wrong(problem)
            torture.case()
            if torture.injected == before:
                break
        torture.figure("operations", len(bench.recording.operations))
        torture.figure("places", bench.places())
        torture.figure("started", started)
