#!/usr/bin/env python3
"""Checks that alerts, their runbooks, their cases and the catalogue of metrics agree, and asks promtool and amtool about deploy/prometheus.

Every alert has a severity, words, a page in docs/operations/runbooks that has its expression and five sections, a row in
docs/operations/monitoring.md, and cases in rules_test*.yml: silent below its threshold, firing above, over again. Every metric that an
expression asks for is in docs/reference/metrics.md. Exits 1 with one line for each fault. `--self-test` plants one fault of each kind in
a copy and fails if one is not found.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from metrics_catalogue import base_of, catalogue, metrics_of, read_yaml

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ["What it means", "What buyers notice", "First look", "What to do", "When it is over"]
CONFIG = "deploy/prometheus"
PAGES = "docs/operations/runbooks"


def seconds(text):
    return sum(int(number) * {"d": 86400, "h": 3600, "m": 60, "s": 1}[unit] for number, unit in re.findall(r"(\d+)([dhms])", text))


def rules_of(root):
    groups = read_yaml(root / CONFIG / "rules.yml")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    return {rule["alert"]: rule for rule in rules if "alert" in rule}, {rule["record"]: rule for rule in rules if "record" in rule}


def page_faults(root, name, rule):
    file = root / PAGES / f"{name}.md"
    if rule.get("annotations", {}).get("runbook_url") != f"{PAGES}/{name}.md":
        yield f"{name}: runbook_url is not {PAGES}/{name}.md"
    if not file.exists():
        yield f"{name}: no page {PAGES}/{name}.md"
        return
    text = file.read_text()
    if re.findall(r"^## (.*)", text, re.M) != SECTIONS:
        yield f"{name}: the page's sections are not {', '.join(SECTIONS)}"
    after = f"after {rule['for']}" if "for" in rule else "at once"
    for part in (f"# {name}\n", rule["expr"], f"{rule['annotations']['summary']}. Severity: {rule['labels']['severity']}, {after}."):
        if part not in text:
            yield f"{name}: its page does not say {part!r}"
    for link in re.findall(r"\]\(([^)#:]+)", text):
        if not (file.parent / link).exists():
            yield f"{name}: its page leads to {link}, which is not there"


def rule_faults(name, rule):
    if rule.get("labels", {}).get("severity") not in ("critical", "warning"):
        yield f"{name}: its severity is neither critical nor warning"
    for part in ("summary", "description"):
        if not rule.get("annotations", {}).get(part):
            yield f"{name}: no {part}"


def case_faults(root, alerts):
    cases = {name: [] for name in alerts}
    for file in sorted((root / CONFIG).glob("rules_test*.yml")):
        for group in read_yaml(file)["tests"]:
            for test in group["alert_rule_test"]:
                cases.setdefault(test["alertname"], []).append((group["name"], seconds(test["eval_time"]), bool(test["exp_alerts"])))
    for name, found in cases.items():
        if name not in alerts:
            yield f"{name}: a case without an alert"
        elif not any([fires for group, _, fires in sorted(found) if group == each] == [False, True, False] for each, _, _ in found):
            yield f"{name}: no case in which it is silent, fires, and is over"


def metric_faults(root, alerts, records):
    ours, others = catalogue(root / "docs/reference/metrics.md")
    kinds = ours | others
    for name, rule in (alerts | records).items():
        for metric in sorted(metrics_of(rule["expr"])):
            if metric not in records and base_of(metric, kinds) is None:
                yield f"{name}: {metric} is not in docs/reference/metrics.md"


def tool_faults(root):
    folder = root / CONFIG
    tests = [str(file) for file in sorted(folder.glob("rules_test*.yml"))]
    for words in (["promtool", "check", "config", "prometheus.yml"], ["amtool", "check-config", "alertmanager.yml"],
                  ["prometheus-blackbox-exporter", "--config.check", "--config.file=blackbox.yml"],
                  ["promtool", "test", "rules", *tests]):
        if not shutil.which(words[0]):
            continue
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            yield f"{' '.join(words[:3])}: {done.stdout}{done.stderr}"


def faults(root, with_tools=True):
    alerts, records = rules_of(root)
    table = (root / "docs/operations/monitoring.md").read_text()
    for name, rule in alerts.items():
        yield from rule_faults(name, rule)
        yield from page_faults(root, name, rule)
        if f"[{name}](runbooks/{name}.md)" not in table:
            yield f"{name}: not in the table of docs/operations/monitoring.md"
    for page in sorted((root / PAGES).glob("*.md")):
        if page.stem not in alerts:
            yield f"{page.stem}: a page without an alert"
    yield from case_faults(root, alerts)
    yield from metric_faults(root, alerts, records)
    if with_tools:
        yield from tool_faults(root)


def change(root, file, before, after):
    path = root / file
    text = path.read_text()
    assert before in text, (file, before)
    path.write_text(text.replace(before, after, 1))


PLANTED = {
    "severity": lambda root: change(root, f"{CONFIG}/rules.yml", "severity: warning", "severity: odd"),
    "no summary": lambda root: change(root, f"{CONFIG}/rules.yml", "summary: A pod does not answer", "summary: ''"),
    "no page": lambda root: (root / PAGES / "PodAway.md").unlink(),
    "a page without an alert": lambda root: (root / PAGES / "Odd.md").write_text("# Odd\n"),
    "sections": lambda root: change(root, f"{PAGES}/PodAway.md", "## First look", "## Look"),
    "its page does not say": lambda root: change(root, f"{PAGES}/PodCpuHigh.md", "> 0.8", "> 0.9"),
    "which is not there": lambda root: change(root, f"{PAGES}/WritesFail.md", "](DiskFull.md)", "](DiskGone.md)"),
    "not in the table": lambda root: change(root, "docs/operations/monitoring.md", "[PodAway](runbooks/PodAway.md)", "PodAway"),
    "no case": lambda root: change(root, f"{CONFIG}/rules_test.yml", "{eval_time: 19m, alertname: PodAway, exp_alerts: []}",
                                   "{eval_time: 19m, alertname: SaleDown, exp_alerts: []}"),
    "is not in docs/reference/metrics.md": lambda root: change(root, "docs/reference/metrics.md", "`pod_cpu_usage`", "`cpu_usage`"),
    "promtool test rules": lambda root: change(root, f"{CONFIG}/rules.yml", "http_connections_limit > 0.9", "http_connections_limit > 0.89"),
    "promtool check config": lambda root: change(root, f"{CONFIG}/prometheus.yml", "job_name: node", "job_nam: node"),
    "amtool check-config": lambda root: change(root, f"{CONFIG}/alertmanager.yml", "- name: at-once", "- name: later"),
}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        for words, plant in PLANTED.items():
            root = Path(folder) / re.sub(r"\W", "-", words)
            for part in (CONFIG, "docs"):
                shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("screens"))
            plant(root)
            if not any(words in fault for fault in faults(root, words.split()[0].endswith("tool"))):
                print(f"check_alerts: a planted fault was not found: {words}")
                return 1
    print(f"{len(PLANTED)} planted faults were found")
    return 0


def main():
    if "--self-test" in sys.argv:
        return self_test()
    found = list(faults(ROOT))
    print("\n".join(found) or f"{len(rules_of(ROOT)[0])} alerts have words, pages, cases and metrics")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
