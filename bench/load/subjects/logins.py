"""Logins a second, beside what Argon2 alone takes for the same password: nothing else should count."""

import asyncio
import ctypes
import time

import command
import measure
import report
from http_stream import Account

NAME = "logins"
HEAD = ("at once", "logins/s", "p50 ms", "service ms of CPU", "PostgreSQL ms", "Argon2 alone ms",
        "service ÷ Argon2")
ARGON2 = "libargon2.so.1"
VERIFICATIONS = 10


def argon2_alone(hashed, password):
    """Milliseconds of CPU of one verification with the library that the service uses, without any thread
    of its own."""
    library = ctypes.CDLL(ARGON2)
    began = time.process_time()
    for _ in range(VERIFICATIONS):
        if library.argon2id_verify(hashed.encode(), password.encode(), len(password)) != 0:
            raise AssertionError("the hash in the database is not the password's")
    return (time.process_time() - began) * 1000 / VERIFICATIONS


async def log_in_for(accounts, seconds):
    """How long each took."""
    times = []
    deadline = time.monotonic() + seconds

    async def one(account):
        while time.monotonic() < deadline:
            began = time.monotonic()
            await account.log_in()
            times.append(time.monotonic() - began)
    await asyncio.gather(*map(one, accounts))
    return sorted(times)


async def measure_all(run, stack):
    options = run.options
    accounts = [await Account.register(stack.ports[""].public, f"login{number}")
                for number in range(max(options.logins))]
    hashed = stack.sql(f"SELECT hashed_password FROM users WHERE id = '{accounts[0].user_id}'").strip()
    watch = measure.Watch(stack.helpers(""))
    results, progress = {}, command.Progress(len(options.logins))
    for count in options.logins:
        watch.start()
        began = time.monotonic()
        times = await log_in_for(accounts[:count], options.duration)
        took = time.monotonic() - began
        taken, _, _ = watch.stop()
        alone = argon2_alone(hashed, accounts[0].who["password"])
        results[count] = {"per_second": len(times) / took, "p50_ms": times[len(times) // 2] * 1000,
                          "service_ms": taken["service"] / 1e6 / len(times),
                          "postgres_ms": taken["postgres"] / 1e6 / len(times), "argon2_ms": alone}
        progress.step(f"{count:>3} at once {results[count]['per_second']:7.1f} logins/s")
    return results


def measure_subject(run, stack):
    results = asyncio.run(measure_all(run, stack))
    return report.markdown(HEAD, [
        (str(count), f"{one['per_second']:.1f}", f"{one['p50_ms']:.0f}", f"{one['service_ms']:.1f}",
         f"{one['postgres_ms']:.1f}", f"{one['argon2_ms']:.1f}", f"{one['service_ms'] / one['argon2_ms']:.2f}")
        for count, one in results.items()]), results
