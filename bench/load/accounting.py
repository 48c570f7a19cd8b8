"""What processes took, from /proc: CPU time to the nanosecond where the kernel tells, and memory."""

import contextlib
import os

TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def read(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def fields(pid):
    """Of /proc/PID/stat, from the state on: the name before it may hold anything."""
    return read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def children():
    """Of every process that has some."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                found.setdefault(int(fields(name)[1]), []).append(int(name))
    return found


def tree(root, family=None):
    """That process and all that descend from it."""
    family = children() if family is None else family
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += family.get(pid, [])
    return found


def process_cpu(pid):
    """Nanoseconds so far, of all its threads that live."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        return sum(int(read(f"/proc/{pid}/task/{task}/schedstat").split()[0]) for task in tasks)
    except FileNotFoundError:
        with contextlib.suppress(OSError):
            user, system = fields(pid)[11:13]
            return (int(user) + int(system)) * TICK
    except (ProcessLookupError, IndexError):
        pass
    return 0


def cpu_of(root, family=None):
    """Nanoseconds by process."""
    return {pid: process_cpu(pid) for pid in tree(root, family)}


def cpu_between(before, after):
    return sum(after[pid] - before.get(pid, 0) for pid in after)


def machine_cpu():
    """Nanoseconds that anybody was running on any processor, and the nanoseconds stolen from this
    virtual machine by others on its host."""
    user, nice, system, _idle, _wait, irq, softirq, steal = (
        int(word) * TICK for word in read("/proc/stat").split()[1:9])
    return user + nice + system + irq + softirq, steal


def memory_of(root):
    """Bytes: proportional (shared memory counted once) and resident, of a tree."""
    total = {"Pss": 0, "Rss": 0}
    for pid in tree(root):
        with contextlib.suppress(OSError):
            for line in read(f"/proc/{pid}/smaps_rollup").splitlines()[1:]:
                name, _, rest = line.partition(":")
                if name in total:
                    total[name] += int(rest.split()[0]) * 1024
    return total["Pss"], total["Rss"]
