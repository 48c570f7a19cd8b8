"""Open WebSockets: how much memory each takes, and how soon all of one user's, or all there are, are cut."""

import asyncio
import time

import accounting
import command
import report
import tokens
from http_stream import Account
from processes import Problem
from raw_stream import Redis, await_ends, ended, open_stream
from streams import can_cut, start_gateway, start_plain, start_target

NAME = "streams"
WORKERS = 2
MEMORY_HEAD = ("streams open", "gateway MiB", "KiB a stream", "plain nginx MiB", "KiB a stream")
CUT_HEAD = ("cut", "streams", "first ms", "half ms", "last ms")
# Of each so many streams one is the user's whose access ends.
ONE_OF = 10


def grow(gateway, held, sizes, progress):
    """The streams, and the gateway's memory before and at each size."""
    opened, memory = [], {0: accounting.memory_of(gateway.program.pid)[0]}
    for size in sizes:
        opened += [open_stream(gateway.port, token) for token in held[len(opened):size]]
        memory[size] = accounting.memory_of(gateway.program.pid)[0]
        progress.step(f"{size:>6,} streams, {memory[size] / 2**20:.1f} MiB")
    return opened, memory


def after(ends, moment):
    """First, half and last of them, in milliseconds after it; what came before counts as 0."""
    return [max(0.0, (ends[index] - moment) * 1000) for index in (0, len(ends) // 2, -1)]


async def cut_one_user(stack, user_id):
    """When the answer to the deactivation was there."""
    administrator = await Account.register(stack.ports[""].public, "administrator")
    stack.sql(f"UPDATE users SET role = 'admin' WHERE id = '{administrator.user_id}'")
    await administrator.log_in()
    _, answered = await administrator.deactivate(user_id)
    return answered


def cut(stack, held, opened, one):
    """Of the user `one` by deactivation, counted from the service's answer; then of the others, who are
    revoked in Redis all at once, counted from the first of the commands."""
    mine = [stream for stream, token in zip(opened, held) if token.user_id == one]
    others = [(stream, token) for stream, token in zip(opened, held) if token.user_id != one]
    answered = asyncio.run(cut_one_user(stack, one))
    results = {"one user's": {"streams": len(mine), "ms": after(await_ends(mine), answered)}}
    if ended(stream for stream, _ in others):
        raise Problem("streams of others were cut")
    # The database first, as the service does it: who cannot ask Redis asks there.
    owners = ", ".join(f"'{owner}'" for owner in {token.user_id for _, token in others})
    stack.sql(f"UPDATE access_tokens SET revoked_at = now() WHERE user_id IN ({owners});")
    redis = Redis(stack.ports[""].redis)
    began = time.monotonic()
    redis.send(tokens.revoke_commands(token for _, token in others))
    ends = await_ends([stream for stream, _ in others])
    results["all at once"] = {"streams": len(others), "ms": after(ends, began)}
    redis.await_ok(len(others))
    return results


def measure_subject(run, stack):
    sizes = run.options.streams
    target = start_target(stack, run.build)
    users = tokens.make_users(ONE_OF)
    stack.sql(tokens.users_sql(users))
    held = stack.add_known(tokens.make_tokens(users, max(sizes)))
    progress = command.Progress(2 * len(sizes))
    plain = start_plain("plain-streams", stack, WORKERS, target)
    opened, plain_memory = grow(plain, held, sizes, progress)
    for stream in opened:
        stream.close()
    run.programs.stop(plain.program)
    gateway = start_gateway("streams", stack, WORKERS, target)
    opened, memory = grow(gateway, held, sizes, progress)
    cuts = cut(stack, held, opened, users[0]) if can_cut(stack) else {}
    for stream in opened:
        stream.close()
    run.programs.stop(gateway.program)

    def columns(measured, size):
        return f"{measured[size] / 2**20:.1f}", f"{(measured[size] - measured[0]) / 1024 / max(1, size):.1f}"
    rows = [(f"{size:,}", *columns(memory, size), *columns(plain_memory, size)) for size in memory]
    cut_rows = [(what, f"{one['streams']:,}", *(f"{value:.1f}" for value in one["ms"]))
                for what, one in cuts.items()]
    table = report.markdown(MEMORY_HEAD, rows) + "\n\n" + report.markdown(CUT_HEAD, cut_rows)
    return table, {"memory": memory, "plain_memory": plain_memory, "cuts": cuts}
