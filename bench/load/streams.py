"""A gateway with WebSockets through it."""

import asyncio

import command
from contenders import ACCESS_TOKEN, GRANT, LOAD, ZONE
from gateways import Nginx
from http_stream import Stream
from processes import free_ports, listens

CUT = "access_token_stream_cut"
STREAMS = """
location /ws {
    @GUARD@
    proxy_pass http://127.0.0.1:@TARGET@;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    proxy_read_timeout 1h;
}
"""
# Of a worker; a stream takes two, and workers do not get equally many.
CONNECTIONS = 16384
# The gateway's backlog is not what is measured.
AT_ONCE = 50


def can_cut(stack):
    return CUT.encode() + b"\0" in stack.module.read_bytes()


def start_target(stack, build):
    """The port of a WebSocket server."""
    port, = free_ports(1)
    demo = stack.programs.start("target", [str(build / "demo/zenzefi-demo-target"), "--port", str(port)])
    demo.await_until(lambda: listens(port))
    return port


def start_gateway(name, stack, workers, target):
    guard = "access_token on;" + (f" {CUT} on;" if can_cut(stack) else "")
    location = STREAMS.replace("@TARGET@", str(target)).replace("@GUARD@", guard)
    return Nginx(load=LOAD, http=ZONE.replace("@ZONE_SIZE@", "16m"), server=GRANT + location,
                 location=ACCESS_TOKEN, connections=CONNECTIONS).start(name, stack, workers)


def start_plain(name, stack, workers, target):
    """Without the module."""
    location = STREAMS.replace("@TARGET@", str(target)).replace("@GUARD@", "")
    return Nginx(server=location, connections=CONNECTIONS).start(name, stack, workers)


async def open_all(port, held):
    """A stream for each token, in their order."""
    opened, progress = [], command.Progress(len(held))
    for start in range(0, len(held), AT_ONCE):
        opened += await asyncio.gather(
            *(Stream.open(port, "/ws", token.text) for token in held[start:start + AT_ONCE]))
        if len(opened) % 1000 == 0:
            progress.step("streams are open", len(opened) - progress.done)
    return opened
