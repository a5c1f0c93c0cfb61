# SPDX-License-Identifier: Apache-2.0
"""Stands on the path of a daemon's socket, and writes down what its peers say."""

import os
import socket
import threading


class Recorder:
    """From begin to end; whoever was connected before is not heard."""

    def __init__(self, path):
        self.path = path
        self.real = path + ".real"
        self.streams = []
        self.sockets = []
        os.rename(path, self.real)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.real)
            stream = bytearray()
            self.streams.append(stream)
            self.sockets += [client, server]
            for ends in ((client, server, stream), (server, client, None)):
                threading.Thread(target=self.pump, args=ends, daemon=True).start()

    @staticmethod
    def pump(source, target, stream):
        try:
            while True:
                data = source.recv(1 << 16)
                if not data:
                    break
                if stream is not None:
                    stream += data
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def end(self):
        """The path is the daemon's again; gives what each peer has said."""
        os.rename(self.real, self.path)
        self.listener.close()
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return [bytes(stream) for stream in self.streams]
