"""Two that count the instructions of a running nginx worker: callgrind, and the processor itself."""

import contextlib
import glob
import os
import re
import signal
import subprocess

import accounting
from processes import Problem, run
from stack import program


class Callgrind:
    """The worker runs in callgrind: slow, and the same count on any machine, however busy."""

    name = "callgrind"

    def __init__(self, programs):
        self.directory = programs.directory
        # Also the children of nginx's master, or they could not be told to write down their count.
        self.wrapper = (program("valgrind"), "--tool=callgrind", "--trace-children=yes",
                        f"--vgdb-prefix={self.directory}/vgdb",
                        f"--callgrind-out-file={self.directory}/callgrind.%p", "--")

    def _tell(self, pid, word):
        run([program("vgdb"), f"--vgdb-prefix={self.directory}/vgdb", f"--pid={pid}", word])

    def _parts(self, pid):
        """What was written down so far, oldest first."""
        return sorted(glob.glob(f"{self.directory}/callgrind.{pid}.*"),
                      key=lambda name: int(name.rpartition(".")[2]))

    @contextlib.contextmanager
    def counting(self, pid):
        """A list that in the end holds the count, of what the worker ran in between."""
        counted = []
        self._tell(pid, "zero")
        yield counted
        self._tell(pid, "dump")
        totals = re.search(r"^totals: (\d+)", accounting.read(self._parts(pid)[-1]), re.MULTILINE)
        counted.append(int(totals[1]))

    def profile(self, pid, lines):
        """Of the last counting the functions that ran most instructions themselves: (how many, name)."""
        said = run([program("callgrind_annotate"), "--threshold=100", "--auto=no", self._parts(pid)[-1]])
        rows = re.findall(r"^ *([\d,]+) \(.*?\)  [^:]*:(.*?)(?: \[.*?([^/]*)\])?$", said, re.MULTILINE)
        rows = [(int(count.replace(",", "")), f"{name} ({file})") for count, name, file in rows]
        # Functions that were entered before are said to have run all of it.
        return [row for row in rows if row[0] < max(rows)[0]][:lines]


class Perf:
    """The processor's own counter, user mode only; a virtual machine often has none."""

    name = "perf"
    event = "instructions:u"
    wrapper = ()

    def __init__(self, _programs):
        tried = subprocess.run(self._command("true"), capture_output=True, text=True, check=False)
        if self._result(tried.stderr) is None:
            raise Problem(f"perf cannot count {self.event} here; leave --perf out")

    def _command(self, *what):
        return [program("perf"), "stat", "-x,", "-e", self.event, *what]

    @staticmethod
    def _result(said):
        found = re.search(r"^(\d+),", said, re.MULTILINE)
        return int(found[1]) if found else None

    @contextlib.contextmanager
    def counting(self, pid):
        """As Callgrind's."""
        counted = []
        orders, to_perf = os.pipe()
        from_perf, answers = os.pipe()
        # It begins when it is told to, not some time after its start.
        command = self._command("--delay=-1", f"--control=fd:{orders},{answers}", "-p", str(pid))
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True,
                              pass_fds=(orders, answers)) as counter:
            for end in (orders, answers):
                os.close(end)
            self._order(to_perf, from_perf, b"enable\n")
            yield counted
            self._order(to_perf, from_perf, b"disable\n")
            counter.send_signal(signal.SIGINT)
            counted.append(self._result(counter.stderr.read()))
        for end in (to_perf, from_perf):
            os.close(end)

    @staticmethod
    def _order(to_perf, from_perf, word):
        os.write(to_perf, word)
        if not os.read(from_perf, 16):
            raise Problem("perf ended before it had counted")

    def profile(self, _pid, _lines):
        return []
