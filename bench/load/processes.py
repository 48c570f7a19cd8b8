"""Programs of one run: on free ports, known by pid, stopped in reverse order, whatever happens."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class Problem(Exception):
    """One line for whoever started the suite."""


class Program:
    """One started program, with its log."""

    def __init__(self, name, process, log):
        self.name = name
        self.process = process
        self.log = log

    @property
    def pid(self):
        return self.process.pid

    def last_line(self):
        with contextlib.suppress(OSError):
            with open(self.log, encoding="utf-8", errors="replace") as file:
                lines = [line.strip() for line in file if line.strip()]
            if lines:
                return lines[-1]
        return "it said nothing"

    def await_until(self, condition, seconds=30):
        """Until condition() is true; a Problem when the program ends before, or takes too long."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                raise Problem(f"{self.name} ended: {self.last_line()} ({self.log})")
            if time.monotonic() > deadline:
                raise Problem(f"{self.name} did not answer within {seconds} seconds ({self.log})")
            time.sleep(0.02)

    def stop(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


class Programs:
    """A private directory, and all that runs in it. Use as a context manager."""

    def __init__(self, keep=False):
        self.keep = keep
        self.directory = tempfile.mkdtemp(prefix="zenzefi-bench-")
        # PostgreSQL runs as another user when this is root.
        os.chmod(self.directory, 0o711)
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        before = {number: signal.signal(number, signal.SIG_IGN)
                  for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        for program, how in reversed(self.running):
            program.stop(how)
        if self.running and (self.keep or (kind is not None and issubclass(kind, Problem))):
            print(f"logs are kept in {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(self, program):
        """Before the others."""
        how, = (how for running, how in self.running if running is program)
        program.stop(how)
        self.running.remove((program, how))

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def make_directory(self, name):
        os.makedirs(self.path(name), exist_ok=True)
        return self.path(name)

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def start(self, name, command, *, how=signal.SIGTERM, user=None, environment=None):
        """Apart from the terminal, so that Ctrl-C reaches this program alone; dies with it even if it
        is killed."""
        as_user = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
        log = self.path(f"{name}.log")
        with open(log, "ab") as output:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", how.name.removeprefix("SIG"), *as_user, "--", *command],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, **(environment or {})}, cwd=self.directory)
        program = Program(name, process, log)
        self.running.append((program, how))
        return program


def end_on_signals():
    """Ctrl-C, and being asked to end, unwind the stack: what was started is stopped on the way."""
    def leave(number, _):
        raise SystemExit(128 + number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def raise_open_files():
    """As many as this user may have, also for all that is started."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def free_ports(count):
    """Different ones: all are held until the last is found."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(command, *, text=None, environment=None, user=None):
    """To its end; standard output. A Problem with what it said if it fails."""
    as_user = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] if user else []
    result = subprocess.run([*as_user, *command], input=text, capture_output=True, text=True,
                            check=False, env={**os.environ, **(environment or {})})
    if result.returncode != 0:
        said = (result.stderr.strip() or result.stdout.strip() or "nothing").splitlines()[-1]
        raise Problem(f"{command[0]} failed: {said}")
    return result.stdout


def run_together(commands):
    """Started at once, each to its end; their standard output. A Problem if one fails."""
    with contextlib.ExitStack() as stack:
        processes = []
        for command in commands:
            process = stack.enter_context(subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
            stack.callback(process.kill)
            processes.append(process)
        said = [process.communicate()[0] for process in processes]
        for command, process, words in zip(commands, processes, said):
            if process.returncode != 0:
                raise Problem(f"{command[0]} failed: {(words.strip() or 'nothing').splitlines()[-1]}")
    return said
