"""Plots as SVG by hand: bars with their spread, lines over a logarithmic axis. Nothing to install.

A plot brings its own white card, so that it reads alike on a white page and on a dark one.
"""

from html import escape
from math import ceil, floor, log10

WIDTH = 760
COLOURS = ["#2f81f7", "#e3872d", "#2da44e", "#a371f7"]
STYLE = """
  text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 13px; fill: #24292f }
  .card { fill: #ffffff; stroke: #d0d7de }
  .title { font-size: 16px; font-weight: 600 }
  .note { font-size: 12px; fill: #57606a }
  .axis { stroke: #57606a; stroke-width: 1 }
  .grid { stroke: #8c959f; stroke-width: 1; opacity: .35 }
  .whisker { stroke: #24292f; stroke-width: 1.5; fill: none }
"""


class Svg:
    """Elements, gathered."""

    def __init__(self, height, title, note):
        self.height = height
        self.parts = []
        self.text(16, 26, title, cls="title")
        self.text(16, 46, note, cls="note")
        self.title = title

    def add(self, element):
        self.parts.append(element)

    def text(self, x, y, text, anchor="start", cls=None, turn=None):
        attributes = f' class="{cls}"' if cls else ""
        if turn is not None:
            attributes += f' transform="rotate({turn} {x:.1f} {y:.1f})"'
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>{escape(text)}</text>')

    def line(self, x1, y1, x2, y2, cls):
        self.add(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{cls}"/>')

    def rect(self, x, y, width, height, colour):
        self.add(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>')

    def finish(self):
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" '
            f'height="{self.height}" role="img" aria-label="{escape(self.title)}">'
        )
        card = f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{self.height - 1}" rx="8" class="card"/>'
        return "\n".join([head, f"<style>{STYLE}</style>", card, *self.parts, "</svg>", ""])


def ticks(top):
    """Round numbers from 0 to past `top`, four to eight of them."""
    step = 10 ** floor(log10(top / 4)) if top > 0 else 1
    for factor in (1, 2, 5, 10):
        if top / (step * factor) <= 7:
            step *= factor
            break
    return [i * step for i in range(ceil(top / step) + 1)]


def short(number):
    """10000 as 10k, 1000000 as 1M; three digits of anything smaller."""
    for size, letter in ((10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def decades(least, most):
    """1, 3, 10, 30 … around the values."""
    low, high = floor(log10(least)), ceil(log10(most))
    marks = [mark * 10**power for power in range(low, high + 1) for mark in (1, 3)]
    below = max([mark for mark in marks if mark <= least], default=marks[0])
    above = min([mark for mark in marks if mark >= most], default=marks[-1])
    return [mark for mark in marks if below <= mark <= above]


def bars(title, note, unit, groups):
    """Bars lying down. `groups`: [(heading, [(label, (median, least, most), colour number)])]."""
    left, right, bar, gap = 170, 90, 22, 8
    rows = sum(len(rows) for _, rows in groups)
    headings = sum(1 for heading, _ in groups if heading)
    top = 66
    bottom = top + rows * (bar + gap) + headings * 30 + 4
    svg = Svg(bottom + 52, title, note)
    marks = ticks(max(most for _, rows in groups for _, (_, _, most), _ in rows))
    scale = (WIDTH - left - right) / marks[-1]
    for mark in marks:
        x = left + mark * scale
        svg.line(x, top, x, bottom, "axis" if mark == 0 else "grid")
        svg.text(x, bottom + 18, f"{mark:,g}", "middle")
    svg.text(left + (WIDTH - left - right) / 2, bottom + 40, unit, "middle")
    y = top + gap
    for heading, rows in groups:
        if heading:
            svg.text(16, y + 15, heading, cls="note")
            y += 30
        for label, (median, least, most), colour in rows:
            middle = y + bar / 2
            svg.text(left - 10, middle + 4.5, label, "end")
            svg.rect(left, y, median * scale, bar, COLOURS[colour])
            svg.line(left + least * scale, middle, left + most * scale, middle, "whisker")
            for end in (least, most):
                svg.line(left + end * scale, middle - 4, left + end * scale, middle + 4, "whisker")
            svg.text(left + most * scale + 8, middle + 4.5, f"{median:.3g}")
            y += bar + gap
    return svg.finish()


def lines(title, note, x_unit, y_unit, series, log_y=False):
    """Lines over a logarithmic x axis. `series`: [(label, [(x, (median, least, most))])]."""
    left, right, top, height = 84, 30, 66, 300
    bottom = top + height
    several = len(series) > 1
    svg = Svg(bottom + (84 if several else 56), title, note)
    xs = sorted({x for _, points in series for x, _ in points})
    low, high = log10(xs[0]), log10(xs[-1])
    span = WIDTH - left - right - 20
    at_x = lambda x: left + 10 + (log10(x) - low) / ((high - low) or 1) * span
    values = [value for _, points in series for _, spread in points for value in spread]
    marks = decades(min(values), max(values)) if log_y else ticks(max(values))
    if log_y:
        at_y = lambda y: bottom - log10(y / marks[0]) / log10(marks[-1] / marks[0]) * height
    else:
        at_y = lambda y: bottom - y / marks[-1] * height
    for mark in marks:
        y = at_y(mark)
        svg.line(left, y, WIDTH - right, y, "grid")
        svg.text(left - 10, y + 4.5, f"{mark:,g}", "end")
    for x in xs:
        svg.line(at_x(x), bottom, at_x(x), bottom + 5, "axis")
        svg.text(at_x(x), bottom + 20, short(x), "middle")
    svg.line(left, top, left, bottom, "axis")
    svg.line(left, bottom, WIDTH - right, bottom, "axis")
    svg.text(left + (WIDTH - left - right) / 2, bottom + 42, x_unit, "middle")
    svg.text(20, top + height / 2, y_unit, "middle", turn=-90)
    for number, (label, points) in enumerate(series):
        colour = COLOURS[number]
        nudge = 6 * (number - (len(series) - 1) / 2)  # so that the spread of each series can be told
        path = " ".join(f"{at_x(x) + nudge:.1f},{at_y(median):.1f}" for x, (median, _, _) in points)
        svg.add(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, (median, least, most) in points:
            here = at_x(x) + nudge
            svg.line(here, at_y(least), here, at_y(most), "whisker")
            svg.add(f'<circle cx="{here:.1f}" cy="{at_y(median):.1f}" r="4" fill="{colour}"/>')
        if several:
            x = left + 10 + number * 150
            svg.rect(x, bottom + 60, 12, 12, colour)
            svg.text(x + 18, bottom + 71, label)
    return svg.finish()
