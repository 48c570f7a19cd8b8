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
HEAD = ("nodes", "all have heard ms: p50", "max", "Redis idle ms/s", "Redis µs a write", "100 at once",
        "nginx µs a write", "100 at once", "connections", "memory KiB")
AT_ONCE = 100


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


def write(redis, at_once, count):
    """Records nobody holds; each command, or each so many, is announced by itself."""
    written = tokens.make_tokens(tokens.make_users(1), count)
    for start in range(0, len(written), at_once):
        some = written[start:start + at_once]
        redis.send(tokens.revoke_commands(some))
        redis.await_ok(len(some))
    return len(written)


def sleep(seconds):
    time.sleep(seconds)
    return seconds


class Costs:
    """CPU time of Redis and of all nodes, without what they take when idle."""

    def __init__(self, gateways, stack, seconds):
        nodes = {f"node-{number}": gateway.program for number, gateway in enumerate(gateways)}
        self.watch = measure.Watch({"redis": stack.programs_up["redis"], **nodes})
        self.idle = {"redis": 0, "nginx": 0}
        self.idle = self.of(lambda: sleep(seconds))

    def of(self, work):
        """Nanoseconds for each of what `work` says it did."""
        self.watch.start()
        began = time.monotonic()
        done = work()
        took = time.monotonic() - began
        taken, _, _ = self.watch.stop()
        redis = taken.pop("redis")
        return {"redis": (redis - self.idle["redis"] * took) / done,
                "nginx": (sum(taken.values()) - self.idle["nginx"] * took) / done}


def one_number(gateways, run, stack, redis):
    held = tokens.make_tokens(tokens.make_users(1), run.options.invalidations)
    stack.redis_pipe("", tokens.redis_commands(held, stack.started_at))
    costs = Costs(gateways, stack, run.options.duration)
    times = invalidate(gateways, redis, held) if gateways else []
    one = costs.of(lambda: write(redis, 1, run.options.writes))
    burst = costs.of(lambda: write(redis, AT_ONCE, run.options.writes))
    return {"heard_ms": times, "idle_ns": costs.idle, "write_ns": one, "burst_ns": burst,
            "connections": stack.redis_info("connected_clients"),
            "memory": stack.redis_info("mem_clients_normal")}


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

    def microseconds(costs, name):
        return f"{costs[name] / 1e3 / (max(1, count) if name == 'nginx' else 1):.1f}"
    return (str(count), f"{statistics.median(heard):.2f}" if heard else "-",
            f"{max(heard):.2f}" if heard else "-", f"{one['idle_ns']['redis'] / 1e6:.2f}",
            *(microseconds(one[costs], name)
              for name in ("redis", "nginx") for costs in ("write_ns", "burst_ns")),
            str(one["connections"]), f"{one['memory'] / 1024:.0f}")
