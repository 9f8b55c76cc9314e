#!/usr/bin/env python3
"""What deploy/terraform says of frontrow is so: CloudFront keeps no answer that is a person's, the chart is given settings that exist, the parameter
group has what the server check asks for, and every exception from a linter has a reason. Terraform itself: make check-terraform."""

import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TERRAFORM = ROOT / "deploy" / "terraform"
MODULES = TERRAFORM / "modules"
sys.path.insert(0, str(ROOT / "tools"))

import sizing  # noqa: E402

# The same for everybody: no ticket, no token, no user in them.
FOR_EVERYBODY = {"/", "/assets/app.js", "/api/v1/concerts", "/api/v1/concerts/1", "/api/v1/concerts/1/schedules"}


def behaviors(text):
    """The patterns of CloudFront in their order, and what each keeps."""
    return re.findall(r'\{ path = "([^"]+)", keep = "(\w+)" \}', text)


def kept(patterns, path):
    """What CloudFront keeps of a path: `*` is any characters, `?` is one."""
    for pattern, keep in patterns:
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), path):
            return keep
    return "none"


def buyers_routes():
    """Method, path with 1 for each id, credential and listener of each route."""
    head, *lines = (ROOT / "tests" / "golden" / "routes.txt").read_text().splitlines()
    columns = re.findall(r"\w+", head.split("(")[0])
    for line in lines:
        route = dict(zip(columns, line.split(), strict=True))
        yield route["method"], re.sub(r"\{\w+\}", "1", route["path"]), route["credential"], route["listener"]


def wrongly_kept(text):
    patterns = behaviors(text)
    found = {path for method, path, credential, _ in buyers_routes() if kept(patterns, path) != "none" and path not in FOR_EVERYBODY}
    return found | {path for path in FOR_EVERYBODY if kept(patterns, path) == "none"}


def wrongly_refused(text):
    """Methods that a behaviour lets through are those of its routes."""
    patterns = behaviors(text)
    return {(method, path) for method, path, _, listener in buyers_routes()
            if listener != "operators" and method not in ("GET", "HEAD") and kept(patterns, path) != "none"}


class Edge(unittest.TestCase):
    TEXT = (MODULES / "edge" / "main.tf").read_text()

    def test_nothing_that_is_a_persons_is_kept(self):
        self.assertGreater(len(behaviors(self.TEXT)), 3)
        self.assertEqual(wrongly_kept(self.TEXT), set())
        self.assertEqual(wrongly_refused(self.TEXT), set())

    def test_planted_faults_are_found(self):
        seats = '    { path = "/api/v1/concerts/*/seats", keep = "none" },\n'
        self.assertIn(seats, self.TEXT)
        self.assertIn("/api/v1/concerts/1/schedules/1/seats", wrongly_kept(self.TEXT.replace(seats, "")))
        self.assertIn("/api/v1/points", wrongly_kept(self.TEXT.replace('path = "/api/v1/concerts", keep', 'path = "/api/v1/*", keep')))
        holds = '    { path = "/api/v1/concerts/*/reservations", keep = "none" },\n'
        self.assertIn(("POST", "/api/v1/concerts/1/reservations"), wrongly_refused(self.TEXT.replace(holds, "")))

    def test_every_request_brings_its_host(self):
        """The pods answer to the public name only, and TLS to the balancer is verified by it."""
        kinds = {keep for _, keep in behaviors(self.TEXT)}
        forwarded = dict(re.findall(r"^    (\w+) +=.*(request_policy\.(?:all|host)|null)", re.search(r"forwarded = \{\n(.*?)\n  \}", self.TEXT, re.S)[1], re.M))
        self.assertEqual(set(forwarded), kinds)
        in_key = re.search(r'"aws_cloudfront_cache_policy" "second".*?items = \[(.*?)\]', self.TEXT, re.S)[1]
        self.assertTrue(all(policy != "null" or '"Host"' in in_key for policy in forwarded.values()))

    def test_operators_routes_are_refused_before_they_reach_a_pod(self):
        rule = re.search(r'resource "aws_lb_listener_rule" "operators".*?values = \[(.*?)\]', (MODULES / "balancer" / "rules.tf").read_text(), re.S)
        refused = [(pattern, "404") for pattern in re.findall(r'"([^"]+)"', rule[1])]
        for method, path, credential, listener in buyers_routes():
            # What is on both is answered by the buyers' listener as buyers may see it.
            if credential == "admin" or path in ("/admin", "/actuator/info", "/actuator/prometheus"):
                self.assertEqual(kept(refused, path), "404", path)
            elif listener in ("buyers", "both"):
                self.assertEqual(kept(refused, path), "none", path)


class Settings(unittest.TestCase):
    def test_settings_of_the_chart_exist(self):
        known = set(re.findall(r"^\| `--([\w-]+)` \|", (ROOT / "docs" / "reference" / "settings.md").read_text(), re.M))
        block = re.search(r"    settings = \{\n(.*?)\n    \}", (MODULES / "stack" / "outputs.tf").read_text(), re.S)[1]
        given = set(re.findall(r"^\s+([\w-]+)\s+=", block, re.M))
        self.assertGreater(len(given), 10)
        self.assertEqual(given - known, set())

    def test_parameter_group_has_what_the_server_check_asks_for(self):
        check = (ROOT / "src" / "adapters" / "mysql" / "server_check.cpp").read_text()
        wanted = set(re.findall(r"set (\w+) = (\w+)\"", check))
        self.assertGreater(len(wanted), 3)
        group = re.search(r"checked = \{\n(.*?)\n  \}", (MODULES / "mysql" / "main.tf").read_text(), re.S)[1]
        has = {(name, {"0": "OFF"}.get(value, value) if name == "innodb_rollback_on_timeout" else value)
               for name, value in re.findall(r'(\w+)\s+= "(\w+)"', group)}
        self.assertEqual(wanted - has, set())


class Reasons(unittest.TestCase):
    def test_each_exception_has_a_reason(self):
        count = 0
        for file in TERRAFORM.rglob("*.tf"):
            for line in file.read_text().splitlines():
                if re.search(r"checkov:skip|trivy:ignore|tflint-ignore", line):
                    count += 1
                    self.assertRegex(line, r"(checkov:skip=\w+:\w|(trivy:ignore|tflint-ignore): ?[\w-]+ # ?\w)", f"{file}: {line}")
        self.assertGreater(count, 5)


class Sizing(unittest.TestCase):
    """`make bench` makes the page anew from its measurements; here the page is what its measurements and the prices give."""

    def test_page_is_what_its_measurements_and_the_prices_give(self):
        text = sizing.PAGE.read_text()
        self.assertEqual(sizing.page(sizing.read_prices(sizing.PRICES), sizing.measurements_of_page()), text, "run tools/sizing.py --write")
        self.assertIn("| **sum** |", text)

    def test_another_price_or_measurement_is_another_sum(self):
        price, of = sizing.read_prices(sizing.PRICES), sizing.measurements()
        tables = sizing.tables(price, of)
        self.assertNotEqual(tables, sizing.tables(price | {"nat": price["nat"] * 2}, of))
        self.assertNotEqual(tables, sizing.tables(price, of | {"pod_us": of["pod_us"] * 2}))


if __name__ == "__main__":
    unittest.main()
