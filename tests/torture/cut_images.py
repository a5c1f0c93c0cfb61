# SPDX-License-Identifier: Apache-2.0
"""What a power cut may leave at one place: any of the changes that no barrier has made certain."""

from cut_log import apply, apply_name, without

SECTORS = (512, 4096)
SINGLE_MAX = 8  # of so many of the last changes, each is left out alone and kept alone


class Image:
    """@lost: changes of bytes and names that did not get there; @torn: operation -> sectors."""

    def __init__(self, disk, lost_bytes, lost_names, torn=None):
        self.torn = torn or {}
        gone = set(lost_bytes)
        self.chosen = {file: tuple(one for one in file.pending if one not in gone)
                       for file in disk.dirty}
        gone = without(disk.pending_names, lost_names) if lost_names else []
        self.names = disk.names
        if len(gone) < len(disk.pending_names):
            self.names = dict(disk.names)
            for one in disk.pending_names:
                if one not in gone:
                    apply_name(self.names, one)
        self.lost_names = tuple(one.number for one in gone)

    def choice(self, file):
        """What makes this content of the file different from its others."""
        return (file.number, file.version, tuple((one.number, self.torn.get(one))
                                          for one in self.chosen.get(file, ())))

    def content(self, file):
        content = bytearray(file.durable)
        for one in self.chosen.get(file, ()):
            apply(content, one, self.torn.get(one))
        return bytes(content)

    def identity(self):
        return (self.lost_names, tuple(map(self.choice, self.chosen)))


def images(disk, chance, count):
    """Nothing and everything, each alone and all but each, and @count at random."""
    byte_changes = sorted((one for file in disk.dirty for one in file.pending),
                          key=lambda one: one.number)
    # One whose folders are synced is lost only with what it rests on.
    name_changes = [one for one in disk.pending_names if not one.synced >= one.folders()]
    seen = set()
    for lost_bytes, lost_names, torn in choices(byte_changes, name_changes, chance, count):
        image = Image(disk, lost_bytes, lost_names, torn)
        if image.identity() not in seen:
            seen.add(image.identity())
            yield image


def choices(byte_changes, name_changes, chance, count):
    for lost_bytes in ([], byte_changes):
        for lost_names in ([], name_changes):
            yield lost_bytes, lost_names, None
    for one in byte_changes[-SINGLE_MAX:]:
        yield [one], [], None
        yield all_but(byte_changes, one), [], None
    for one in name_changes[-SINGLE_MAX:]:
        yield [], [one], None
        yield [], all_but(name_changes, one), None
    for _ in range(count):
        lost = [one for one in byte_changes if chance.random() < 0.5]
        torn = chance.choice(byte_changes) if byte_changes else None
        yield (all_but(lost, torn), names_lost(name_changes, chance),
               {torn: sectors(torn, chance)} if torn and torn.kind != "T" else None)


def names_lost(changes, chance):
    """A file system with a journal loses the last ones, another any."""
    if chance.random() < 0.5:
        return changes[chance.randint(0, len(changes)):]
    return [one for one in changes if chance.random() < 0.5]


def sectors(operation, chance):
    size = chance.choice(SECTORS)
    count = (len(operation.payload) + size - 1) // size
    if chance.random() < 0.5:
        return size, (1 << chance.randint(0, count)) - 1
    return size, chance.getrandbits(count)


def all_but(changes, one):
    return [other for other in changes if other is not one]
