"""Judges the figures of bench/run.py by the targets, and writes them down: a table, and drawings in SVG."""

import os
import platform
import subprocess
import time
from pathlib import Path
from statistics import median

# Name, measured figure, divisor (or None), "at least" or "at most", target.
TARGETS = [
    ("Seat map of 50, against nginx with the same bytes", "seats: frontrow, a second (wrk)", "seats: nginx, a second (wrk)", ">=", 0.95),
    ("Durable holds, against a raw SQLite loop in groups of 128", "hold: frontrow, a second", "hold: raw SQLite, groups of 128, a second",
     ">=", 0.6),
    ("Full purchases, against the raw loop with their five commits", "purchase: frontrow, a second",
     "purchase: raw SQLite, groups of 128, a second", ">=", 0.4),
    ("Hold p99 at half of the saturating rate, open loop, ms", "hold: at half of that rate, p99 ms", None, "<=", 25),
    ("Refusals of a taken seat, against the bare server", "hot-seat: frontrow, refusals a second (wrk)",
     "hot-seat: bare Beast server, refusals a second (wrk)", ">=", 0.5),
    ("Memory of a polling connection, bytes", "poll: memory of a connection, bytes", None, "<=", 4096),
    ("Poll p99, many connections, ms", "poll: * users, * connections, p99 ms", None, "<=", 100),
    ("Poll p99, long queue, ms", "poll: * waiting, p99 ms", None, "<=", 100),
    ("Memory of a waiting ticket, bytes", "poll: memory of a waiting ticket, bytes", None, "<=", 48),
    ("Rush: hold p99, ms", "rush: hold p99 ms", None, "<=", 100),
    ("Rush: seats left when all have gone", "rush: seats left", None, "<=", 0),
    ("Rush: errors", "rush: errors", None, "<=", 0),
    ("Holds with a grown store, against the raw loop on the same", "growth: frontrow, a second",
     "growth: raw SQLite, groups of 128, a second", ">=", 0.6),
    ("Idle memory, MiB", "idle: memory, MiB", None, "<=", 32),
    ("Start to ready, ms", "idle: start to ready, ms", None, "<=", 150),
]
# Figures without a target.
RATIOS = [
    ("Seat map, against the bare Beast server", "seats: frontrow, a second (wrk)", "seats: bare Beast server, a second (wrk)"),
    ("Holds, against one transaction a request through the same server", "hold: frontrow, a second", "hold: one transaction a request, a second"),
    ("Holds, against the raw loop in groups of 1", "hold: frontrow, a second", "hold: raw SQLite, groups of 1, a second"),
    ("Purchases, against one transaction a request through the same server", "purchase: frontrow, a second",
     "purchase: one transaction a request, a second"),
]


def find(figures, name):
    if "*" not in name:
        return figures.get(name)
    begin, end = name.split("*")[0], name.split("*")[-1]
    wanted = name.count("*")
    for key, values in figures.items():
        if key.startswith(begin) and key.endswith(end) and ("connections" in key) == (wanted == 2):
            return values
    return None


def judge(figures, targets=None, ratios=None):
    """Rows: name, value, target text, "met" / "missed" / "" and the two medians of a ratio."""
    rows = []
    for what, top, bottom, relation, target in TARGETS if targets is None else targets:
        values = find(figures, top)
        below = find(figures, bottom) if bottom else None
        if not values or (bottom and not below):
            continue
        value = median(values) / (median(below) if below else 1)
        is_met = value >= target if relation == ">=" else value <= target
        rows.append((what, value, f"{'≥' if relation == '>=' else '≤'} {target}", "met" if is_met else "missed"))
    for what, top, bottom in RATIOS if ratios is None else ratios:
        if figures.get(top) and figures.get(bottom):
            rows.append((what, median(figures[top]) / median(figures[bottom]), "", ""))
    return rows


def number(value):
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def as_text(table):
    return "\n".join(f"  {what:<72} {number(value):>10}  {target:<8} {verdict}" for what, value, target, verdict in table)


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def describe_machine(root, scratch):
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    commit = _output("git", "-C", str(root), "rev-parse", "--short=10", "HEAD")
    changed = _output("git", "-C", str(root), "status", "--porcelain", "--untracked-files=no")
    file_system = _output("stat", "-f", "-c", "%T", str(scratch))
    return {
        "Machine": f"{os.cpu_count()} cores of {cpu}, {memory:.0f} GiB, Linux {platform.release()}, file system {file_system}",
        "Commit": commit + (" and changes not committed" if changed else ""),
        "Date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "Load when it began": f"{os.getloadavg()[0]:.1f} (others' work on the machine makes every figure worse, and the ratios uncertain)",
    }


# Drawings.

_STYLE = '<style>text{font:13px system-ui,sans-serif;fill:#1c2330}.quiet{fill:#5d6675;font-size:12px}rect.page{fill:#fff}</style>'


def _svg(width, height, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">{_STYLE}'
            f'<rect class="page" width="{width}" height="{height}"/>{body}</svg>\n')


def bars(figures):
    """Throughput: each of our figures among those it is compared with."""
    groups = [
        ("Seat map, requests a second", "seats: ", ("nginx, a second (wrk)", "bare Beast server, a second (wrk)", "frontrow, a second (wrk)")),
        ("Durable holds a second", "hold: ", ("raw SQLite, groups of 128, a second", "frontrow, a second", "one transaction a request, a second",
                                              "raw SQLite, groups of 1, a second")),
        ("Full purchases a second", "purchase: ", ("raw SQLite, groups of 128, a second", "frontrow, a second",
                                                   "one transaction a request, a second", "raw SQLite, groups of 1, a second")),
        ("Refusals of a taken seat a second", "hot-seat: ", ("bare Beast server, refusals a second (wrk)", "frontrow, refusals a second (wrk)")),
    ]
    body, y = "", 10
    for title, prefix, names in groups:
        found = [(name, median(figures[prefix + name])) for name in names if prefix + name in figures]
        if not found:
            continue
        y += 26
        body += f'<text x="16" y="{y}" font-weight="600">{title}</text>'
        most = max(value for _, value in found)
        for name, value in found:
            y += 22
            label = name.replace(", a second", "").replace(", refusals a second", "").replace(" (wrk)", "")
            color = "#2563c9" if label == "frontrow" else "#b9c2d0"
            width = 420 * value / most
            body += (f'<text class="quiet" x="230" y="{y}" text-anchor="end">{label}</text>'
                     f'<rect x="240" y="{y - 12}" width="{width:.1f}" height="15" fill="{color}"/>'
                     f'<text class="quiet" x="{246 + width:.1f}" y="{y}">{value:,.0f}</text>')
        y += 10
    return _svg(760, y + 16, body)


def curves(samples):
    """The rush: people waiting and inside, and seats left, each on a scale of its own."""
    lines = [("waiting", "#2563c9"), ("active", "#1f8a4c"), ("seatsLeft", "#d9822b")]
    points = [sample for sample in samples if "waiting" in sample]
    if len(points) < 2:
        return None
    left, right, top, bottom = 16, 744, 40, 240
    end = points[-1]["t"]
    body = f'<line x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="#b9c2d0"/>'
    x = left
    for name, color in lines:
        most = max(1, max(sample[name] for sample in points))
        path = " ".join(f"{left + (right - left) * sample['t'] / end:.1f},{bottom - (bottom - top) * sample[name] / most:.1f}" for sample in points)
        body += f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>'
        label = {"waiting": "waiting", "active": "inside", "seatsLeft": "seats left"}[name]
        body += f'<rect x="{x}" y="12" width="12" height="12" fill="{color}"/><text class="quiet" x="{x + 18}" y="23">{label}, at most {most:,}</text>'
        x += 200
    for i in range(7):
        body += f'<text class="quiet" x="{left + (right - left) * i / 6:.0f}" y="{bottom + 18}" text-anchor="middle">{end * i / 6:.0f} s</text>'
    return _svg(760, 270, body)


def heading(machine, command, rounds, table):
    text = "# Results\n\nWritten by `" + command + "`; do not edit. How it is measured: [README.md](README.md).\n\n"
    text += "".join(f"- {name}: {value}\n" for name, value in machine.items())
    text += f"- Rounds: {rounds}, alternating; a ratio is that of the medians. Generator and server share the machine\n"
    text += "\n## Against the targets\n\n| what | measured | target | |\n|---|---:|---|---|\n"
    return text + "".join(f"| {what} | {number(value)} | {target} | {verdict} |\n" for what, value, target, verdict in table)


def every_figure(figures):
    text = "\n## Every figure\n\n| figure | median | least | most | rounds |\n|---|---:|---:|---:|---:|\n"
    for name, values in figures.items():
        text += f"| {name} | {number(median(values))} | {number(min(values))} | {number(max(values))} | {len(values)} |\n"
    return text


def write(folder, machine, command, rounds, table, figures, rush):
    folder.mkdir(parents=True, exist_ok=True)
    text = heading(machine, command, rounds, table)
    drawing = bars(figures)
    (folder / "results.svg").write_text(drawing)
    text += "\n![Throughput beside the limits](results.svg)\n"
    if rush and (drawing := curves(rush["samples"])):
        (folder / "rush.svg").write_text(drawing)
        text += f"\n## The rush\n\n`{rush['command'].split(' --data-dir')[0]} …`\n\n![Waiting, inside, seats left](rush.svg)\n\n"
        text += "| ms | count | p50 | p95 | p99 | max |\n|---|---:|---:|---:|---:|---:|\n"
        for one in rush["endpoints"]:
            for kind in ("ok", "refused", "error"):
                if one[kind]["count"]:
                    cells = " | ".join(f"{one[kind][share]:,.1f}" for share in ("p50", "p95", "p99", "max"))
                    text += f"| {one['name']}{'' if kind == 'ok' else ' ' + kind} | {one[kind]['count']:,} | {cells} |\n"
    text += every_figure(figures)
    (folder / "RESULTS.md").write_text(text)
