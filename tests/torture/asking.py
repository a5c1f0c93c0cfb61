# SPDX-License-Identifier: Apache-2.0
"""Asks a daemon's control socket, by libzmq itself: thousands of questions from one process."""

import ctypes
import os
import time
from ctypes.util import find_library

from support import protobuf

DEALER, LINGER, RCVTIMEO = 5, 17, 27
ANSWER, TEXT_FIELD, TABLE = 7, 3, 4
OK = 1
STATUS, CUBE, ALERTS, PLANS = 1, 3, 10, 12
MAX = 11
TEXT = 1
MISSING, NO_TEXT = -(1 << 63), b"\x01"
MESSAGE_SIZE = 1 << 22

ZMQ = ctypes.CDLL(find_library("zmq") or "libzmq.so.5", use_errno=True)
for function in (ZMQ.zmq_ctx_new, ZMQ.zmq_socket):
    function.restype = ctypes.c_void_p
CONTEXT = ctypes.c_void_p(ZMQ.zmq_ctx_new())


class NoAnswer(Exception):
    """A daemon has said nothing for too long."""


def of_all():
    """What makes a question one about all alerts or plans, and not only those that stand."""
    return protobuf.number(MAX, 1)


class Client:
    """One endpoint.  Use as a context manager, in one thread."""

    def __init__(self, path):
        self.path = path
        self.socket = None

    def __enter__(self):
        self.socket = ctypes.c_void_p(ZMQ.zmq_socket(CONTEXT, DEALER))
        for option, value in ((LINGER, 0), (RCVTIMEO, 500)):
            number = ctypes.c_int(value)
            ZMQ.zmq_setsockopt(self.socket, option, ctypes.byref(number), 4)
        ZMQ.zmq_connect(self.socket, f"ipc://{self.path}".encode())
        return self

    def __exit__(self, *_):
        ZMQ.zmq_close(self.socket)

    def send(self, data):
        ZMQ.zmq_send(self.socket, data, len(data), 1)

    def receive(self):
        """None when nothing came in half a second."""
        buffer = ctypes.create_string_buffer(MESSAGE_SIZE)
        size = ZMQ.zmq_recv(self.socket, buffer, MESSAGE_SIZE, 0)
        return buffer.raw[:size] if size >= 0 else None

    def ask(self, kind, rest=b"", patience=5, identity=None):
        """The fields of the Answer."""
        identity = identity or os.urandom(16)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            self.send(protobuf.request(kind, identity, rest))
            data = self.receive()
            while data is not None:
                answer = protobuf.fields(protobuf.fields(data).get(ANSWER, [b""])[0])
                if answer.get(1) == [identity]:
                    return answer
                data = self.receive()
        raise NoAnswer(self.path)

    def rows(self, kind, rest=b"", patience=5):
        """The rows of the answer's table as dictionaries."""
        return rows_of(self.ask(kind, rest, patience)[TABLE][0])


def column_of(data, count):
    fields = protobuf.fields(data)
    key = fields[1][0].decode()
    if fields[3] == [TEXT]:
        return key, [None if text == NO_TEXT else text.decode() for text in fields.get(5, [])]
    numbers = fields.get(4, [b""])[0]
    values = [int.from_bytes(numbers[at:at + 8], "little", signed=True)
              for at in range(0, 8 * count, 8)]
    return key, [None if value == MISSING else value for value in values]


def rows_of(table):
    fields = protobuf.fields(table)
    count = fields.get(2, [0])[0]
    columns = dict(column_of(column, count) for column in fields.get(3, []))
    return [dict(zip(columns, row)) for row in zip(*columns.values())]
