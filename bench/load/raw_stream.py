"""WebSockets and Redis over plain sockets: thousands of streams in one process that costs next to nothing."""

import select
import socket
import time

from processes import Problem

UPGRADE = ("GET /ws HTTP/1.1\r\nHost: bench\r\nX-Access-Token: {}\r\n"
           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
PATIENCE = 60.0


def open_stream(port, token):
    stream = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    stream.sendall(UPGRADE.format(token.text).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        try:
            got = stream.recv(4096)
        except OSError as problem:
            raise Problem(f"a WebSocket is not answered: {problem}") from None
        answer += got
        if not got or not answer.startswith(b"HTTP/1.1 101 "[:len(answer)]):
            raise Problem(f"a WebSocket is answered: {answer[:60]!r}")
    return stream


def await_ends(streams):
    """When each was ended by the other side, in the order in which they were."""
    ends = []
    with select.epoll() as poll:
        for stream in streams:
            poll.register(stream, select.EPOLLRDHUP)
        deadline = time.monotonic() + PATIENCE
        while len(ends) < len(streams):
            events = poll.poll(max(0, deadline - time.monotonic()))
            now = time.monotonic()
            if not events:
                raise Problem(f"{len(streams) - len(ends)} of {len(streams)} streams were not cut")
            for descriptor, _ in events:
                poll.unregister(descriptor)
                ends.append(now)
    return ends


def ended(streams):
    """Whether any of them was."""
    with select.epoll() as poll:
        for stream in streams:
            poll.register(stream, select.EPOLLRDHUP)
        return bool(poll.poll(0))


class Redis:
    """Writes records as the service does."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.answers = self.socket.makefile("rb")

    def send(self, commands):
        """Text with a command on each line."""
        self.socket.sendall(commands.encode())

    def await_ok(self, count):
        for _ in range(count):
            answer = self.answers.readline()
            if answer != b"+OK\r\n":
                raise Problem(f"Redis says {answer.decode().strip()}")
