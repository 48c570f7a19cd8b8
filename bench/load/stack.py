"""What the contenders share: PostgreSQL, Redis, the auth service, and a neutral nginx as upstream."""

import base64
import collections
import datetime
import glob
import http.client
import os
import pathlib
import secrets
import shutil
import signal

import tokens
from processes import Problem, free_ports, listens, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
BODY = 1024
# There is one of each, whoever asks.
SHARED = ("postgres", "upstream")

Ports = collections.namedtuple("Ports", "redis public internal")

UPSTREAM = """
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid upstream.pid;
error_log upstream-error.log warn;
events { worker_connections 8192; }
http {
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path upstream-temp; proxy_temp_path upstream-temp; fastcgi_temp_path upstream-temp;
    uwsgi_temp_path upstream-temp; scgi_temp_path upstream-temp;
    server {
        listen 127.0.0.1:@PORT@ backlog=4096;
        default_type text/plain;
        location / { return 200 "@BODY@"; }
        # Tells the contender's proof who asks.
        location = /whoami { return 200 "$http_x_user_id $http_x_token_id"; }
    }
}
"""


def program(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise Problem(f"there is no {name}; run scripts/install-dependencies run bench")
    return path


class Stack:
    """Everything up. After make_tokens() PostgreSQL and Redis know `known`, and PostgreSQL alone knows
    `fresh`.

    Who asks for fresh tokens has a Redis and a service of its own ("fresh redis", "fresh service" in
    `programs_up`): each grant written would be announced to all other gateways as well.
    """

    def __init__(self, programs, build):
        self.programs = programs
        self.module = build / "nginx-module" / "ngx_http_access_token_module.so"
        self.service_binary = build / "auth-service" / "zenzefi-auth"
        for file in (self.module, self.service_binary):
            if not file.exists():
                raise Problem(f"there is no {file}; build it, or set BUILD_DIR")
        ports = free_ports(8)
        self.postgres_port, self.upstream_port = ports[:2]
        self.ports = {"": Ports(*ports[2:5]), "fresh ": Ports(*ports[5:])}
        self.environment = self._settings()
        self.programs_up = {}
        self.started_at = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.known, self.fresh = [], []

    def _settings(self):
        return {
            "POSTGRES_SERVER": "127.0.0.1", "POSTGRES_PORT": str(self.postgres_port),
            "POSTGRES_USER": "zenzefi", "POSTGRES_DB": "zenzefi",
            "POSTGRES_PASSWORD": secrets.token_hex(16),
            "REDIS_HOST": "127.0.0.1", "REDIS_PASSWORD": "",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "TOKEN_ENCRYPTION_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "LOG_LEVEL": "warning",
            # Limits of the account API are for people.
            "RATE_LIMIT_AUTH": "off", "RATE_LIMIT_API": "off",
        }

    def start(self, contenders=()):
        """Everything; a Redis and a service for fresh tokens if one of the contenders takes them."""
        self.kinds = sorted({"", *(contender.kind for contender in contenders)})
        self._start_postgres()
        run([str(self.service_binary), "migrate", "up"], environment=self.environment)
        for kind in self.kinds:
            self._start_redis(kind)
            self._start_service(kind)
        self._start_upstream()

    def helpers(self, kind):
        """By what they are, whichever the kind."""
        return {name: self.programs_up[name if name in SHARED else kind + name]
                for name in ("redis", "service", *SHARED)}

    def _start_postgres(self):
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]))
        if not binaries:
            raise Problem("there is no PostgreSQL; run scripts/install-dependencies run")
        user = "postgres" if os.geteuid() == 0 else None
        home = self.programs.make_directory("postgres")
        words = self.programs.write("postgres/password", self.environment["POSTGRES_PASSWORD"])
        if user:
            shutil.chown(home, user, user)
        run([f"{binaries[-1]}/initdb", f"--pgdata={home}/data", "--username=zenzefi",
             f"--pwfile={words}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            user=user)
        postgres = self.programs.start(
            "postgres", [f"{binaries[-1]}/postgres", "-D", f"{home}/data", "-p", str(self.postgres_port),
                         "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                         "-c", "max_connections=100", "-c", "timezone=UTC"],
            how=signal.SIGINT, user=user)
        ready = [f"{binaries[-1]}/pg_isready", "--quiet", "--host=127.0.0.1", f"--port={self.postgres_port}"]
        postgres.await_until(lambda: os.spawnv(os.P_WAIT, ready[0], ready) == 0, 60)
        self.programs_up["postgres"] = postgres
        self.sql("CREATE DATABASE zenzefi", database="postgres")

    def _start_redis(self, kind):
        port = self.ports[kind].redis
        settings = (ROOT / "conf" / "redis.conf").read_text(encoding="utf-8")
        file = self.programs.write(
            f"{kind}redis.conf", f"{settings}\nport {port}\ndir {self.programs.directory}\n", 0o600)
        redis = self.programs.start(f"{kind}redis", [program("redis-server"), file])
        redis.await_until(lambda: listens(port))
        self.programs_up[f"{kind}redis"] = redis

    def _start_service(self, kind):
        ports = self.ports[kind]
        service = self.programs.start(
            f"{kind}service", [str(self.service_binary), "serve"],
            environment={**self.environment, "REDIS_PORT": str(ports.redis),
                         "AUTH_PUBLIC_PORT": str(ports.public), "AUTH_INTERNAL_PORT": str(ports.internal)})
        service.await_until(lambda: is_well(ports.public))
        self.programs_up[f"{kind}service"] = service

    def _start_upstream(self):
        self.programs.make_directory("upstream-temp")
        text = UPSTREAM.replace("@PORT@", str(self.upstream_port)).replace("@BODY@", "x" * BODY)
        file = self.programs.write("upstream.conf", root_user() + text)
        upstream = self.programs.start("upstream", nginx_command(self.programs, file))
        upstream.await_until(lambda: listens(self.upstream_port))
        self.programs_up["upstream"] = upstream

    def make_tokens(self, known, fresh=0):
        """Of people who cannot sign in; fresh ones if there is who takes them."""
        users = tokens.make_users()
        self.sql(tokens.users_sql(users))
        self.known += self.add_known(tokens.make_tokens(users, known))
        self.fresh = tokens.make_tokens(users, fresh if "fresh " in self.kinds else 0)
        self.sql(tokens.tokens_sql(self.fresh, self.started_at) + "ANALYZE;\n")

    def add_known(self, added):
        self.sql(tokens.tokens_sql(added, self.started_at) + "ANALYZE;\n")
        self.redis_pipe("", tokens.redis_commands(added, self.started_at))
        return added

    def write_texts(self, name, written):
        """A file for wrk."""
        return self.programs.write(name, "".join(token.text + "\n" for token in written))

    def forget_fresh(self):
        """Redis knows nothing of the fresh tokens again."""
        self.redis_pipe("fresh ", tokens.delete_commands(self.fresh))

    def sql(self, text, database="zenzefi"):
        return run([program("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                    "--set=ON_ERROR_STOP=1", "--host=127.0.0.1", f"--port={self.postgres_port}",
                    "--username=zenzefi", database],
                   text=text, environment={"PGPASSWORD": self.environment["POSTGRES_PASSWORD"]})

    def redis(self, kind, *words):
        return run([program("redis-cli"), "-p", str(self.ports[kind].redis), *words])

    def redis_pipe(self, kind, commands):
        run([program("redis-cli"), "-p", str(self.ports[kind].redis), "--pipe"], text=commands)

    def redis_info(self, name, kind=""):
        """A number of what Redis says of itself."""
        lines = (line.partition(":") for line in self.redis(kind, "INFO").splitlines())
        return int({key: value for key, _, value in lines}[name])

    def redis_lookups(self, kind):
        """How often keys were found, and were not, since Redis started."""
        return self.redis_info("keyspace_hits", kind), self.redis_info("keyspace_misses", kind)


def is_well(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def root_user():
    """nginx's workers can read private files only as who made them."""
    return "user root;\n" if os.geteuid() == 0 else ""


def nginx_command(programs, file):
    return [program("nginx"), "-p", programs.directory, "-c", file, "-e", "nginx-start.log"]
