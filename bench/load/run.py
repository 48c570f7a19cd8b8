#!/usr/bin/python3
"""Measures what the gateway costs, beside what people use instead, each in turn with the reference.

Everything runs on this machine, on free ports, in a private directory, and is stopped at the end.
See bench/README.md for what is measured and how to read it.
"""

import dataclasses
import random
import time

import command
import measure
import picture
import proof
import report
import statistics_of
from command import say
from contenders import CONTENDERS, REFERENCE
from processes import Problem

# More than a second can use, as one measurement asks for each only once.
FRESH_A_SECOND = 25_000
# Nanoseconds of CPU in a tenth of a second, by everything that waits: heartbeats and little else.
QUIET = 10_000_000
SETTLES = 5.0
SETTLES_SMALL = 0.5


def arguments():
    names = [contender.name for contender in CONTENDERS]
    parser = command.parser(__doc__, "TIME")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--duration", type=int, default=3, help="seconds that each is asked in one round, and the reference as long")
    parser.add_argument("--contenders", default=",".join(names), metavar="NAME,...",
                        help="which of: " + ", ".join(names))
    parser.add_argument("--tokens", type=int, default=10_000, help="that are asked for in turn")
    parser.add_argument("--workers", type=int, default=1, help="processes or threads of each gateway")
    options = parser.parse_args()
    if options.small:
        options.rounds, options.duration, options.tokens = 1, 1, 1000
    options.contenders = command.chosen(parser, options.contenders, names, "contender")
    if min(options.rounds, options.duration, options.tokens, options.workers) < 1:
        parser.error("rounds, duration, tokens and workers must be at least 1")
    return options


def in_order(contenders, number):
    """In another order in each round, so that nobody always comes after the same one. The reference takes
    turns with each, and is measured on its own only if there is no other."""
    others = [contender for contender in contenders if contender.name != REFERENCE]
    random.Random(number).shuffle(others)
    return others or contenders


def measurements(options, contenders):
    return options.rounds * len(in_order(contenders, 1))


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
        self.known_file = self.stack.write_texts("known.tokens", self.stack.known)
        self.fresh_file = self.stack.write_texts("fresh.tokens", self.stack.fresh)
        for contender in self.contenders:
            if contender.remembers:
                measure.fill(self.gateways[contender.name].port, self.known_file, len(self.stack.known))

    def rounds(self):
        progress = command.Progress(measurements(self.options, self.contenders))
        for number in range(1, self.options.rounds + 1):
            for contender in in_order(self.contenders, number):
                samples = self.one(contender, number)
                self.samples += samples
                progress.step(f"round {number} {contender.name:<18} " + ", ".join(
                    f"{sample.per_second:8.0f} req/s {sample.gateway_us:8.1f} µs" for sample in samples))

    def one(self, contender, number):
        if contender.kind:
            self.stack.forget_fresh()
        else:
            self.asked += self.options.tokens // 7
        self.settle()
        file, skip = (self.fresh_file, 0) if contender.kind else (self.known_file, self.asked)
        samples = self.ask(contender, file, skip, number)
        for sample in samples:
            if sample.requests == 0 or sample.refused or sample.errors:
                raise Problem(f"{sample.contender}: of {sample.requests} requests {sample.refused} were refused "
                              f"and {sample.errors} failed; see {self.gateways[sample.contender].program.log} "
                              "and what is beside it")
        return samples

    def ask(self, contender, file, skip, number):
        seconds = self.options.duration
        reference = next((one for one in self.contenders if one.name == REFERENCE), contender)
        if reference is contender:
            gateway = self.gateways[contender.name]
            return [measure.measure(contender, gateway, self.stack, seconds, file, skip, number)]
        return measure.measure_in_turn(contender, reference, self.gateways, self.stack, seconds, file, skip, number)

    def settle(self):
        """Until all gateways and helpers have done with what came before, or that takes too long."""
        programs = {name: gateway.program for name, gateway in self.gateways.items()}
        watch = measure.Watch({**programs, **self.stack.programs_up})
        deadline = time.monotonic() + (SETTLES_SMALL if self.options.small else SETTLES)
        while time.monotonic() < deadline:
            watch.start()
            time.sleep(0.1)
            taken, _, _ = watch.stop()
            if sum(taken.values()) < QUIET:
                return

    def results(self):
        results = statistics_of.summarise(self.samples)
        return {contender.name: results[contender.name] for contender in self.contenders}


def write(run, suite):
    options, results = run.options, suite.results()
    remarks = report.remarks(results)
    caption = run.caption(f"{options.rounds} rounds of {options.duration} s; "
                          f"{len(suite.stack.known):,} tokens")
    table = report.table(results)
    say("\n" + "\n".join([table, "", *remarks, caption]))
    run.write({"table.md": "\n\n".join([table, *remarks, caption]) + "\n",
               "picture.svg": picture.picture(results, caption)},
              remarks=remarks, results=results,
              samples=[dataclasses.asdict(sample) for sample in suite.samples])


def main():
    options = arguments()
    with command.running(options) as run:
        stack = run.stack()
        contenders = command.able(options, stack)
        expected = measurements(options, contenders) * (2 * options.duration + 1.5) + 4 * len(contenders)
        say(f"{len(contenders)} contenders, {options.rounds} rounds of {options.duration} s: "
            f"about {command.clock(expected)}")
        stack.start(contenders)
        fresh = options.tokens if options.small else FRESH_A_SECOND * options.duration
        stack.make_tokens(options.tokens, fresh)
        suite = Suite(options, stack, contenders)
        suite.start()
        suite.rounds()
        write(run, suite)


if __name__ == "__main__":
    command.run_as_program(main)
