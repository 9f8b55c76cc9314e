#!/usr/bin/env python3
"""deploy/prometheus and deploy/grafana: textfile.sh, the dashboards' data, the division of the alerts' times. Needs no server."""

import copy
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import dashboards  # noqa: E402
import yaml  # noqa: E402
from metrics_catalogue import metrics_of  # noqa: E402
from monitoring import divided  # noqa: E402

CLEAN = "ok     S1            12 checked      0 broken  one buyer\nclean\n"
BROKEN = "BROKEN S1            12 checked      1 broken  one buyer\nok     S2  1 checked 0 broken  x\nBROKEN M1  1 checked 2 broken  x\nNOT clean\n"
BROKEN_JSON = '{"message":"a rule holds"}\n{"message":"a rule is broken"}\n{"message":"the audit is NOT clean"}\n'


class Textfile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_it(self, kind, output, code):
        done = subprocess.run([ROOT / "deploy/prometheus/textfile.sh", kind, self.folder, "sh", "-c", f"cat; exit {code}"], input=output,
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((done.stdout, done.returncode), (output, code), done.stderr)
        return {name: float(value) for file in self.folder.iterdir() for name, value in map(str.split, file.read_text().splitlines())}

    def test_an_audit_leaves_its_time_and_the_number_of_broken_rules(self):
        before = int(time.time())
        figures = self.run_it("audit", CLEAN, 0)
        self.assertEqual(figures["frontrow_audit_broken_rules"], 0)
        self.assertGreaterEqual(figures["frontrow_audit_last_run_timestamp_seconds"], before)
        self.assertEqual(self.run_it("audit", BROKEN, 1)["frontrow_audit_broken_rules"], 2)
        self.assertEqual(self.run_it("audit", BROKEN_JSON, 1)["frontrow_audit_broken_rules"], 1)
        self.assertEqual([file.name for file in self.folder.iterdir()], ["frontrow_audit.prom"])

    def test_an_audit_that_did_not_run_leaves_the_figures_of_the_last(self):
        first = self.run_it("audit", BROKEN, 1)
        self.assertEqual(self.run_it("audit", "frontrow: no such data directory\n", 1), first)

    def test_only_a_backup_that_succeeded_counts(self):
        self.assertEqual(self.run_it("backup", "no room\n", 1), {})
        self.assertEqual(list(self.run_it("backup", "made\n", 0)), ["frontrow_backup_last_success_timestamp_seconds"])

    def test_everybody_may_read_it(self):
        self.run_it("backup", "made\n", 0)
        self.assertEqual(os.stat(self.folder / "frontrow_backup.prom").st_mode & 0o777, 0o644)

    def test_another_word_is_refused(self):
        done = subprocess.run([ROOT / "deploy/prometheus/textfile.sh", "odd", self.folder, "true"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, list(self.folder.iterdir())), (2, []))


class Expressions(unittest.TestCase):
    def test_names_are_found(self):
        for expression, names in {
            'sum by (instance, le) (rate(a_bucket{le="0.1", x=~"b|c"}[5m])) > 0.9': {"a_bucket"},
            "time() - a > 2 * 86400 or absent(a)": {"a"},
            "a / on(instance) group_left(job) (b:c:5m > 0 or d) unless e offset 5m": {"a", "b:c:5m", "d", "e"},
            'histogram_quantile(0.99, a_bucket{route="/api/{id}/x"})': {"a_bucket"},
        }.items():
            self.assertEqual(metrics_of(re.sub(r"offset \w+", "", expression)), names, expression)

    def test_times_are_divided_and_thresholds_stay(self):
        rules = yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text())
        shorter = divided(copy.deepcopy(rules), 30)
        for group, other in zip(rules["groups"], shorter["groups"]):
            for rule, short in zip(group["rules"], other["rules"]):
                self.assertEqual(re.sub(r"\[\w+\]", "[]", rule["expr"]), re.sub(r"\[\w+\]", "[]", short["expr"]))
                self.assertEqual("for" in rule, "for" in short)
        by_name = {rule.get("alert"): rule for group in shorter["groups"] for rule in group["rules"]}
        self.assertEqual((by_name["ApiSlow"]["for"], by_name["SaleDown"]["for"]), ("10000ms", "4000ms"))


class Dashboards(unittest.TestCase):
    def test_they_are_well(self):
        self.assertEqual(list(dashboards.faults()), [])

    def test_faults_are_found(self):
        def first(data):
            return data["dashboards"][0]["panels"][0]
        for words, plant in {
            "invents a value": lambda data: first(data)["queries"].append(["x", "sum(payments_total) or vector(0)"]),
            "is not in docs/reference/metrics.md": lambda data: first(data)["queries"].append(["x", "rate(sales_total[5m])"]),
            "is on no panel": lambda data: data["dashboards"][0]["panels"].pop(4),
            "is not Korean and English": lambda data: first(data).update(title=["Holds", "Holds"]),
            "two panels with one title": lambda data: data["dashboards"][0]["panels"].append(first(data)),
            "is no metric or on a panel": lambda data: data["not_shown"].update(up="why"),
        }.items():
            data = dashboards.load()
            plant(data)
            found = [*dashboards.title_faults(data), *dashboards.metric_faults(data)]
            self.assertTrue(any(words in fault for fault in found), words)

    def test_a_changed_file_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "dashboards.yml").write_text((dashboards.FOLDER / "dashboards.yml").read_text())
            for name, text in dashboards.made(dashboards.load()).items():
                (folder / name).write_text(text.replace("frontrow: ", "", 1) if "money" in name else text)
            self.assertEqual(list(dashboards.faults(folder)), ["frontrow-money.json is not what dashboards.yml says: run tools/dashboards.py"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
