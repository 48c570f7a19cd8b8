"""HTTP and WebSocket over asyncio, as little as measuring times needs."""

import asyncio
import base64
import json
import os
import time

from processes import Problem


class Connection:
    """Kept open; one request at a time."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port):
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def exchange(self, method, path, headers, body=b""):
        """(when it was sent, when its answer was there, status, body)"""
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}",
                 *(f"{name}: {value}" for name, value in headers.items())]
        sent = time.monotonic()
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        came = time.monotonic()
        status = int(head.split(" ", 2)[1])
        _, _, rest = head.partition("\r\ncontent-length:")
        text = await self.reader.readexactly(int(rest.split("\r\n", 1)[0])) if rest else b""
        return sent, came, status, text

    def close(self):
        self.writer.close()


class Stream:
    """A WebSocket that says nothing, and when it ended."""

    def __init__(self, connection):
        self.connection = connection
        self.ended = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, port, path, token):
        connection = await Connection.open(port)
        key = base64.b64encode(os.urandom(16)).decode()
        _, _, status, _ = await connection.exchange("GET", path, {
            "X-Access-Token": token, "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key})
        if status != 101:
            raise Problem(f"a WebSocket is answered {status}, not 101")
        return cls(connection)

    async def _read(self):
        try:
            while await self.connection.reader.read(4096):
                pass
        except OSError:
            pass
        self.ended.set_result(time.monotonic())

    @property
    def is_open(self):
        return not self.ended.done()

    def close(self):
        self.task.cancel()
        self.connection.close()


class Account:
    """Somebody who is signed in at the account API."""

    def __init__(self, connection, user_id, who):
        self.connection = connection
        self.user_id = user_id
        self.who = who
        self.headers = {}

    @classmethod
    async def register(cls, port, name="bench"):
        connection = await Connection.open(port)
        who = {"email": f"{name}@example.org", "password": base64.b64encode(os.urandom(16)).decode()}
        user = await cls._post(connection, "register", 201, username=name, **who)
        account = cls(connection, user["id"], who)
        await account.log_in()
        return account

    @staticmethod
    async def _post(connection, path, wanted, **body):
        headers = {"Content-Type": "application/json", "X-Real-IP": "127.0.0.1"}
        _, _, status, text = await connection.exchange("POST", f"/api/v1/auth/{path}", headers,
                                                       json.dumps(body).encode())
        if status != wanted:
            raise Problem(f"{path} is answered {status}: {text.decode()}")
        return json.loads(text)

    async def log_in(self):
        """Once more: what the account may do is in the session's token."""
        session = await self._post(self.connection, "login", 200, **self.who)
        self.headers = {"Authorization": f"Bearer {session['access_token']}", "X-Real-IP": "127.0.0.1"}

    async def revoke(self, token_id):
        """When the service was asked, and when its answer was there."""
        sent, came, status, text = await self.connection.exchange("DELETE", f"/api/v1/tokens/{token_id}",
                                                                  self.headers)
        if status != 200:
            raise Problem(f"a revocation is answered {status}: {text.decode()}")
        return sent, came

    async def deactivate(self, user_id):
        """As an administrator; when the service was asked, and when its answer was there."""
        headers = {**self.headers, "Content-Type": "application/json"}
        sent, came, status, text = await self.connection.exchange(
            "PATCH", f"/api/v1/admin/users/{user_id}", headers, b'{"is_active": false}')
        if status != 200:
            raise Problem(f"a deactivation is answered {status}: {text.decode()}")
        return sent, came
