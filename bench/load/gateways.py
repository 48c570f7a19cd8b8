"""How a contender becomes a running gateway: nginx with a few lines of its own, HAProxy, uvicorn."""

import dataclasses
import os
import pathlib
import shutil

from processes import free_ports, listens
from stack import nginx_command, program, root_user

PEERS = pathlib.Path(__file__).parent / "peers"
MODULES = "/usr/lib/nginx/modules"

# The same for every nginx here. Connections are kept on both sides, nothing is logged.
NGINX = """
daemon off;
worker_processes @WORKERS@;
worker_rlimit_nofile 20000;
pid @DIRECTORY@/nginx.pid;
error_log @DIRECTORY@/error.log warn;
@LOAD@
events { worker_connections @CONNECTIONS@; }
http {
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path @DIRECTORY@/temp; proxy_temp_path @DIRECTORY@/temp;
    fastcgi_temp_path @DIRECTORY@/temp; uwsgi_temp_path @DIRECTORY@/temp; scgi_temp_path @DIRECTORY@/temp;
    upstream target { server 127.0.0.1:@UPSTREAM@; keepalive 64; keepalive_requests 100000000; }
    upstream auth { server 127.0.0.1:@SERVICE@; keepalive 64; keepalive_requests 100000000; }
    @HTTP@
    server {
        listen 127.0.0.1:@PORT@ backlog=4096;
        @SERVER@
        location / {
            proxy_pass http://target;
            proxy_http_version 1.1;
            @LOCATION@
        }
    }
}
"""
KEEP_UPSTREAM = 'proxy_set_header Connection "";'


def fill_in(text, values):
    # Twice, for the lines that are filled in have names of their own.
    for _ in range(2):
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
    return text


class Gateway:
    def __init__(self, program, port):
        self.program = program
        self.port = port


def values_for(name, stack, workers, kind=""):
    port, = free_ports(1)
    return {"PORT": port, "WORKERS": workers, "UPSTREAM": stack.upstream_port,
            "SERVICE": stack.ports[kind].internal, "REDIS": stack.ports[kind].redis,
            "MODULE": stack.module, "DIRECTORY": stack.programs.make_directory(name), "PEERS": PEERS}


def started(stack, name, command, port, environment=None):
    gateway = stack.programs.start(name, command, environment=environment)
    gateway.await_until(lambda: listens(port))
    return Gateway(gateway, port)


@dataclasses.dataclass(frozen=True)
class Nginx:
    load: str = ""
    http: str = ""
    server: str = ""
    location: str = ""
    kind: str = ""
    connections: int = 8192

    def start(self, name, stack, workers, wrapper=()):
        """`wrapper` is a command that runs nginx."""
        values = values_for(name, stack, workers, self.kind)
        os.makedirs(os.path.join(values["DIRECTORY"], "temp"), exist_ok=True)
        text = fill_in(NGINX, {"LOAD": self.load, "HTTP": self.http, "SERVER": self.server,
                               "LOCATION": KEEP_UPSTREAM + self.location,
                               "CONNECTIONS": self.connections, **values})
        file = stack.programs.write(f"{name}.conf", root_user() + text)
        return started(stack, name, [*wrapper, *nginx_command(stack.programs, file)], values["PORT"])


class HaProxy:
    def start(self, name, stack, workers):
        values = values_for(name, stack, workers)
        lines = (f"{token.text} {token.user_id}:{token.token_id}\n" for token in stack.known)
        values["MAP"] = stack.programs.write(f"{name}.map", "".join(lines))
        text = fill_in((PEERS / "haproxy.cfg").read_text(encoding="utf-8"), values)
        file = stack.programs.write(f"{name}.cfg", text)
        return started(stack, name, [program("haproxy"), "-db", "-f", file], values["PORT"])


class FastApi:
    def start(self, name, stack, workers):
        port, = free_ports(1)
        shutil.copy(PEERS / "fastapi_proxy.py", stack.programs.make_directory(name))
        command = ["/usr/bin/python3", "-m", "uvicorn", "fastapi_proxy:app", "--app-dir",
                   stack.programs.path(name), "--host", "127.0.0.1", "--port", str(port), "--workers",
                   str(workers), "--no-access-log", "--log-level", "warning"]
        environment = {"REDIS_PORT": str(stack.ports[""].redis),
                       "TARGET_URL": f"http://127.0.0.1:{stack.upstream_port}"}
        return started(stack, name, command, port, environment)
