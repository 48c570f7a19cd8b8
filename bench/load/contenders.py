"""The contenders, side by side: what each adds to a plain proxy_pass."""

import dataclasses
import importlib.util
import os
import shutil

from gateways import MODULES, FastApi, HaProxy, Nginx

REFERENCE = "headers"

IDENTITY = """
proxy_set_header X-User-Id $user_id;
proxy_set_header X-Token-Id $token_id;
proxy_set_header X-Access-Token "";
"""

CONSTANTS = """
proxy_set_header X-User-Id 11111111-2222-4333-8444-555555555555;
proxy_set_header X-Token-Id 66666666-7777-4888-9999-aaaaaaaaaaaa;
"""

# ---- stock auth_request --------------------------------------------------------------------------

CHECK = """
location = /_check {
    internal;
    proxy_pass http://auth/internal/check;
    proxy_http_version 1.1;
    proxy_set_header Connection keep-alive;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    @CACHE@
}
"""
CACHE = """
    proxy_cache check;
    proxy_cache_key $http_x_access_token;
    proxy_cache_valid 204 5m;
    proxy_cache_valid 401 2s;
    proxy_ignore_headers Cache-Control Expires Set-Cookie;
"""
AUTH_REQUEST = """
auth_request /_check;
auth_request_set $user_id $upstream_http_x_user_id;
auth_request_set $token_id $upstream_http_x_token_id;
""" + IDENTITY

# ---- lua-nginx-module ----------------------------------------------------------------------------

LUA_MODULES = f"load_module {MODULES}/ndk_http_module.so;\nload_module {MODULES}/ngx_http_lua_module.so;"
LUA_PATHS = """
lua_package_path "@PEERS@/?.lua;/usr/share/lua/5.1/?.lua;;";
lua_package_cpath "/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;/usr/lib/aarch64-linux-gnu/lua/5.1/?.so;;";
"""
LUA = """
set $user_id "";
set $token_id "";
access_by_lua_block { require "check_token"(@REDIS@, @DICTIONARY@) }
""" + IDENTITY

# ---- this module ---------------------------------------------------------------------------------

LOAD = "load_module @MODULE@;"
ZONE = "access_token_zone tokens:@ZONE_SIZE@;\naccess_token_redis redis://127.0.0.1:@REDIS@;"
GRANT = """
access_token_service /_access_token;
location = /_access_token {
    internal;
    proxy_pass http://auth/internal/grant;
    proxy_http_version 1.1;
    proxy_set_header Connection keep-alive;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    client_max_body_size 0;
}
"""
ACCESS_TOKEN = """
access_token on;
proxy_set_header X-User-Id $access_token_user_id;
proxy_set_header X-Token-Id $access_token_id;
"""
LIMITS = """
access_token_limit rate=1000r/s burst=1000;
access_token_connections 1000;
"""
# So small that a token is long forgotten when its turn comes again.
FORGETFUL = "256k"


def module(location="", zone="16m", kind=""):
    return Nginx(load=LOAD, http=ZONE.replace("@ZONE_SIZE@", zone), server=GRANT,
                 location=ACCESS_TOKEN + location, kind=kind)


def auth_request(http="", cache=""):
    return Nginx(http=http, server=CHECK.replace("@CACHE@", cache), location=AUTH_REQUEST)


def lua(http="", dictionary="nil"):
    return Nginx(load=LUA_MODULES, http=LUA_PATHS + http,
                 location=LUA.replace("@DICTIONARY@", dictionary))


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    title: str
    gateway: object
    # What it takes of others, from `Stack.helpers()`.
    helpers: tuple = ()
    # Packages by a file, a program or a Python module of theirs; or a directive of our module.
    needs: tuple = ()
    checks: bool = True
    # Which Redis and service are its own, see Stack; "fresh " is asked for tokens Redis does not know.
    kind: str = ""
    # What it has to have remembered before it is measured.
    remembers: bool = False
    # Seconds after its last request in which it, or its helpers, still work on what it counted.
    trails: float = 0
    # Look-ups in Redis that must be found, and not be found, for each request, so that what is measured
    # is what the title says; None where others than the token are looked up, too.
    lookups: tuple = (0, 0)


# Counts are handed on each second, and worked on by then.
COUNTED_EACH = 1.5
SERVICE = ("service", "postgres", "redis")
PACKAGES_LUA = (("file", f"{MODULES}/ngx_http_lua_module.so", "libnginx-mod-http-lua"),
                ("file", "/usr/share/lua/5.1/nginx/redis.lua", "lua-nginx-redis"),
                ("file", "/usr/share/doc/lua-cjson", "lua-cjson"))

CONTENDERS = (
    Contender("plain", "plain proxy_pass", Nginx(), checks=False),
    Contender("headers", "plain, setting the two headers", Nginx(location=CONSTANTS), checks=False),
    Contender("module-l1", "this module, token in memory", module(), remembers=True),
    Contender("module-limits", "the same, with limits", module(LIMITS), remembers=True, helpers=("redis",),
              trails=COUNTED_EACH, lookups=(None, None),
              needs=(("directive", "access_token_limit"), ("directive", "access_token_connections"))),
    Contender("module-usage", "the same, with limits and usage",
              module(LIMITS + "access_token_usage on;\n"), remembers=True, helpers=SERVICE,
              trails=COUNTED_EACH, lookups=(None, None),
              needs=(("directive", "access_token_limit"), ("directive", "access_token_usage"))),
    Contender("module-redis", "this module, token in Redis", module(zone=FORGETFUL),
              helpers=("redis",), lookups=(1, 0)),
    Contender("module-service", "this module, token in PostgreSQL", module(zone=FORGETFUL, kind="fresh "),
              helpers=SERVICE, kind="fresh ", lookups=(None, 1)),
    Contender("haproxy", "HAProxy, map in memory", HaProxy(), needs=(("program", "haproxy"),)),
    Contender("lua-dict", "Lua, shared dictionary and Redis",
              lua("lua_shared_dict tokens 16m;", "ngx.shared.tokens"), helpers=("redis",),
              remembers=True, needs=PACKAGES_LUA),
    Contender("lua-redis", "Lua, Redis", lua(), helpers=("redis",), needs=PACKAGES_LUA, lookups=(1, 0)),
    Contender("auth-request-cache", "auth_request, proxy_cache",
              auth_request("proxy_cache_path @DIRECTORY@/cache keys_zone=check:16m;", CACHE),
              helpers=SERVICE, remembers=True),
    Contender("auth-request", "auth_request", auth_request(), helpers=SERVICE),
    Contender("fastapi", "FastAPI, httpx, Redis", FastApi(), helpers=("redis",), lookups=(1, 0),
              needs=(("python", "fastapi", "python3-fastapi"), ("python", "httpx", "python3-httpx"),
                     ("python", "redis", "python3-redis"), ("python", "uvicorn", "uvicorn"))),
)


def missing(contender, module_binary):
    """Why it cannot run here, in words; empty when it can."""
    for kind, what, *package in contender.needs:
        if kind == "directive" and what.encode() + b"\0" not in module_binary.read_bytes():
            return f"this build of the module has no {what}"
        if kind == "file" and not os.path.exists(what) or \
                kind == "python" and importlib.util.find_spec(what) is None or \
                kind == "program" and shutil.which(what, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
            return f"the package {(package or [what])[0]} is not installed"
    return ""
