"""The results as an SVG: CPU time a request, the gateway's own and its helpers'."""

from xml.sax.saxutils import escape

from contenders import CONTENDERS

WIDTH, LEFT, RIGHT, ROW, TOP = 960, 270, 150, 30, 76
COLOURS = {"gateway": "#1f77b4", "redis": "#d62728", "service": "#2ca02c", "postgres": "#9467bd"}
LABELS = {"gateway": "gateway", "redis": "Redis", "service": "auth service", "postgres": "PostgreSQL"}
STYLE = "text{font:13px sans-serif;fill:#222}.small{font-size:11px;fill:#555}.title{font-size:16px}"
# A bar that is this many times the reference is cut off, or the others would be too short to see.
CUT = 20


def element(name, content="", **attributes):
    text = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{text}>{content}</{name}>"


def label(x, y, words, **attributes):
    return element("text", escape(words), x=f"{x:.1f}", y=f"{y:.1f}", **attributes)


def rectangle(x, y, width, height, fill):
    return element("rect", x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=height, fill=fill)


def scale_end(results):
    totals = sorted(figures["total_us"][0] for figures in results.values())
    short = [total for total in totals if total <= CUT * totals[0]]
    return short[-1] * 1.05


def legend():
    parts, x = [], LEFT
    for name, colour in COLOURS.items():
        parts += [rectangle(x, 46, 12, 12, colour), label(x + 17, 57, LABELS[name])]
        x += 40 + 8 * len(LABELS[name])
    return parts


def bar(figures, y, pixels, end):
    """From left to right the gateway and its helpers; a mark where it is cut off."""
    parts, x, used = [], LEFT, 0.0
    for name, value in [("gateway", figures["gateway_us"][0]), *figures["helpers_us"].items()]:
        width = min(value, end - used) * pixels
        parts.append(rectangle(x, y, width, ROW - 10, COLOURS[name]))
        x, used = x + width, used + width / pixels
    if figures["total_us"][0] > end:
        parts.append(element("path", d=f"M{x - 14:.1f} {y - 2} l6 {ROW - 6} m5 {6 - ROW} l-6 {ROW - 6}",
                             stroke="white", stroke_width=3, fill="none"))
    return parts, x


def whisker(figures, y, pixels, end):
    _, low, high = figures["total_us"]
    if high > end:
        return ""
    middle = y + (ROW - 10) / 2
    return element("path", d=f"M{LEFT + low * pixels:.1f} {middle} H{LEFT + high * pixels:.1f}",
                   stroke="#000", stroke_width=2)


def words_of(figures):
    words = f"{figures['total_us'][0]:.1f} µs"
    return words + (f"  ×{figures['ratio'][0]:.2f}" if figures["ratio"] else "")


def picture(results, caption):
    titles = {contender.name: contender.title for contender in CONTENDERS}
    end = scale_end(results)
    pixels = (WIDTH - LEFT - RIGHT) / end
    parts = [label(12, 26, "CPU time a request, in microseconds", **{"class": "title"}), *legend()]
    for index, (name, figures) in enumerate(results.items()):
        y = TOP + index * ROW
        drawn, right = bar(figures, y, pixels, end)
        parts += [label(LEFT - 10, y + 15, titles[name], text_anchor="end"), *drawn,
                  whisker(figures, y, pixels, end), label(right + 8, y + 15, words_of(figures))]
    height = TOP + len(results) * ROW + 30
    parts.append(label(12, height - 10, caption, **{"class": "small"}))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">'
            f"<style>{STYLE}</style>" + element("rect", width=WIDTH, height=height, fill="white")
            + "\n".join(parts) + "</svg>\n")
