#!/usr/bin/python3
"""A command of the suite that is interrupted leaves no process and no directory, and one that is killed
leaves no process.
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
# What the commands are doing, and have running, when they have said this.
MOMENTS = (("run.py", "[1/", signal.SIGINT), ("instructions.py", "[1/", signal.SIGKILL))
# A hang, by far.
PATIENCE = 120


def processes_of(directory):
    """Those that run, or were told to do something, in it."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            command = pathlib.Path(f"/proc/{name}/cmdline").read_bytes().decode(errors="replace")
            if directory in command or os.readlink(f"/proc/{name}/cwd").startswith(directory):
                found.append(f"{name}: {command}")
    return found


def await_none(directory):
    deadline = time.monotonic() + PATIENCE
    while processes_of(directory) and time.monotonic() < deadline:
        time.sleep(0.1)
    return processes_of(directory)


def interrupted(script, words, number, build, directory):
    """What is wrong afterwards, or nothing."""
    command = [HERE / script, "--small", "--contenders", "headers,plain,module-l1", "--build-dir", build,
               "--output", f"{directory}/results"]
    with subprocess.Popen(command, env={**os.environ, "TMPDIR": directory}, text=True,
                          stdout=subprocess.PIPE) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if words in line:
                if not processes_of(directory):
                    return "nothing was running"
                process.send_signal(number)
                break
        said += process.stdout.readlines()
        process.wait(PATIENCE)
    if number == signal.SIGKILL:
        left = await_none(directory)
    elif process.returncode != 128 + number:
        return f"it ended with {process.returncode}, having said:\n{''.join(said)}"
    else:
        left = processes_of(directory) + os.listdir(directory)
    return f"left behind: {left}" if left else ""


def main():
    failed = False
    for script, words, number in MOMENTS:
        with tempfile.TemporaryDirectory(prefix="zenzefi-interrupt-") as directory:
            os.chmod(directory, 0o711)
            problem = interrupted(script, words, number, sys.argv[1], directory)
            print(f"{script}, {number.name} at '{words}': {problem or 'nothing is left'}", flush=True)
            failed = failed or bool(problem)
    sys.exit(failed)


if __name__ == "__main__":
    main()
