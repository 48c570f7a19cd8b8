#!/usr/bin/python3
"""Measures how soon a revocation holds: from the service's answer to the first request that is refused,
and to the end of the token's open WebSocket, with other streams and requests under way.
"""

import asyncio
import os
import pathlib
import signal
import statistics

import command
import measure
import streams
import tokens
from http_stream import Account, Connection
from processes import Problem

LOAD_CONNECTIONS = 100
LOAD_TOKENS = 10_000
# Until wrk has begun on all its connections.
LOAD_STARTS = 1.0
# What no revocation may take, by far; then it is said to have failed.
PATIENCE = 10.0
NAMES = {"answered": "the service's answer, after the question",
         "last_passed": "last request that passed, sent",
         "first_refused": "first request refused", "stream_ended": "WebSocket ended"}
BUCKETS_MS = (0, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, 10_000)


def arguments():
    parser = command.parser(__doc__, "revocation-TIME")
    parser.add_argument("--streams", type=int, default=2000, help="WebSockets open, each with its token")
    parser.add_argument("--rate", type=int, default=5000, help="requests a second meanwhile")
    parser.add_argument("--revocations", type=int, default=500)
    parser.add_argument("--interval", type=int, default=20, help="milliseconds from one to the next")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="nginx's worker processes")
    options = parser.parse_args()
    if options.small:
        options.streams, options.rate, options.revocations = 50, 1000, 20
    if not 1 <= options.revocations <= options.streams:
        parser.error("as many revocations as streams at most: each ends one")
    if options.rate < LOAD_CONNECTIONS or options.rate > 1000 * LOAD_CONNECTIONS:
        parser.error(f"the rate must be {LOAD_CONNECTIONS} to {1000 * LOAD_CONNECTIONS}")
    return options


def start_load(stack, gateway, rate):
    file = stack.write_texts("load.tokens", stack.known)
    pause = 1000 * LOAD_CONNECTIONS // rate
    return stack.programs.start(
        "load", measure.wrk_command(gateway.port, 86_400, LOAD_CONNECTIONS, file, 0, f"pause={pause}"), how=signal.SIGINT)


class Probe:
    """Asks with one token, again and again, until it is refused."""

    def __init__(self, port, token):
        self.port = port
        self.headers = {"X-Access-Token": token.text}
        self.passed = 0
        self.last_passed = 0.0
        self.refused = 0.0
        # Requests that were under way when the token was revoked, and were cut like streams.
        self.cut = 0
        self.warm = asyncio.Event()

    async def run(self):
        connection = await Connection.open(self.port)
        while not self.refused:
            try:
                self.note(*await connection.exchange("GET", "/", self.headers))
            except (asyncio.IncompleteReadError, ConnectionError):
                self.cut += 1
                connection.close()
                connection = await Connection.open(self.port)
        connection.close()

    def note(self, sent, came, status, _):
        if status == 401:
            self.refused = came
        elif status == 200:
            self.passed += 1
            self.last_passed = sent
        else:
            raise Problem(f"a good token is answered {status}")
        if self.passed == 3:
            self.warm.set()


async def revoke_one(account, port, token, stream, cuts):
    """Milliseconds: the service's answer after it was asked; and after that answer the last request that
    was sent and passed, the first refusal's arrival, the stream's end. What came before the answer
    counts as 0."""
    probe = Probe(port, token)
    task = asyncio.create_task(probe.run())
    try:
        await asyncio.wait_for(probe.warm.wait(), PATIENCE)
    except asyncio.TimeoutError:
        raise Problem("a token is refused, or not answered, before it is revoked") from None
    asked, answered = await account.revoke(token.token_id)
    try:
        await asyncio.wait_for(task, PATIENCE)
        ended = await asyncio.wait_for(asyncio.shield(stream.ended), PATIENCE) if cuts else None
    except asyncio.TimeoutError:
        raise Problem(f"a revocation did not hold within {PATIENCE:.0f} seconds") from None

    def after(moment):
        return max(0.0, (moment - answered) * 1000)
    return {"answered": (answered - asked) * 1000, "last_passed": after(probe.last_passed),
            "first_refused": after(probe.refused), "stream_ended": after(ended) if cuts else None,
            "requests_cut": probe.cut}


async def revoke_all(stack, gateway, options, cuts):
    account = await Account.register(stack.ports[""].public)
    held = stack.add_known(tokens.make_tokens([account.user_id], options.streams))
    opened = await streams.open_all(gateway.port, held)
    load = start_load(stack, gateway, options.rate)
    await asyncio.sleep(LOAD_STARTS)
    times, progress = [], command.Progress(options.revocations)
    for index in range(options.revocations):
        times.append(await revoke_one(account, gateway.port, held[index], opened[index], cuts))
        await asyncio.sleep(options.interval / 1000)
        if (index + 1) % 50 == 0:
            progress.step("revoked", 50)
    still_open = sum(stream.is_open for stream in opened)
    load.stop(signal.SIGINT)
    for stream in opened:
        stream.close()
    wanted = options.streams - (options.revocations if cuts else 0)
    if still_open != wanted:
        raise Problem(f"{still_open} streams are open in the end, not {wanted}")
    return times, measure.wrk_result(pathlib.Path(load.log).read_text(encoding="utf-8"))


def figures(values):
    ordered = sorted(values)
    return {"count": len(ordered), "p50_ms": statistics.median(ordered),
            "p99_ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], "max_ms": ordered[-1],
            "histogram": [[low, high, sum(low < value <= high for value in ordered)]
                          for low, high in zip((-1, *BUCKETS_MS), BUCKETS_MS)]}


def print_figures(what, one):
    print(f"\n{what}: p50 {one['p50_ms']:.2f} ms, p99 {one['p99_ms']:.2f} ms, max {one['max_ms']:.2f} ms")
    for low, high, count in one["histogram"]:
        if count:
            name = "not after the answer" if low < 0 else f"{low:g} to {high:g} ms"
            print(f"  {name:>20}  {count:6}  {'#' * max(1, round(50 * count / one['count']))}")


def print_all(options, results, times, load):
    per_second = load["requests"] * 1e6 / load["duration_us"]
    print(f"\nin milliseconds after the service's answer to the revocation, unless it says otherwise;\n"
          f"{options.streams} streams open, {per_second:.0f} requests a second besides, "
          f"{load['refused'] + load['errors']} of them failed")
    for name, one in results.items():
        print_figures(NAMES[name], one)
    if "stream_ended" in results:
        print(f"\n{sum(one['requests_cut'] for one in times)} requests were cut, being under way with a "
              "token that was revoked")
    else:
        print(f"\nthis build of the module has no {streams.CUT}: streams were not cut")


def finish(run, times, load):
    results = {name: figures([one[name] for one in times]) for name in NAMES if times[0][name] is not None}
    print_all(run.options, results, times, load)
    run.write({}, load=load, results=results, revocations=times)
    if load["refused"] + load["errors"]:
        raise Problem("requests failed that had nothing to do with the revocations")


def main():
    options = arguments()
    with command.running(options, "revocation-") as run:
        stack = run.stack()
        stack.start()
        stack.make_tokens(LOAD_TOKENS)
        target = streams.start_target(stack, run.build)
        gateway = streams.start_gateway("gateway", stack, options.workers, target)
        cuts = streams.can_cut(stack)
        times, load = asyncio.run(revoke_all(stack, gateway, options, cuts))
        finish(run, times, load)


if __name__ == "__main__":
    command.run_as_program(main)
