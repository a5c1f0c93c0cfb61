# SPDX-License-Identifier: Apache-2.0
"""Whether what a power cut left is whole: stores, journals, sums, files, lines delivered."""

import hashlib
import json
import os

from small_year import steps
from store_reading import TABLES, Store, Unreadable, Wrong, hops_check

STANDING = ("inbox", "state/spool", "state/archive", "state/quarantine")


class Judge:
    def __init__(self, disk, reader, scratch, expected, originals):
        """@originals: as cut_log.whole_files gives them."""
        self.disk, self.reader, self.scratch, self.expected = disk, reader, scratch, expected
        self.originals = originals
        self.stores, self.digests, self.lines = {}, {}, {}
        self.steps = {step.hash: step for step in steps()}
        self.order = [(step.source, step.hash) for step in expected.accepted]
        self.arrived = set()  # hashes of files that were once durably in the inbox
        self.told = []

    def acknowledge(self, text):
        self.told.append(json.loads(text))

    def note_arrivals(self):
        for path, file in self.disk.names.items():
            if file and self.place(path) == "inbox":
                digest = hashlib.sha256(self.originals[file.number]).hexdigest()
                if digest in self.steps:
                    self.arrived.add(digest)

    def problem(self, image):
        """Text, or None when everything is as it must be."""
        try:
            stores = self.stores_of(image)
            hops_check(stores)
            self.ledger_check(stores)
            self.promises_check(stores)
            self.files_check(image, {digest for _, digest in stores["ledger"].batches()}
                             if "ledger" in stores else set())
            self.lines_check(image, stores)
        except (Unreadable, Wrong) as fault:
            return str(fault)
        return None

    # ---- stores --------------------------------------------------------------

    def path(self, *parts):
        return os.path.join(self.disk.root, *parts)

    def stores_of(self, image):
        stores = {}
        for name in TABLES:
            file = image.names.get(self.path("state", name, "data.mdb"))
            if file is not None:
                stores[name] = self.store(name, image, file)
            elif self.told:
                raise Wrong(f"{name}: the store is gone")
        return stores

    def store(self, name, image, file):
        choice = (name, image.choice(file))
        if choice not in self.stores:
            self.stores[choice] = self.read(name, image.content(file))
        store = self.stores[choice]
        if isinstance(store, Exception):
            raise store
        return store

    def read(self, name, content):
        folder = os.path.join(self.scratch, name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "data.mdb"), "wb") as copy:
            copy.write(content)
        try:
            return Store(name, self.reader.read(name, folder))
        except (Unreadable, Wrong) as fault:
            return fault

    def ledger_check(self, stores):
        """I1 … I3: the sums are those of exactly the files that are in."""
        if "ledger" not in stores:
            return
        batches = stores["ledger"].batches()
        if batches != set(self.order[:len(batches)]):
            raise Wrong("ledger: a file is missing between others")
        if stores["ledger"].sums() != self.expected.sums(len(batches)):
            raise Wrong(f"ledger: other sums than those of {len(batches)} files")

    def promises_check(self, stores):
        """I5: what was told is there."""
        for told in self.told:
            if told["kind"] == "accepted" and (
                    (told["source"], told["hash"]) not in stores["ledger"].batches()):
                raise Wrong(f"ledger: {told['name']} was told to be in")
            if told["kind"] == "closed" and not stores["ledger"].tables["period"]:
                raise Wrong("ledger: a month was told to be closed")
            if told["kind"] == "settled":
                self.ends_check(stores, told)

    @staticmethod
    def ends_check(stores, told):
        for name, last in told["journals"].items():
            if stores[name].last < last:
                raise Wrong(f"{name}: {last} records were told of")
        if stores["notify"].delivered()[1] < told["delivered"]:
            raise Wrong("notify: lines were told to be delivered")

    # ---- files ---------------------------------------------------------------

    def place(self, path):
        """Where a file of the user's stands, None for all others."""
        for place in STANDING:
            folder, name = os.path.split(path)
            if os.path.dirname(folder) == self.path(place) and not name.startswith("."):
                return None if name.endswith((".txt", ".json", ".new")) else place
        return None

    def digest(self, image, file):
        choice = image.choice(file)
        if choice not in self.digests:
            self.digests[choice] = hashlib.sha256(image.content(file)).hexdigest()
        return self.digests[choice]

    def files_check(self, image, known):
        """I6: whole, in one place, and nowhere under a name that is not its own."""
        places = {}
        for path, file in image.names.items():
            place = self.place(path) if file else None
            if place is None:
                continue
            own, digest = os.path.basename(path), self.digest(image, file)
            if own.endswith(".zst"):
                if image.content(file) != self.originals[file.number]:
                    raise Wrong(f"{place}: a packed file is not whole")
                own = digest = own[:-4]
            elif place in ("state/archive", "state/quarantine") and own != digest:
                raise Wrong(f"{place}: a file is not what it is called")
            if digest not in self.steps:
                raise Wrong(f"{place}: part of a file")
            places.setdefault(digest, set()).add(place)
            if place == "state/quarantine" and path + ".txt" not in image.names:
                raise Wrong("quarantine: a file without its report")
        for digest, step in self.steps.items():
            found = places.get(digest, set())
            # Where a folder's names are not ordered, what is archived may stand in the inbox
            # once more: it is taken again, and known.
            count = len(found - ({"inbox"} if digest in known else set())) or len(found)
            if count > 1 or count == 0 and digest in self.arrived:
                raise Wrong(f"{step.name}: stands in {sorted(found) or 'no place'}")

    # ---- lines ---------------------------------------------------------------

    def lines_of(self, image):
        """seq of each whole line in the recipient's file"""
        file = image.names.get(self.path("state", "larm.jsonl"))
        if file is None:
            return []
        choice = image.choice(file)
        if choice not in self.lines:
            self.lines[choice] = numbers(image.content(file))
        return self.lines[choice]

    def lines_check(self, image, stores):
        """I7: what notify has read of is in the file or waits, and nothing is there twice."""
        if "notify" not in stores:
            return
        lines = self.lines_of(image)
        if len(lines) != len(set(lines)):
            raise Wrong("larm.jsonl: a line twice")
        for _, seq, _ in stores["notify"].cursors().values():
            if not set(lines) | stores["notify"].waiting() >= set(range(1, seq + 1)):
                raise Wrong("larm.jsonl: a line is neither there nor waiting")


def numbers(content):
    found = []
    for line in content.split(b"\n")[:-1]:
        try:
            found.append(json.loads(line)["seq"])
        except (ValueError, KeyError):
            pass  # torn: notify writes it anew
    return found
