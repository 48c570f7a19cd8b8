#!/usr/bin/python3
"""Measures what the gateway costs, beside what people use instead, in alternating rounds.

Everything runs on this machine, on free ports, in a private directory, and is stopped at the end.
See bench/README.md for what is measured and how to read it.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import random
import sys
import time

import measure
import picture
import proof
import report
import statistics_of
from contenders import CONTENDERS, missing
from processes import Problem, Programs, end_on_signals, raise_open_files
from stack import ROOT, Stack

TOKENS = 10_000
# More than a second can use, as one measurement asks for each only once.
FRESH_A_SECOND = 25_000
# Nanoseconds of CPU in a tenth of a second, by everything that waits: heartbeats and little else.
QUIET = 10_000_000


def arguments():
    names = [contender.name for contender in CONTENDERS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--duration", type=int, default=4, help="seconds of one measurement")
    parser.add_argument("--contenders", default=",".join(names), metavar="NAME,...",
                        help="which of: " + ", ".join(names))
    parser.add_argument("--workers", type=int, default=1, help="processes or threads of each gateway")
    parser.add_argument("--small", action="store_true", help="one short round, to see that it works")
    parser.add_argument("--build-dir", default=os.environ.get("BUILD_DIR") or str(ROOT / "build/release"))
    parser.add_argument("--output", help="directory for the results (build/bench/TIME)")
    parser.add_argument("--keep", action="store_true", help="keep logs and configurations")
    options = parser.parse_args()
    if options.small:
        options.rounds, options.duration = 1, 1
    unknown = set(options.contenders.split(",")) - set(names)
    if unknown:
        parser.error(f"there is no contender {', '.join(sorted(unknown))}")
    if min(options.rounds, options.duration, options.workers) < 1:
        parser.error("rounds, duration and workers must be at least 1")
    return options


def say(words):
    print(words, flush=True)


def chosen(options, stack):
    wanted = options.contenders.split(",")
    able = []
    for contender in CONTENDERS:
        if contender.name in wanted:
            why = missing(contender, stack.module)
            if why:
                say(f"left out: {contender.name}: {why}")
            else:
                able.append(contender)
    if not able:
        raise Problem("no contender is left")
    return able


class Suite:
    def __init__(self, options, stack, contenders):
        self.options = options
        self.stack = stack
        self.contenders = contenders
        self.gateways = {}
        self.asked = 0
        self.samples = []

    def start(self):
        for contender in self.contenders:
            gateway = contender.gateway.start(contender.name, self.stack, self.options.workers)
            good = proof.samples(self.stack.fresh if contender.kind else self.stack.known)
            proof.prove(contender, gateway.port, good)
            self.gateways[contender.name] = gateway
            say(f"proved: {contender.name}")
        programs = self.stack.programs
        self.known_file, self.fresh_file = (
            programs.write(name, "".join(token.text + "\n" for token in tokens))
            for name, tokens in (("known.tokens", self.stack.known), ("fresh.tokens", self.stack.fresh)))
        for contender in self.contenders:
            if contender.remembers:
                self.fill(contender)

    def fill(self, contender):
        """Every token asked for at least once."""
        asked = 0
        while asked < len(self.stack.known):
            asked += measure.wrk(self.gateways[contender.name].port, 1, self.known_file, asked)["requests"]

    def rounds(self):
        total = self.options.rounds * len(self.contenders)
        began = time.monotonic()
        for number in range(1, self.options.rounds + 1):
            # In another order each time, so that nobody always comes after the same one.
            for contender in random.Random(number).sample(self.contenders, len(self.contenders)):
                sample = self.one(contender, number)
                self.samples.append(sample)
                done = len(self.samples)
                left = (time.monotonic() - began) / done * (total - done)
                say(f"[{done:3}/{total}] round {number} {contender.name:<18} "
                    f"{sample.per_second:8.0f} req/s {sample.gateway_us:8.1f} µs; "
                    f"{clock(left)} to go")

    def one(self, contender, number):
        if contender.kind:
            self.stack.forget_fresh()
        else:
            self.asked += TOKENS // 7
        self.settle()
        file, skip = (self.fresh_file, 0) if contender.kind else (self.known_file, self.asked)
        gateway = self.gateways[contender.name]
        sample = measure.measure(contender, gateway, self.stack, self.options.duration, file, skip, number)
        if sample.requests == 0 or sample.refused or sample.errors:
            raise Problem(f"{contender.name}: of {sample.requests} requests {sample.refused} were refused "
                          f"and {sample.errors} failed; see {gateway.program.log} and what is beside it")
        return sample

    def settle(self):
        """Until all gateways and helpers have done with what came before."""
        programs = {name: gateway.program for name, gateway in self.gateways.items()}
        watch = measure.Watch({**programs, **self.stack.programs_up})
        for _ in range(50):
            watch.start()
            time.sleep(0.1)
            taken, _, _ = watch.stop()
            if sum(taken.values()) < QUIET:
                return

    def results(self):
        results = statistics_of.summarise(self.samples)
        return {contender.name: results[contender.name] for contender in self.contenders}


def clock(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def write(options, suite, machine, started):
    results = suite.results()
    directory = pathlib.Path(options.output or ROOT / "build/bench" / started.strftime("%Y%m%dT%H%M%SZ"))
    directory.mkdir(parents=True, exist_ok=True)
    remarks = report.remarks(results)
    caption = (f"{machine['processors']} × {machine['processor']}; {options.rounds} rounds of "
               f"{options.duration} s; {len(suite.stack.known):,} tokens; commit {machine['commit']}")
    (directory / "results.json").write_text(json.dumps({
        "started_at": started.isoformat(), "machine": machine, "options": vars(options),
        "remarks": remarks, "results": results,
        "samples": [dataclasses.asdict(sample) for sample in suite.samples]}, indent=1), encoding="utf-8")
    table = report.table(results)
    (directory / "table.md").write_text("\n\n".join([table, *remarks, caption]) + "\n", encoding="utf-8")
    (directory / "picture.svg").write_text(picture.picture(results, caption), encoding="utf-8")
    say("\n" + "\n".join([table, "", *remarks, caption, f"all of it is in {directory}"]))


def main():
    options = arguments()
    end_on_signals()
    raise_open_files()
    started = datetime.datetime.now(datetime.timezone.utc)
    machine = report.machine(ROOT)
    with Programs(options.keep) as programs:
        stack = Stack(programs, pathlib.Path(options.build_dir).resolve())
        contenders = chosen(options, stack)
        expected = options.rounds * len(contenders) * (options.duration + 0.5) + 4 * len(contenders)
        say(f"{len(contenders)} contenders, {options.rounds} rounds of {options.duration} s: "
            f"about {clock(expected)}")
        stack.start()
        stack.make_tokens(TOKENS, FRESH_A_SECOND * options.duration)
        suite = Suite(options, stack, contenders)
        suite.start()
        suite.rounds()
        write(options, suite, machine, started)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"bench: {problem}")
