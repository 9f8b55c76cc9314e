"""The chart of deploy/helm as helm renders it."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
HELM = ROOT / "deploy" / "helm"
CHART = HELM / "frontrow"
ENVIRONMENTS = ("dev", "staging", "prod")
TOOLS = ROOT / "build" / "tools" / "bin"


class Refused(Exception):
    """What helm says."""


def helm():
    """tools/kubernetes/tools.sh puts it into build/tools."""
    return shutil.which("helm", path=os.pathsep.join([str(TOOLS), os.environ["PATH"]]))


def render(environment, values=None, options=(), chart=CHART, files=HELM):
    """The objects of one environment; `values` count over those of its file."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as over:
        json.dump(values or {}, over)
        over.flush()
        words = [helm(), "template", "frontrow", chart, "--namespace", f"frontrow-{environment}", "--values", files / f"values-{environment}.yaml",
                 "--values", over.name, *options]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Refused(done.stderr.strip())
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def find(objects, kind, name):
    return next(each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name))


def pod(objects, kind, name):
    """The pods' specification of a Deployment or a Job."""
    return find(objects, kind, name)["spec"]["template"]["spec"]
