"""The results as a Markdown table, and the machine they were taken on."""

import os
import platform
import subprocess

from contenders import CONTENDERS
from measure import CONNECTIONS

HEAD = ("contender", "× reference", "gateway µs", "helpers µs", "req/s", "p50 µs", "p99 µs", "memory MiB")
# Above this share of the machine in other hands, figures are no basis for anything.
LOUD = 0.05


def with_spread(values, digits):
    median, low, high = values
    return f"{median:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def helpers_text(helpers):
    if not helpers:
        return "-"
    parts = ", ".join(f"{name} {value:.0f}" for name, value in helpers.items())
    return f"{sum(helpers.values()):.0f}" + (f" ({parts})" if len(helpers) > 1 else f" ({parts.split()[0]})")


def row(title, figures):
    return (title, with_spread(figures["ratio"], 2) if figures["ratio"] else "-",
            with_spread(figures["gateway_us"], 1), helpers_text(figures["helpers_us"]),
            f"{figures['per_second'][0]:,.0f}", f"{figures['p50_us'][0]:.0f}",
            f"{figures['p99_us'][0]:.0f}", f"{figures['pss'][0] / 2**20:.1f}")


def markdown(head, rows):
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head))]

    def line(cells):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def table(results):
    titles = {contender.name: contender.title for contender in CONTENDERS}
    return markdown(HEAD, [row(titles[name], figures) for name, figures in results.items()])


def remarks(results):
    """What the reader must know to trust the figures, or not to."""
    lines = []
    others = max(figures["others"][0] + figures["stolen"][0] for figures in results.values())
    if others > LOUD:
        lines.append(f"Other programs took up to {others:.0%} of the machine (median of a contender's "
                     "rounds): not a quiet machine, take the figures for nothing but a trial.")
    expected = {contender.name: contender.lookups for contender in CONTENDERS}
    for name, figures in results.items():
        for wanted, what in zip(expected[name], ("redis_found", "redis_missed")):
            # wrk does not count what is under way when it ends.
            most = 0.05 + 2 * CONNECTIONS / figures["requests"][0]
            if wanted is not None and abs(figures[what][0] - wanted) > most:
                lines.append(f"{name}: {figures[what][0]:.2f} {what.replace('_', ' ')} a request, "
                             f"where {wanted} was meant.")
    return lines


def first_line(command):
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not there"
    return ((said.stdout + said.stderr).strip().splitlines() or ["?"])[0]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return models[0] if models else platform.machine()


def machine(root):
    path = {"PATH": os.environ.get("PATH", "") + ":/usr/sbin"}
    os.environ.update(path)
    return {
        "processor": processor(), "processors": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "kernel": platform.release(), "load_before": os.getloadavg()[0],
        "nginx": first_line(["nginx", "-v"]), "redis": first_line(["redis-server", "--version"]),
        "haproxy": first_line(["haproxy", "-v"]), "python": platform.python_version(),
        "commit": first_line(["git", "-C", str(root), "describe", "--always", "--dirty"]),
    }
