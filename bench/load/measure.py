"""One measurement: wrk against one contender, or against it and the reference in turn, and what everybody
took meanwhile."""

import dataclasses
import json
import os
import pathlib
import resource
import time

import accounting
from processes import Problem, run, run_together
from stack import program

SCRIPT = pathlib.Path(__file__).parent / "tokens.lua"
CONNECTIONS = 32
# So short that a machine whose speed changes within seconds is the same one for both; long beside what a
# processor's caches need to fill.
TURN_MS = 100
# What any machine manages, about.
FILLED_A_SECOND = 20_000


@dataclasses.dataclass
class Sample:
    """Times in microseconds a request, but for latencies and shares."""

    contender: str
    round: int
    requests: int
    per_second: float
    p50_us: int
    p99_us: int
    max_us: int
    refused: int
    errors: int
    gateway_us: float
    reference_us: float | None  # what the reference took, in turn with it
    helpers_us: dict
    pss: int
    rss: int
    redis_found: float
    redis_missed: float
    # Of the machine's processors, by programs that are none of ours, and by other virtual machines.
    others: float
    stolen: float


def wrk_command(port, seconds, connections, *arguments):
    return [program("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT),
            f"http://127.0.0.1:{port}/", "--", *map(str, arguments)]


def wrk_result(said):
    for line in said.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise Problem("wrk printed no result")


def wrk(port, seconds, tokens_file, skip=0):
    return wrk_result(run(wrk_command(port, seconds, CONNECTIONS, tokens_file, skip)))


def fill(port, tokens_file, count):
    """Every token of the file asked for at least once."""
    asked = 0
    while asked < count:
        # wrk takes seconds to read a large file.
        seconds = 1 + (count - asked) // FILLED_A_SECOND
        asked += wrk(port, seconds, tokens_file, asked)["requests"]


class Watch:
    """What was taken between start() and stop(), by name."""

    def __init__(self, programs):
        self.programs = programs

    def _read(self):
        family = accounting.children()
        taken = {name: accounting.cpu_of(program.pid, family) for name, program in self.programs.items()}
        own = sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
                  for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return taken, own, accounting.machine_cpu(), time.monotonic()

    def start(self):
        self.before = self._read()

    def stop(self):
        """Nanoseconds by name; the shares of the machine that others took and that were stolen."""
        (taken_0, own_0, (busy_0, stolen_0), at_0) = self.before
        (taken_1, own_1, (busy_1, stolen_1), at_1) = self._read()
        taken = {name: accounting.cpu_between(taken_0[name], taken_1[name]) for name in taken_0}
        available = (at_1 - at_0) * 1e9 * os.cpu_count()
        ours = sum(taken.values()) + (own_1 - own_0) * 1e9
        return taken, max(0.0, busy_1 - busy_0 - ours) / available, (stolen_1 - stolen_0) / available


def measure(contender, gateway, stack, seconds, tokens_file, skip, number):
    """A Sample of the contender on its own."""
    command = wrk_command(gateway.port, seconds, CONNECTIONS, tokens_file, skip)
    sample, = _measure([(contender, gateway, command)], stack, seconds, number)
    return sample


def measure_in_turn(contender, reference, gateways, stack, seconds, tokens_file, skip, number):
    """Samples of both, each asked every other TURN_MS, for `seconds` in all. `gateways` is theirs by name."""
    asked = [(one, gateways[one.name],
              wrk_command(gateways[one.name].port, 2 * seconds, CONNECTIONS, tokens_file, skip,
                          f"turn={TURN_MS},{turn}"))
             for turn, one in enumerate((contender, reference))]
    sample, other = _measure(asked, stack, seconds, number)
    sample.reference_us = other.gateway_us
    return sample, other


def _measure(asked, stack, seconds, number):
    """What is said of helpers and Redis is the first one's."""
    first = asked[0][0]
    programs = {**stack.helpers(first.kind), **{one.name: gateway.program for one, gateway, _ in asked}}
    watch = Watch(programs)
    lookups = stack.redis_lookups(first.kind)
    watch.start()
    said = run_together([command for _, _, command in asked])
    time.sleep(max(one.trails for one, _, _ in asked))
    taken, others, stolen = watch.stop()
    found, missed = (now - then for now, then in zip(stack.redis_lookups(first.kind), lookups))
    samples = []
    for (one, gateway, _), result in zip(asked, map(wrk_result, said)):
        requests = max(1, result["requests"])
        pss, rss = accounting.memory_of(gateway.program.pid)
        per_request = {name: nanoseconds / 1000 / requests for name, nanoseconds in taken.items()}
        found_by, missed_by = (found, missed) if one is first else (0, 0)
        samples.append(Sample(
            one.name, number, result["requests"], result["requests"] / seconds,
            result["p50_us"], result["p99_us"], result["max_us"], result["refused"], result["errors"],
            per_request[one.name], None, {name: per_request[name] for name in one.helpers},
            pss, rss, found_by / requests, missed_by / requests, others, stolen))
    return samples
