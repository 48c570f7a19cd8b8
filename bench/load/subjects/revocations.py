"""Revocations a second: accounts that revoke their tokens over the REST API, each one after the other."""

import asyncio
import time

import command
import measure
import report
import tokens
from contenders import module
from http_stream import Account

NAME = "revocations"
HEAD = ("accounts at once", "revocations/s", "service ms", "PostgreSQL ms", "Redis ms", "nginx ms")
WATCHED = ("service", "postgres", "redis")


async def revoke_all(accounts, held):
    async def one(account, own):
        for token in own:
            await account.revoke(token.token_id)
    began = time.monotonic()
    await asyncio.gather(*(one(*pair) for pair in zip(accounts, held)))
    return time.monotonic() - began


async def measure_all(run, stack, gateway):
    options = run.options
    most = max(options.accounts)
    accounts = [await Account.register(stack.ports[""].public, f"revoker{number}") for number in range(most)]
    watch = measure.Watch({"nginx": gateway.program, **stack.helpers("")})
    results, progress = {}, command.Progress(len(options.accounts))
    for count in options.accounts:
        each = options.revocations // count
        held = [stack.add_known(tokens.make_tokens([account.user_id], each)) for account in accounts[:count]]
        watch.start()
        took = await revoke_all(accounts[:count], held)
        taken, _, _ = watch.stop()
        results[count] = {"per_second": count * each / took,
                          **{name: taken[name] / 1e6 / (count * each) for name in (*WATCHED, "nginx")}}
        progress.step(f"{count:>3} accounts {results[count]['per_second']:8.0f} revocations/s")
    return results


def measure_subject(run, stack):
    gateway = module().start("revocations", stack, 1)
    results = asyncio.run(measure_all(run, stack, gateway))
    run.programs.stop(gateway.program)
    rows = [(str(count), f"{one['per_second']:,.0f}", *(f"{one[name]:.2f}" for name in (*WATCHED, "nginx")))
            for count, one in results.items()]
    return report.markdown(HEAD, rows), results
