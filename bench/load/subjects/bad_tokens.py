"""Bad tokens a second: what refusing them costs, and whether it costs those who have good ones anything."""

import dataclasses

import command
import measure
import report
import statistics_of
import tokens
from contenders import CONTENDERS
from processes import Problem

NAME = "bad"
HEAD = ("tokens", "req/s", "gateway µs", "helpers µs", "asked of Redis", "p99 µs")
# Each second, more than are refused in it.
UNKNOWN_A_SECOND = 25_000


def measure_subject(run, stack):
    options = run.options
    contender = dataclasses.replace(next(one for one in CONTENDERS if one.name == "module-l1"),
                                    helpers=("service", "postgres", "redis"))
    gateway = contender.gateway.start("bad-tokens", stack, 1)
    nobody = tokens.make_users(1)
    bad = tokens.make_tokens(nobody, options.duration * options.rounds * UNKNOWN_A_SECOND)
    files = {"good": stack.write_texts("good.tokens", stack.known),
             "bad, the same again": stack.write_texts("same.tokens", bad[:100]),
             "bad, never the same": stack.write_texts("bad.tokens", bad)}
    measure.fill(gateway.port, files["good"], len(stack.known))
    files["good, afterwards"] = files["good"]
    results, progress = {}, command.Progress(len(files) * options.rounds)
    for what, file in files.items():
        samples, asked = [], 0
        for number in range(options.rounds):
            sample = measure.measure(contender, gateway, stack, options.duration, file, asked, number)
            asked += sample.requests
            if sample.refused != (sample.requests if what.startswith("bad") else 0) or sample.errors:
                raise Problem(f"{what}: of {sample.requests} requests {sample.refused} were refused "
                              f"and {sample.errors} failed")
            samples.append(sample)
            progress.step(f"{what:<20} {sample.per_second:8.0f} req/s")
        results[what] = statistics_of.summary(samples)
    run.programs.stop(gateway.program)
    rows = [(what, f"{one['per_second'][0]:,.0f}", report.with_spread(one["gateway_us"], 1),
             report.helpers_text(one["helpers_us"]),
             f"{one['redis_found'][0] + one['redis_missed'][0]:.1%}", f"{one['p99_us'][0]:,.0f}")
            for what, one in results.items()]
    return report.markdown(HEAD, rows), results
