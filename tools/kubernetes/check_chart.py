#!/usr/bin/env python3
"""Checks the chart of deploy/helm without a cluster: its schema fits the settings, helm lints and renders it for dev, staging and prod, the
objects fit the schemas of the newest three Kubernetes minors, kube-score finds nothing, and our own rules hold.

    tools/kubernetes/check_chart.py [--helm deploy/helm]
"""

import argparse
import concurrent.futures
import re
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import yaml

import chart
import values_schema

# Kinds that operators bring; Kubernetes' own schemas do not have them.
FOREIGN = {"ExternalSecret", "ServiceMonitor", "PrometheusRule"}
NEWEST = 3
# What kube-score finds and why it stays.
ACCEPTED = {"container-image-pull-policy": "a tag is never moved, so a node that has the image need not ask again"}
ONE_POD = {"deployment-replicas": "a developer needs one", "deployment-has-poddisruptionbudget": "one pod cannot stay while its node is emptied"}
# A limit would stop a pod in the middle of a rush although the node has processor time to spare; requests share it fairly.
SCORE = ["--ignore-container-cpu-limit"]
UNITS = {"": 1, "m": Decimal("0.001"), "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def tool(name, words, text=None):
    path = chart.TOOLS / name
    if not path.exists():
        sys.exit(f"check_chart: {name} is not here: tools/kubernetes/tools.sh check")
    return subprocess.run([path, *words], input=text, capture_output=True, text=True, timeout=240)


def lint(folder, environment):
    done = tool("helm", ["lint", "--strict", "--quiet", folder / "frontrow", "--values", folder / f"values-{environment}.yaml"])
    return [f"helm lint, {environment}: {done.stdout}{done.stderr}".strip()] if done.returncode else []


def minors():
    done = tool("../python/bin/python", ["-c", "from kubernetes_validate.utils import all_versions; print(*all_versions())"])
    found = {".".join(each.split(".")[:2]) for each in done.stdout.split()}
    newest = sorted(found, key=lambda text: int(text.split(".")[1]))[-NEWEST:]
    if len(newest) < NEWEST:
        sys.exit(f"check_chart: no schemas: {done.stderr}")
    return newest


def validate(folder, environment, objects, minors):
    own = [each for each in objects if each["kind"] not in FOREIGN]
    own += yaml.safe_load_all((folder / "namespaces" / f"{environment}.yaml").read_text())
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump_all(own, file)
        file.flush()
        done = tool("kubernetes-validate", ["--strict", "--quiet", *(word for minor in minors for word in ("-k", minor)), file.name])
    bad = [line.replace(file.name, environment) for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return bad or ([f"kubernetes-validate, {environment}: {done.returncode}"] if done.returncode else [])


def score(environment, objects, minor):
    words = ["score", "--kubernetes-version", f"v{minor}", "--output-format", "ci", "--exit-one-on-warning", *SCORE]
    for name in ACCEPTED | (ONE_POD if environment == "dev" else {}):
        words += ["--ignore-test", name]
    done = tool("kube-score", [*words, "-"], yaml.safe_dump_all([each for each in objects if each["kind"] not in FOREIGN]))
    bad = [f"kube-score, {environment}: {line}" for line in done.stdout.splitlines() if line.startswith(("[WARNING]", "[CRITICAL]"))]
    return bad or ([f"kube-score, {environment}: {done.stdout}{done.stderr}"] if done.returncode else [])


def number(text):
    digits, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text)).groups()
    return Decimal(digits) * UNITS[unit]


def pods_at_most(objects):
    """Each kind of pod, and how many there are at once: as many as the autoscaler allows, in the middle of an update."""
    scaled = {each["spec"]["scaleTargetRef"]["name"]: each["spec"]["maxReplicas"] for each in objects if each["kind"] == "HorizontalPodAutoscaler"}
    for each in objects:
        if each["kind"] == "Deployment":
            count = scaled.get(each["metadata"]["name"]) or each["spec"]["replicas"]
            surge = each["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
            more = -(-count * int(surge[:-1]) // 100) if isinstance(surge, str) else surge
            yield each["spec"]["template"]["spec"], count + more
        elif each["kind"] == "Job":
            yield each["spec"]["template"]["spec"], 1
        elif each["kind"] == "Pod":
            yield each["spec"], 1


def fits_quota(folder, environment, objects):
    """A quota that is too small would stop the autoscaler on the evening of a sale."""
    file = folder / "namespaces" / f"{environment}.yaml"
    hard = next(each for each in yaml.safe_load_all(file.read_text()) if each["kind"] == "ResourceQuota")["spec"]["hard"]
    wanted = dict.fromkeys(hard, Decimal(0))
    for pod, count in pods_at_most(objects):
        wanted["pods"] += count
        for name in hard:
            side, _, resource = name.partition(".")
            if side in ("requests", "limits"):
                wanted[name] += count * sum(number(one["resources"][side].get(resource, 0)) for one in pod["containers"])
    return [f"{environment}: the quota allows {hard[name]} {name}, and the chart may want {wanted[name].normalize():f}"
            for name in hard if wanted[name] > number(hard[name])]


def is_selected(selector, labels):
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    return wanted and all(labels.get(each["key"]) in each["values"] for each in selector.get("matchExpressions", []))


def directions(objects, labels):
    """Ingress and Egress, as far as some policy is about these pods."""
    policies = [each["spec"] for each in objects if each["kind"] == "NetworkPolicy"]
    return {each for policy in policies if is_selected(policy["podSelector"], labels) for each in policy["policyTypes"]}


def own_rules(environment, objects):
    bad = []
    for each in objects:
        pod = each.get("spec", {}).get("template", {}).get("spec") or (each["spec"] if each["kind"] == "Pod" else None)
        if not pod:
            continue
        labels = (each["spec"].get("template") or each)["metadata"]["labels"]
        name = f"{environment}, {each['kind']} {each['metadata']['name']}"
        rules = {"takes variables of services": pod.get("enableServiceLinks") is False,
                 "has a token of Kubernetes": pod.get("automountServiceAccountToken") is False,
                 "may be reached or reach without a policy": directions(objects, labels) == {"Ingress", "Egress"}}
        for one in pod["containers"]:
            ready, stop = one.get("readinessProbe"), one.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            variables = {every["name"]: every.get("value", "") for every in one.get("env", [])}
            drain = int(variables.get("FRONTROW_DRAIN_SECONDS", 20))
            rules["ends before it has drained"] = not ready or pod["terminationGracePeriodSeconds"] >= stop + drain + 5
            rules["is ready longer than it is there"] = not ready or stop >= ready["periodSeconds"] * ready["failureThreshold"] or environment == "dev"
            rules["can write its root"] = one.get("securityContext", {}).get("readOnlyRootFilesystem") is True
            rules["has a secret in a variable"] = not any(re.search(r"(PASSWORD|TOKEN|KEY)$", name) for name in variables)
            mounted = {mount["mountPath"] for mount in one.get("volumeMounts", [])}
            rules["has a file that is not mounted"] = all(any(value.startswith(f"{at}/") for at in mounted)
                                                          for key, value in variables.items() if value.startswith("/"))
        bad += [f"{name}: {complaint}" for complaint, holds in rules.items() if not holds]
    return bad


def check(folder, environments=chart.ENVIRONMENTS):
    bad = values_schema.complaints(folder / "frontrow" / "values.schema.json")
    newest = minors()
    for environment in environments:
        try:
            objects = chart.render(environment, chart=folder / "frontrow", files=folder)
        except chart.Refused as refusal:
            bad.append(f"helm template, {environment}: {refusal}")
            continue
        jobs = [lambda: lint(folder, environment), lambda: score(environment, objects, newest[-1]), lambda: validate(folder, environment, objects, newest)]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for found in pool.map(lambda job: job(), jobs):
                bad += found
        bad += fits_quota(folder, environment, objects) + own_rules(environment, objects)
    return bad, newest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--helm", type=lambda text: Path(text).resolve(), default=chart.HELM)
    bad, newest = check(parser.parse_args().helm)
    print("\n".join(bad) if bad else f"the chart is in order for {', '.join(chart.ENVIRONMENTS)} on Kubernetes {', '.join(newest)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
