# SPDX-License-Identifier: Apache-2.0
"""ZeroMQ's wire protocol (ZMTP 3.0, NULL) by hand over a unix socket: enough to be a good peer, and
to be every kind of bad one."""

import socket
import struct

MORE, LONG, COMMAND = 1, 2, 4
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
PATIENCE_SECONDS = 60


def frame(body, flags=0):
    if len(body) > 255:
        return bytes([flags | LONG]) + struct.pack(">Q", len(body)) + body
    return bytes([flags, len(body)]) + body


def ready(kind, identity=b""):
    def entry(name, value):
        return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    body = b"\x05READY" + entry(b"Socket-Type", kind)
    if identity or kind in (b"DEALER", b"ROUTER", b"REQ"):
        body += entry(b"Identity", identity)
    return frame(body, COMMAND)


def frames_of(data):
    """[(flags, body)] of bytes after a greeting, and what is left of an unfinished one."""
    found, at = [], 0
    while at < len(data):
        flags = data[at]
        head = 9 if flags & LONG else 2
        if len(data) < at + head:
            break
        size = struct.unpack(">Q", data[at + 1:at + 9])[0] if flags & LONG else data[at + 1]
        if len(data) < at + head + size:
            break
        found.append((flags, data[at + head:at + head + size]))
        at += head + size
    return found, data[at:]


class Connection:
    """A connected socket; bytes are sent as told, however wrong."""

    def __init__(self, path, patience=PATIENCE_SECONDS):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(patience)
        self.socket.connect(path)
        self.left = b""

    def send(self, data):
        """False when the other side has hung up, or takes nothing more."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def greet(self, kind=b"DEALER", identity=b""):
        self.send(GREETING + ready(kind, identity))
        return self

    def hear(self):
        """The bytes that come next; none when the other side has hung up."""
        try:
            return self.socket.recv(1 << 16)
        except OSError:
            return b""

    def is_open(self):
        """Whether the other side keeps it; what it has said is thrown away."""
        self.socket.setblocking(False)
        try:
            while self.socket.recv(1 << 16):
                pass
            return False
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.socket.settimeout(PATIENCE_SECONDS)

    def close(self):
        self.socket.close()


class Peer(Connection):
    """One that keeps the rules: what is sent is a message, what is received is one."""

    def __init__(self, path, kind=b"DEALER", identity=b""):
        super().__init__(path)
        self.greet(kind, identity)
        # What is said before the other side is ready is taken for a part of the handshake.
        while not frames_of(self.left[len(GREETING):])[0]:
            heard = self.hear()
            if not heard:
                self.close()
                raise ConnectionError("inte insläppt")
            self.left += heard
        self.left = self.left[len(GREETING):]
        if not frames_of(self.left)[0][0][1].startswith(b"\x05READY"):
            self.close()
            raise ConnectionError("avvisad")

    def message(self):
        """The next frame that is no command, None when the other side has hung up."""
        while True:
            found, self.left = frames_of(self.left)
            for index, (flags, body) in enumerate(found):
                if flags & COMMAND:
                    self.answer(body)
                    continue
                rest = b"".join(frame(later, own & ~LONG) for own, later in found[index + 1:])
                self.left = rest + self.left
                return body
            heard = self.hear()
            if not heard:
                return None
            self.left += heard

    def answer(self, command):
        if command.startswith(b"\x04PING"):
            self.send(frame(b"\x04PONG" + command[7:], COMMAND))
