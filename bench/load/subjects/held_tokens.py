"""What a request costs by how many tokens the gateway's memory holds, and how much memory that is."""

import dataclasses

import command
import measure
import report
import statistics_of
import tokens
from contenders import CONTENDERS, REFERENCE, module

NAME = "tokens"
HEAD = ("tokens in memory", "gateway µs", "× reference", "asked of Redis", "zone MiB", "bytes a token",
        "bytes a token in Redis")
# Half of the slots for grants are in use, as in bench_l1: 8 slots and 1024 bytes to a set, 11 of 16
# sets for grants.
BYTES_A_TOKEN = 2 * 128 * 16 / 11


def zone_kib(count):
    return 1024 + int(count * BYTES_A_TOKEN) // 1024


def one_size(count, run, stack, users, progress):
    """Of the gateway and the reference in turn, with the same tokens."""
    by_name = {contender.name: contender for contender in CONTENDERS}
    reference = by_name[REFERENCE]
    held = dataclasses.replace(by_name["module-l1"], gateway=module(zone=f"{zone_kib(count)}k"),
                               helpers=("redis",))
    known = tokens.make_tokens(users, count)
    used = stack.redis_info("used_memory")
    stack.redis_pipe("", tokens.redis_commands(known, stack.started_at))
    in_redis = (stack.redis_info("used_memory") - used) / count
    file = stack.write_texts("held.tokens", known)
    gateways = {contender.name: contender.gateway.start(f"{contender.name}-{count}", stack, 1)
                for contender in (reference, held)}
    measure.fill(gateways[held.name].port, file, count)
    samples = []
    for number in range(run.options.rounds):
        sample, _ = measure.measure_in_turn(held, reference, gateways, stack, run.options.duration, file,
                                            number * count // run.options.rounds, number)
        samples.append(sample)
        progress.step(f"{count:>9,} tokens {sample.gateway_us:8.1f} µs")
    for gateway in gateways.values():
        run.programs.stop(gateway.program)
    stack.redis_pipe("", tokens.delete_commands(known))
    return {"bytes_in_redis": in_redis, **statistics_of.summary(samples)}


def measure_subject(run, stack):
    users = tokens.make_users()
    stack.redis("", "CONFIG", "SET", "maxmemory", "0")  # conf/redis.conf has room for fewer than a million
    sizes = run.options.tokens
    progress = command.Progress(len(sizes) * run.options.rounds)
    results = {count: one_size(count, run, stack, users, progress) for count in sizes}
    rows = [(f"{count:,}", report.with_spread(one["gateway_us"], 1), report.with_spread(one["ratio"], 2),
             f"{one['redis_found'][0]:.1%}", f"{zone_kib(count) / 1024:,.1f}",
             f"{zone_kib(count) * 1024 / count:,.0f}", f"{one['bytes_in_redis']:.0f}")
            for count, one in results.items()]
    return report.markdown(HEAD, rows), results
