# SPDX-License-Identifier: Apache-2.0
"""What a hostile peer does to a socket: each attack takes (assault) and draws from its chance."""

import os
import struct

from support import protobuf
from zmtp import COMMAND, GREETING, LONG, MORE, Connection, Peer, frame, frames_of, ready

QUESTIONS = (1, 2, 3, 4, 5, 8, 10, 12, 17, 18, 19, 20, 21, 22)  # that change nothing
MANY = 200
MEBIBYTE = 1 << 20
ENDLESS_MIB = 24
OVERSIZE = (32 * MEBIBYTE + 1, 1 << 31, 4 << 30, 1 << 62, (1 << 64) - 1)
ROLES = (b"PUB", b"SUB", b"REQ", b"REP", b"PULL", b"PUSH", b"PAIR", b"XPUB", b"ROUTER", b"",
         b"X" * 255)
FLOOD = 400  # questions whose answers are never read


class Assault:
    """One attack on one endpoint: what it may use, and what it leaves open."""

    def __init__(self, path, chance, recorded, held):
        self.path = path
        self.chance = chance
        self.recorded = recorded  # messages of a real run to this endpoint
        self.held = held
        self.refused_at_least = 0  # messages that the daemon must have counted as none of ours

    def connect(self):
        return Connection(self.path)

    def peer(self, identity=b"", kind=b"DEALER"):
        peer = Peer(self.path, kind, identity)
        self.held.append(peer)
        return peer

    def hold(self, connection):
        self.held.append(connection)

    def bytes(self, most=400):
        return self.chance.randbytes(self.chance.randrange(1, most))

    def old_message(self):
        return self.chance.choice(self.recorded)


# ---- before there is a message ---------------------------------------------------------------

def random_bytes(assault):
    connection = assault.connect()
    connection.send(assault.bytes(4000))
    assault.hold(connection)


def random_bytes_after_the_greeting(assault):
    connection = assault.connect()
    connection.send(GREETING + assault.bytes(4000))
    assault.hold(connection)


def half_a_handshake(assault):
    whole = GREETING + ready(b"DEALER")
    connection = assault.connect()
    connection.send(whole[:assault.chance.randrange(1, len(whole))])
    assault.hold(connection)


def another_mechanism_or_version(assault):
    greeting = bytearray(GREETING)
    place = assault.chance.choice((0, 9, 10, 11, 12, 13, 32))
    greeting[place] = assault.chance.randrange(256)
    connection = assault.connect()
    connection.send(bytes(greeting) + ready(b"DEALER"))
    assault.hold(connection)


def hundreds_of_connections(assault):
    for number in range(MANY):
        connection = assault.connect()
        if number % 3:
            connection.greet()
        assault.hold(connection)


def come_and_go(assault):
    for _ in range(MANY):
        connection = assault.connect()
        connection.send((GREETING + ready(b"DEALER"))[:assault.chance.randrange(150)])
        connection.close()


def wrong_role(assault):
    connection = assault.connect()
    connection.greet(assault.chance.choice(ROLES))
    connection.send(frame(b"") + frame(assault.old_message()))
    assault.hold(connection)


def broken_ready(assault):
    body = b"\x05READY" + assault.bytes(300)
    connection = assault.connect()
    connection.send(GREETING + frame(body, COMMAND) + frame(assault.old_message()))
    assault.hold(connection)


def commands_nobody_knows(assault):
    peer = assault.peer()
    for _ in range(50):
        name = assault.chance.choice((b"PING", b"PONG", b"ERROR", b"SUBSCRIBE", b"READY", b"HELLO"))
        peer.send(frame(bytes([len(name)]) + name + assault.bytes(60), COMMAND))


# ---- frames ------------------------------------------------------------------------------------

def endless_multipart(assault):
    peer = assault.peer()
    part = frame(bytes(65536), MORE)
    for _ in range(ENDLESS_MIB * 16):
        if not peer.send(part):
            break


def many_parts(assault):
    """That do come to an end: dropped as one message, and counted."""
    peer = assault.peer()
    peer.send(b"".join(frame(assault.bytes(), MORE) for _ in range(300)) + frame(b""))
    assault.refused_at_least = 1


def oversize(assault):
    peer = assault.peer()
    peer.send(bytes([LONG]) + struct.pack(">Q", assault.chance.choice(OVERSIZE)))
    peer.send(assault.bytes(4000))


def largest_frame(assault):
    """As large as may be, and nothing."""
    peer = assault.peer()
    peer.send(frame(bytes(16 * MEBIBYTE)))
    assault.refused_at_least = 1


def half_a_frame(assault):
    peer = assault.peer()
    whole = frame(assault.old_message())
    peer.send(whole[:assault.chance.randrange(len(whole))])


def flags_nobody_knows(assault):
    peer = assault.peer()
    peer.send(bytes([assault.chance.choice((8, 16, 32, 64, 128, 255)), 3]) + b"abc")


# ---- identities --------------------------------------------------------------------------------

def stolen_routing_id(assault):
    """Two with one name, and names that only libzmq gives."""
    name = assault.chance.choice((b"ingest", b"x" * 33, b"y" * 255, b"\0" + assault.bytes(5)[:4]))
    for _ in range(3):
        connection = assault.connect()
        connection.greet(identity=name)
        connection.send(frame(assault.old_message()) + frame(protobuf.request(1)))
        assault.hold(connection)


# ---- messages ----------------------------------------------------------------------------------

def random_messages(assault):
    peer = assault.peer()
    for _ in range(20):
        field = assault.chance.randrange(1, 16)
        peer.send(frame(protobuf.blob(field, b"\xff" + assault.bytes())))
    assault.refused_at_least = 20


def altered(assault):
    """Real messages, cut, lengthened, doubled and with bits turned."""
    peer = assault.peer()
    for _ in range(20):
        data = assault.old_message()
        kind = assault.chance.randrange(4)
        if kind == 0:
            data = data[:assault.chance.randrange(len(data))]
        elif kind == 1:
            data += assault.bytes()
        elif kind == 2:
            data += data
        else:
            data = turned(data, assault.chance)
        if is_harmless(data):
            peer.send(frame(data))


def turned(data, chance):
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def is_harmless(data):
    """Not an order, nor the end of a batch: whoever may come in may give orders, and altered ones
    are no attack on the figures but another decision."""
    try:
        fields = protobuf.fields(data)
        kinds = protobuf.fields(fields[6][-1]).get(2, [0]) if 6 in fields else [1]
        return 3 not in fields and all(kind in QUESTIONS for kind in kinds)
    except (IndexError, TypeError, KeyError):
        return True


def replayed(assault):
    """What was said once, as it was said: all of it, in its order."""
    peer = assault.peer()
    for data in assault.recorded:
        peer.send(frame(data))


def out_of_order(assault):
    peer = assault.peer()
    messages = [assault.old_message() for _ in range(30)]
    for data in messages:
        peer.send(frame(data))


def batch_without_end(assault):
    """Begun again and again, each with rows that nobody ends."""
    peer = assault.peer()
    begins = [data for data in assault.recorded if data[:1] == b"\x0a"]
    rows = [data for data in assault.recorded if data[:1] == b"\x12"]
    for _ in range(50):
        for data in begins[-1:] + rows[-1:]:
            peer.send(frame(data))


def meant_for_others(assault):
    """Good messages, but what a daemon says, not what it is told."""
    peer = assault.peer()
    answer = protobuf.blob(7, protobuf.blob(1, b"0123456789abcdef") + protobuf.number(2, 1))
    bell = protobuf.blob(8, protobuf.blob(1, b"0123456789abcdef") + protobuf.number(2, 5))
    for _ in range(10):
        peer.send(frame(answer) + frame(bell))
    assault.refused_at_least = 20


def unknown_questions(assault):
    peer = assault.peer()
    for _ in range(20):
        peer.send(frame(protobuf.request(assault.chance.randrange(1000, 2 ** 31))))
    assault.refused_at_least = 20


def questions_at_random(assault):
    peer = assault.peer()
    for _ in range(20):
        rest = protobuf.number(3, assault.chance.choice((0, 202003, 202013, 999999, 2 ** 32 - 1)))
        if assault.chance.random() < 0.5:
            rest += protobuf.blob(4, "Hemtjänst".encode())
        rest += protobuf.number(11, assault.chance.choice((1, 4096, 2 ** 32 - 1)))
        peer.send(frame(protobuf.request(assault.chance.choice(QUESTIONS),
                                         assault.chance.randbytes(16), rest)))


def never_reads(assault):
    """Asks, and leaves the answers where they are."""
    peer = assault.peer()
    question = frame(protobuf.request(assault.chance.choice((1, 2, 3, 4)),
                                      rest=protobuf.number(11, 4096)))
    peer.socket.settimeout(0.5)
    for _ in range(FLOOD):
        if not peer.send(question):
            break


def waits_for_many_verdicts(assault):
    peer = assault.peer()
    for _ in range(100):
        rest = protobuf.blob(5, b"huvudbok") + protobuf.blob(8, assault.chance.randbytes(32))
        peer.send(frame(protobuf.request(15, assault.chance.randbytes(16), rest)))


# ---- bells -------------------------------------------------------------------------------------

def subscriptions(assault):
    peer = assault.peer(kind=b"SUB")
    for _ in range(500):
        peer.send(frame(bytes([assault.chance.randrange(3)]) + assault.bytes(250)))


def talks_to_a_bell(assault):
    peer = assault.peer(kind=b"SUB")
    for _ in range(100):
        peer.send(frame(assault.old_message(), assault.chance.choice((0, MORE))))


CONNECTING = (random_bytes, random_bytes_after_the_greeting, half_a_handshake,
              another_mechanism_or_version, hundreds_of_connections, come_and_go, wrong_role,
              broken_ready)
TALKING = (commands_nobody_knows, endless_multipart, many_parts, oversize, largest_frame,
           half_a_frame, flags_nobody_knows, stolen_routing_id, random_messages, altered, replayed,
           out_of_order, meant_for_others)
CONTROL = CONNECTING + TALKING + (unknown_questions, questions_at_random, never_reads,
                                  waits_for_many_verdicts)
BATCH = CONNECTING + TALKING + (batch_without_end,)
BELL = CONNECTING + (commands_nobody_knows, oversize, half_a_frame, flags_nobody_knows,
                     subscriptions, talks_to_a_bell)


def attacks_on(endpoint):
    what = endpoint.rpartition(".")[2]
    return {"control": CONTROL, "batch": BATCH, "bell": BELL}[what]


def messages_of(stream):
    """The messages in what a client sent, with its greeting."""
    found, _ = frames_of(stream[len(GREETING):])
    return [body for flags, body in found if not flags & (COMMAND | MORE) and body]


def endpoints(folder):
    return sorted(name for name in os.listdir(folder)
                  if name.endswith((".control", ".batch", ".bell")))
