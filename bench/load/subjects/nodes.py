"""Several nginx nodes on one Redis: how soon all of them have heard, and what each costs Redis."""

import statistics
import time

import command
import measure
import report
import tokens
from processes import Problem
from raw_stream import Redis, await_ends, open_stream
from streams import can_cut, start_gateway, start_target

NAME = "nodes"
HEAD = ("nodes", "all have heard ms: p50", "max", "Redis idle ms/s", "Redis µs a write", "connections",
        "memory KiB")
WRITES = 2000


def invalidate(gateways, redis, held):
    """For each token the milliseconds from its tombstone to the end of its last stream; each node has one."""
    times = []
    for token in held:
        opened = [open_stream(gateway.port, token) for gateway in gateways]
        began = time.monotonic()
        redis.send(tokens.revoke_commands([token]))
        times.append((await_ends(opened)[-1] - began) * 1000)
        redis.await_ok(1)
        for stream in opened:
            stream.close()
    return times


def write(redis, written):
    """One after the other, so that each is announced by itself."""
    for token in written:
        redis.send(tokens.revoke_commands([token]))
        redis.await_ok(1)


def clients(stack):
    lines = (line.split(":", 1) for line in stack.redis("", "INFO").splitlines() if ":" in line)
    info = {name: value.strip() for name, value in lines}
    return int(info["connected_clients"]), int(info["mem_clients_normal"])


def one_number(gateways, run, stack, redis):
    users = tokens.make_users(1)
    held = tokens.make_tokens(users, run.options.invalidations)
    stack.redis_pipe("", tokens.redis_commands(held, stack.started_at))
    watch = measure.Watch({"redis": stack.programs_up["redis"]})
    watch.start()
    time.sleep(run.options.duration)
    idle = watch.stop()[0]["redis"] / run.options.duration
    times = invalidate(gateways, redis, held) if gateways else []
    written = tokens.make_tokens(users, WRITES)
    watch.start()
    began = time.monotonic()
    write(redis, written)
    took = time.monotonic() - began
    busy = watch.stop()[0]["redis"] - idle * took
    connections, memory = clients(stack)
    return {"heard_ms": times, "idle_ns": idle, "write_ns": busy / WRITES,
            "connections": connections, "memory": memory}


def measure_subject(run, stack):
    if not can_cut(stack):
        raise Problem("this build of the module cuts no streams, by which nodes are seen to have heard")
    target = start_target(stack, run.build)
    redis = Redis(stack.ports[""].redis)
    gateways, results = [], {}
    progress = command.Progress(1 + len(run.options.nodes))
    for count in [0, *run.options.nodes]:
        while len(gateways) < count:
            gateways.append(start_gateway(f"node-{len(gateways) + 1}", stack, 1, target))
        results[count] = one_number(gateways, run, stack, redis)
        progress.step(f"{count} nodes")
    for gateway in gateways:
        run.programs.stop(gateway.program)
    return report.markdown(HEAD, [row(count, one) for count, one in results.items()]), results


def row(count, one):
    heard = one["heard_ms"]
    return (str(count), f"{statistics.median(heard):.2f}" if heard else "-",
            f"{max(heard):.2f}" if heard else "-", f"{one['idle_ns'] / 1e6:.2f}",
            f"{one['write_ns'] / 1e3:.1f}", str(one["connections"]), f"{one['memory'] / 1024:.0f}")
