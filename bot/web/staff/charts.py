"""Geometry of the dashboard's charts: numbers → what `_charts.html` draws as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 500, 210
LEFT, RIGHT, TOP, BOTTOM = 32, 24, 10, 26  # right: half of a date, which is written below its column
STYLES = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Series:
    """A named row of values, one a label; None where there is nothing to show."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True)
class Box:
    """One coloured part of a column."""

    x: float
    y: float
    width: float
    height: float
    style: str
    title: str


@dataclass(frozen=True)
class Chart:
    """A drawn chart: `described` says in words what it shows, `summary` what stands out; labels and series are its table."""

    described: str
    summary: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    across: tuple[Tick, ...]
    upward: tuple[Tick, ...]
    boxes: tuple[Box, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()  # (style, points)
    dots: tuple[Box, ...] = ()

    width, height, left, right, top, bottom = WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM

    @property
    def legend(self) -> list[tuple[str, str]]:
        """(style, name) of each series."""
        return [(STYLES[number], each.name) for number, each in enumerate(self.series)]


def columns(
    described: str, summary: str, labels: Sequence[str], series: Sequence[Series], unit: str = "건"
) -> Chart:
    """Stacked columns, one a label."""
    totals = [sum(each.values[index] or 0 for each in series) for index in range(len(labels))]
    top = _round_up(max(totals, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    boxes = []
    for index, label in enumerate(labels):
        base = float(HEIGHT - BOTTOM)
        for number, each in enumerate(series):
            value = each.values[index] or 0
            if value:
                height = value / top * (HEIGHT - TOP - BOTTOM)
                base -= height
                title = f"{label} {each.name} {_plain(value)}{unit}"
                x, width = LEFT + step * (index + 0.14), step * 0.72
                boxes.append(
                    Box(round(x, 1), round(base, 1), round(width, 1), round(height, 1), STYLES[number], title)
                )
    return _chart(described, summary, labels, series, unit, top, boxes=tuple(boxes))


def lines(
    described: str,
    summary: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str = "%",
    top: float = 100,
) -> Chart:
    """A line a series, broken where there is no value."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    drawn: list[tuple[str, str]] = []
    dots: list[Box] = []
    for number, each in enumerate(series):
        points: list[str] = []
        for index, value in enumerate(each.values):
            if value is None:
                if len(points) > 1:
                    drawn.append((STYLES[number], " ".join(points)))
                points = []
                continue
            x = round(LEFT + step * (index + 0.5), 1)
            y = round(HEIGHT - BOTTOM - min(value, top) / top * (HEIGHT - TOP - BOTTOM), 1)
            points.append(f"{x},{y}")
            dots.append(Box(x, y, 0, 0, STYLES[number], f"{labels[index]} {each.name} {_plain(value)}{unit}"))
        if len(points) > 1:
            drawn.append((STYLES[number], " ".join(points)))
    return _chart(described, summary, labels, series, unit, top, lines=tuple(drawn), dots=tuple(dots))


def _chart(
    described: str,
    summary: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str,
    top: float,
    **drawn: tuple,
) -> Chart:
    axes = _across(labels), _upward(top)
    return Chart(described, summary, tuple(labels), tuple(series), unit, *axes, **drawn)


def _across(labels: Sequence[str]) -> tuple[Tick, ...]:
    """As many labels as fit side by side, the last one always among them."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    every = max(1, -(-len(labels) // 7))
    return tuple(
        Tick(round(LEFT + step * (index + 0.5), 1), label)
        for index, label in enumerate(labels)
        if (len(labels) - 1 - index) % every == 0
    )


def _upward(top: float) -> tuple[Tick, ...]:
    parts = 4 if top % 4 == 0 else 2 if top % 2 == 0 else 1
    high = HEIGHT - TOP - BOTTOM
    return tuple(
        Tick(round(HEIGHT - BOTTOM - high * part / parts, 1), f"{_plain(top * part / parts)}")
        for part in range(parts + 1)
    )


def _round_up(value: float) -> float:
    """The next 1, 2, 4, 8 or 10 times a power of ten: a scale people can read."""
    size = 1
    while True:
        for step in (1, 2, 4, 8):
            if value <= step * size:
                return step * size
        size *= 10


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
