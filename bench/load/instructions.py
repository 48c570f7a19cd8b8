#!/usr/bin/python3
"""Counts the instructions that a request costs an nginx worker, where its CPU time would be noise.

Each gateway runs in callgrind, or is watched by perf. See bench/README.md for what is counted.
"""

import itertools
import socket
import time

import accounting
import command
import proof
import report
from command import say
from contenders import CONTENDERS, REFERENCE
from counters import Callgrind, Perf
from gateways import Nginx
from processes import Problem
from stack import BODY

TOKENS = 10_000
# Of which who remembers them is asked for these again and again.
REMEMBERED = 100
DEFAULT = "plain,headers,module-l1,module-limits,module-usage,module-redis"
HEAD = ("contender", "instructions", "more than headers", "idle, a second")


def arguments():
    names = [contender.name for contender in CONTENDERS if isinstance(contender.gateway, Nginx)]
    parser = command.parser(__doc__, "instructions-TIME")
    parser.add_argument("--requests", type=int, default=2000, help="counted in one measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contenders", default=DEFAULT, metavar="NAME,...",
                        help="which of: " + ", ".join(names))
    parser.add_argument("--idle", type=float, default=2.0,
                        help="seconds in which is counted what nobody asked for")
    parser.add_argument("--profile", type=int, default=0, metavar="LINES",
                        help="of each contender the functions that run most instructions themselves")
    parser.add_argument("--perf", action="store_true", help="let the processor count, not callgrind")
    options = parser.parse_args()
    if options.small:
        options.requests, options.rounds, options.idle = 50, 1, 0.3
        options.contenders = "headers,module-l1"
    options.contenders = command.chosen(parser, options.contenders, names, "nginx among the contenders named")
    if min(options.requests, options.rounds) < 1:
        parser.error("requests and rounds must be at least 1")
    return options


class Client:
    """One connection, one request at a time: the same work for the worker each time."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def ask(self, token):
        self.socket.sendall(f"GET / HTTP/1.1\r\nHost: bench\r\nX-Access-Token: {token.text}\r\n\r\n".encode())
        answer = b""
        while len(answer.partition(b"\r\n\r\n")[2]) < BODY:
            got = self.socket.recv(65536)
            answer += got
            if not got or not answer.startswith(b"HTTP/1.1 200 "):
                raise Problem(f"a good token is answered: {answer[:60]!r}")


class Subject:
    """A gateway whose worker is counted, and who asks it."""

    def __init__(self, contender, stack, counter):
        self.name = contender.name
        tokens = stack.fresh if contender.kind else stack.known
        gateway = contender.gateway.start(contender.name, stack, 1, counter.wrapper)
        proof.prove(contender, gateway.port, proof.samples(tokens))
        # The worker is the first child of the master; a cache's processes come after it.
        self.pid = min(accounting.tree(gateway.program.pid)[1:])
        self.client = Client(gateway.port)
        self.counter = counter
        self.tokens = itertools.cycle(tokens if any(contender.lookups) else tokens[:REMEMBERED])
        self.ask(REMEMBERED)

    def ask(self, requests):
        for token in itertools.islice(self.tokens, requests):
            self.client.ask(token)

    def idle(self, seconds):
        """Instructions a second of what nobody asked for, as heartbeats."""
        with self.counter.counting(self.pid) as counted:
            began = time.monotonic()
            time.sleep(seconds)
            took = time.monotonic() - began
        return counted[0] / took

    def per_request(self, requests, idle):
        with self.counter.counting(self.pid) as counted:
            began = time.monotonic()
            self.ask(requests)
            took = time.monotonic() - began
        return (counted[0] - idle * took) / requests


def table(figures):
    """Of the lowest counts: whatever disturbs adds to them."""
    lowest = {name: min(one["counts"]) for name, one in figures.items()}
    base = lowest.get(REFERENCE)
    return report.markdown(HEAD, [
        (name, f"{count:,.0f}", "-" if base is None else f"{count - base:+,.0f}",
         f"{figures[name]['idle']:,.0f}") for name, count in lowest.items()])


def profile_table(name, profile):
    return report.markdown(("a request", f"function, in {name}"),
                           [(f"{count:,.0f}", function) for count, function in profile])


def measure(options, contenders, stack, counter):
    figures = {}
    progress = command.Progress(len(contenders) * options.rounds)
    for contender in contenders:
        subject = Subject(contender, stack, counter)
        idle = subject.idle(options.idle)
        one = figures[contender.name] = {"idle": idle, "counts": []}
        for _ in range(options.rounds):
            one["counts"].append(subject.per_request(options.requests, idle))
            progress.step(f"{contender.name:<18} {one['counts'][-1]:10,.0f} instructions a request")
        one["profile"] = [(count / options.requests, function)
                          for count, function in counter.profile(subject.pid, options.profile)]
    return figures


def main():
    options = arguments()
    with command.running(options, "instructions-") as run:
        counter = (Perf if options.perf else Callgrind)(run.programs)
        stack = run.stack()
        contenders = command.able(options, stack)
        say(f"{len(contenders)} contenders, {options.rounds} rounds of {options.requests} requests, "
            f"counted by {counter.name}")
        stack.start(contenders)
        stack.make_tokens(TOKENS, options.rounds * options.requests + 2 * REMEMBERED)
        figures = measure(options, contenders, stack, counter)
        caption = run.caption(f"{options.requests} requests over one connection, counted by {counter.name}, "
                              f"the lowest of {options.rounds}")
        profiles = [profile_table(name, one["profile"]) for name, one in figures.items() if one["profile"]]
        text = "\n\n".join([table(figures), caption, *profiles]) + "\n"
        say("\n" + text)
        run.write({"instructions.md": text}, results=figures)


if __name__ == "__main__":
    command.run_as_program(main)
