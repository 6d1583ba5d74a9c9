"""Plots as SVG: lines of figures over sizes, both axes logarithmic."""

from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 80, 170, 44, 48
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#5c5c5c")
"""Okabe and Ito's, which those who see fewer colours can tell apart."""
MARKS = "●■▲◆▼★✚"


def svg(title, lines):
    """Return a plot.

    Args:
        title: What is plotted.
        lines: Name → points of size and figure, all above zero.
    """
    points = [point for some in lines.values() for point in some]
    low_x, high_x = log10(min(x for x, _ in points)), log10(max(x for x, _ in points))
    low_y, high_y = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))
    high_x, high_y = max(high_x, low_x + 1), max(high_y, low_y + 1)

    def across(size):
        return LEFT + (log10(size) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def up(figure):
        return (
            HEIGHT - BOTTOM - (log10(figure) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)
        )

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f'<title>{escape(title)}</title><g font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for power in range(low_y, high_y + 1):
        y = up(10**power)
        out += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,.6g}</text>',
        ]
    for size in sorted({x for x, _ in points}):
        x = across(size)
        name = f"{size // 1_000_000} M" if size >= 1_000_000 else f"{size // 1000} k"
        out.append(f'<text x="{x:.1f}" y="{HEIGHT - 26}" text-anchor="middle">{name}</text>')
    out.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" '
        'text-anchor="middle">sightings</text>'
    )
    labels = _apart([(up(some[-1][1]), name) for name, some in lines.items()])
    for number, (name, some) in enumerate(lines.items()):
        colour, mark = COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)]
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in some)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [
            f'<text x="{across(x):.1f}" y="{up(y) + 4:.1f}" text-anchor="middle" fill="{colour}" '
            f'font-size="12">{mark}</text>'
            for x, y in some
        ]
        out.append(
            f'<text x="{WIDTH - RIGHT + 14}" y="{labels[name] + 4:.1f}" fill="{colour}">'
            f"{mark} {escape(name)}</text>"
        )
    return "\n".join([*out, "</g></svg>"]) + "\n"


def _apart(wanted, gap=18):
    """Return for each name a height near the wanted one, no two closer than a gap."""
    placed, last = {}, TOP - gap
    for y, name in sorted(wanted):
        last = max(y, last + gap)
        placed[name] = last
    beyond = last - (HEIGHT - BOTTOM)
    return {name: y - max(0, beyond) for name, y in placed.items()}
