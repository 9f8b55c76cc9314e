#!/usr/bin/env python3
"""Makes Grafana's dashboards of deploy/grafana/dashboards.yml, and checks them.

    tools/dashboards.py                        writes deploy/grafana/frontrow-*.json
    tools/dashboards.py --check                they are what the data say; every metric of docs/reference/metrics.md stands on a panel or in
                                               `not_shown`; titles are Korean and English; no expression invents a value
    tools/dashboards.py --ask URL [--minutes N]   every expression returns values from that Prometheus, over the last minutes
"""

import argparse
import json
import math
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from metrics_catalogue import base_of, catalogue, metrics_of, read_yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "deploy" / "grafana"
WIDTH, HEIGHT, ACROSS = 8, 7, 3
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
RATE = "$__rate_interval"


def load(folder=FOLDER):
    return read_yaml(folder / "dashboards.yml")


def expression(text, data):
    return text.replace("BUYERS", data["buyers"]).replace("[RATE]", f"[{RATE}]")


def both(title):
    korean, english = title
    return f"{korean} · {english}"


def panel(number, given, data):
    column, row = number % ACROSS, number // ACROSS
    return {
        "id": number + 1, "type": "timeseries", "title": both(given["title"]), "datasource": SOURCE,
        "gridPos": {"h": HEIGHT, "w": WIDTH, "x": column * WIDTH, "y": row * HEIGHT},
        "fieldConfig": {"defaults": {"unit": given["unit"], "min": 0, "custom": {"lineWidth": 1, "fillOpacity": 5, "showPoints": "never"}},
                        "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [{"refId": chr(ord("A") + at), "datasource": SOURCE, "expr": expression(asked, data), "legendFormat": legend}
                    for at, (legend, asked) in enumerate(given["queries"])],
    }


def dashboard(given, data):
    return {
        "uid": given["uid"], "title": f"frontrow: {both(given['title'])}", "tags": ["frontrow"], "schemaVersion": 38, "editable": True,
        "timezone": "browser", "refresh": "10s", "time": {"from": "now-1h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["frontrow"], "title": "frontrow", "asDropdown": True}],
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]},
        "panels": [panel(number, each, data) for number, each in enumerate(given["panels"])],
    }


def made(data):
    """{file name: text}."""
    return {f"{each['uid']}.json": json.dumps(dashboard(each, data), ensure_ascii=False, indent=1) + "\n" for each in data["dashboards"]}


def queries(data):
    """(place, expression) of each query."""
    for board in data["dashboards"]:
        for each in board["panels"]:
            for _, asked in each["queries"]:
                yield f"{board['uid']}, {each['title'][1]}", expression(asked, data)


def title_faults(data):
    for board in data["dashboards"]:
        titles = [each["title"] for each in board["panels"]]
        for korean, english in [board["title"], *titles]:
            if not re.search("[가-힣]", korean) or re.search("[가-힣]", english) or not english.strip():
                yield f"{board['uid']}: {korean} · {english} is not Korean and English"
        if len({korean for korean, _ in titles}) != len(titles) or len({english for _, english in titles}) != len(titles):
            yield f"{board['uid']}: two panels with one title"


def metric_faults(data):
    ours, others = catalogue()
    kinds = ours | others
    records = {rule["record"]: rule["expr"] for group in read_yaml(RULES)["groups"] for rule in group["rules"] if "record" in rule}
    shown = set()
    for place, asked in queries(data):
        if re.search(r"\b(vector|scalar|absent|absent_over_time)\s*\(", asked):
            yield f"{place}: invents a value: {asked}"
        for name in metrics_of(asked):
            for metric in metrics_of(records[name]) if name in records else {name}:
                if base_of(metric, kinds) is None:
                    yield f"{place}: {metric} is not in docs/reference/metrics.md"
                shown.add(base_of(metric, kinds) or metric)
    for name in sorted(kinds.keys() - shown - data["not_shown"].keys()):
        yield f"{name} is on no panel, and not in `not_shown`"
    for name in sorted(data["not_shown"].keys() - kinds.keys() | data["not_shown"].keys() & shown):
        yield f"{name} is in `not_shown`, and is no metric or on a panel"


def faults(folder=FOLDER):
    data = load(folder)
    wanted = made(data)
    for name, text in wanted.items():
        file = folder / name
        if not file.exists() or file.read_text() != text:
            yield f"{name} is not what dashboards.yml says: run tools/dashboards.py"
    for file in sorted(folder.glob("*.json")):
        if file.name not in wanted:
            yield f"{file.name} is not in dashboards.yml"
    yield from title_faults(data)
    yield from metric_faults(data)


def answer(url, asked, minutes):
    """Series with at least one number, over the last minutes."""
    now = time.time()
    words = urllib.parse.urlencode({"query": asked.replace(RATE, "10s"), "start": now - 60 * minutes, "end": now, "step": "2s"})
    with urllib.request.urlopen(f"{url}/api/v1/query_range?{words}", timeout=30) as response:
        result = json.load(response)["data"]["result"]
    return [series for series in result if any(not math.isnan(float(value)) for _, value in series["values"])]


def silent(url, minutes):
    """One line for each expression without an answer."""
    for place, asked in queries(load()):
        try:
            if not answer(url, asked, minutes):
                yield f"{place}: no series: {asked}"
        except urllib.error.HTTPError as error:
            yield f"{place}: {error.read().decode()[:200]}: {asked}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--ask")
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()
    if not options.check and not options.ask:
        for name, text in made(load()).items():
            (FOLDER / name).write_text(text)
        return 0
    found = list(faults() if options.check else silent(options.ask, options.minutes))
    print("\n".join(found) or f"{len(list(queries(load())))} expressions are well")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
