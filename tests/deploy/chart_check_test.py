#!/usr/bin/env python3
"""tools/kubernetes/check_chart.py finds nothing in the chart, and finds each planted mistake."""

import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools" / "kubernetes")]

import chart  # noqa: E402
import check_chart  # noqa: E402

# A file below deploy/helm, what stands there, what is put there instead, and a word of the complaint.
PLANTED = {
    "a setting that does not exist": ("values-prod.yaml", "  kafka-partitions: 12", "  kafka-partitons: 12", "kafka-partitons"),
    "a value of the wrong kind": ("values-prod.yaml", "spread: {zones: DoNotSchedule}", "spread: {zones: Never}", "/spread/zones"),
    "a field that Kubernetes does not know": ("frontrow/templates/api.yaml", "readinessProbe:", "readinesProbe:", "readinesProbe"),
    "an API that is gone": ("frontrow/templates/disruption.yaml", "policy/v1\n", "policy/v1beta1\n", "policy/v1beta1"),
    "a template that ends early": ("frontrow/templates/services.yaml", "{{- with .Values.service.annotations }}", "{{- with .Values.service.annotations", "services.yaml"),
    "a root that can be written": ("frontrow/templates/_helpers.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "can write its root"),
    "a worker that anybody may reach": ("frontrow/templates/network.yaml", "values: [api, worker, migrate]", "values: [api, migrate]", "without a policy"),
    "variables of services": ("frontrow/templates/_helpers.tpl", "enableServiceLinks: false", "enableServiceLinks: true", "takes variables of services"),
    "a grace period without the drain": ("frontrow/templates/_helpers.tpl", "add .Values.preStopSeconds .Values.drainSeconds 10", "add .Values.preStopSeconds 10", "drained"),
    "a secret in a variable": ("frontrow/templates/api.yaml", "env: {{-", "env:\n        - {name: FRONTROW_MYSQL_PASSWORD, value: x}\n        {{-", "secret in a variable"),
    "a quota that is too small": ("namespaces/prod.yaml", 'requests.cpu: "66"', 'requests.cpu: "50"', "requests.cpu"),
    "a file that is not mounted": ("frontrow/templates/_helpers.tpl", "{name: secrets, mountPath: /run/secrets/frontrow,", "{name: secrets, mountPath: /run/secrets/other,", "not mounted"),
    "a schema of older settings": ("frontrow/values.schema.json", '"hold-seconds"', '"hold-minutes"', "does not fit"),
}


class Checks(unittest.TestCase):
    def test_the_chart_is_in_order(self):
        bad, newest = check_chart.check(chart.HELM)
        self.assertEqual(bad, [])
        self.assertEqual(len(newest), 3)

    def test_each_mistake_is_found(self):
        for what, (name, old, new, word) in PLANTED.items():
            with self.subTest(what), tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "helm"
                shutil.copytree(chart.HELM, copy)
                file = copy / name
                text = file.read_text()
                self.assertIn(old, text)
                file.write_text(text.replace(old, new))
                bad, _ = check_chart.check(copy, ["prod"])
                self.assertIn(word, "\n".join(bad))

    def test_the_alerts_come_from_their_own_file(self):
        """With expressions and templates of Prometheus, which helm must leave alone."""
        groups = [{"name": "g", "rules": [{"alert": "A", "expr": 'x{y="z"} > 1', "annotations": {"summary": "{{ $value }} of {{ $labels.pod }}"}}]}]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "frontrow"
            shutil.copytree(chart.CHART, copy)
            file = copy / "files" / "prometheus" / "rules.yml"
            for there in (False, True):
                file.write_text(yaml.safe_dump({"groups": groups})) if there else file.unlink(missing_ok=True)
                rules = [each for each in chart.render("prod", chart=copy) if each["kind"] == "PrometheusRule"]
                self.assertEqual([each["spec"] for each in rules], [{"groups": groups}] if there else [])


if __name__ == "__main__":
    if not (chart.TOOLS / "kube-score").exists():
        print("kube-score is not here: tools/kubernetes/tools.sh check builds it")
        sys.exit(77)
    unittest.main()
