#!/usr/bin/env python3
"""Checks deploy/terraform as far as it goes without AWS: check.py [--names|--quick]

Names alone (names.py), with errors planted to be found; format; names, types and references of all environments (`validate`) and their whole graph (`test`) with a stand-in for the provider (stand_in/), which has
the real one's names from its generated bindings; typing errors that are planted have to be found; checkov, tflint and trivy. --quick leaves the last
three out, --names all but the first. Needs terraform or tofu (1.11 or newer), go, npm and python3; what it fetches and builds comes into build/tools/terraform once. tflint and trivy are
built from their Go modules, which takes long, only with --build-linters; else they run where they are found.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bindings  # noqa: E402
from planted import PLANTED  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "deploy" / "terraform"
TOOLS = ROOT / "build" / "tools" / "terraform"
WORK = ROOT / "build" / "terraform"
BINDINGS, BINDINGS_SUM = "@cdktf/provider-aws@21.22.1", "BuSHeaQFUL9l33pBzIMRT7cTQ69AM2mLtijjteCPhVQRmvuhuj9Lvfymf7knAMhYqAT6+Lrls9jiGVW/Us3zrQ=="
LINTERS = {"tflint": "github.com/terraform-linters/tflint@v0.61.0", "trivy": "github.com/aquasecurity/trivy/cmd/trivy@v0.74.0"}
PLATFORM = "linux_amd64"
ROOTS = ["envs/dev", "envs/staging", "envs/prod", "bootstrap"]
TESTED = ["modules/capacity", "envs/dev", "envs/staging", "envs/prod"]


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=1800, check=False, **options)


def must(what, *words, **options):
    done = run(*words, **options)
    if done.returncode:
        raise SystemExit(f"{what}:\n{(done.stdout + done.stderr)[-6000:]}")
    return done


def program(*names):
    found = next((path for name in names if name and (path := shutil.which(name) or shutil.which(name, path=str(TOOLS)))), None)
    if not found:
        raise SystemExit(f"check-terraform: needs {' or '.join(name for name in names if name)}")
    return found


def fetch_bindings():
    file = TOOLS / "provider-aws.tgz"
    if not file.exists():
        must("npm", program("npm"), "pack", BINDINGS, "--silent", "--pack-destination", TOOLS)
        next(TOOLS.glob("cdktf-provider-aws-*.tgz")).rename(file)
    if base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode() != BINDINGS_SUM:
        raise SystemExit(f"check-terraform: {file} is not {BINDINGS}")
    return file


def make_schema():
    """The schema of what is in use, made anew when a file of deploy/terraform has changed; and the provider's version."""
    file, mark = TOOLS / "schema.json", hashlib.sha256()
    for path in [*sorted(SOURCE.rglob("*.tf")), HERE / "bindings.py"]:
        mark.update(path.read_bytes())
    if not file.exists() or json.loads(file.read_text())["mark"] != mark.hexdigest():
        version, schema = bindings.schema(fetch_bindings(), [SOURCE])
        file.write_text(json.dumps({"mark": mark.hexdigest(), "version": version, **schema}))
    return file, json.loads(file.read_text())["version"]


def build_stand_in(version):
    """A mirror of providers on this machine, with the stand-in under the real name and version."""
    mirror, built = TOOLS / "mirror", TOOLS / "stand-in"
    mark = "".join(path.read_text() for path in sorted((HERE / "stand_in").glob("*")))
    if not built.exists() or (TOOLS / "stand-in.mark").read_text() != mark:
        must("go build", program("go"), "build", "-o", built, ".", cwd=HERE / "stand_in")
        (TOOLS / "stand-in.mark").write_text(mark)
    shutil.rmtree(mirror, ignore_errors=True)
    for registry in ("registry.terraform.io", "registry.opentofu.org"):
        folder = mirror / registry / "hashicorp" / "aws" / version / PLATFORM
        folder.mkdir(parents=True)
        shutil.copy(built, folder / f"terraform-provider-aws_v{version}")
    return mirror


class Terraform:
    """terraform or tofu with the stand-in, on a copy of deploy/terraform."""

    def __init__(self):
        self.program = program(os.environ.get("TERRAFORM"), "tofu", "terraform")
        schema, version = make_schema()
        (TOOLS / "cli.tfrc").write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{build_stand_in(version)}"\n  }}\n}}\n'
                                        "disable_checkpoint = true\n")
        self.environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(TOOLS / "cli.tfrc"), "FRONTROW_STAND_IN_SCHEMA": str(schema),
                            "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}

    def run(self, *words, **options):
        return run(self.program, *words, env=self.environment, **options)

    def must(self, what, *words, **options):
        return must(what, self.program, *words, env=self.environment, **options)

    def version(self):
        return self.run("version").stdout.splitlines()[0]

    def prepare(self, folder, root):
        return self.must(f"init of {root}", "init", "-backend=false", "-input=false", "-no-color", cwd=folder / root)

    def complaints(self, folder, root):
        answer = json.loads(self.run("validate", "-json", cwd=folder / root).stdout)
        return [f"{each['summary']}: {each.get('detail', '')} ({each.get('range', {}).get('filename')}:{each.get('range', {}).get('start', {}).get('line')})"
                for each in answer["diagnostics"]]


def copy(to):
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(SOURCE, to, ignore=shutil.ignore_patterns(".terraform*"))


def check_format(terraform):
    terraform.must("not formatted (terraform fmt -recursive deploy/terraform)", "fmt", "-check", "-recursive", SOURCE)


def validate(terraform):
    copy(WORK)
    for root in ROOTS:
        terraform.prepare(WORK, root)
        if found := terraform.complaints(WORK, root):
            raise SystemExit(f"{root}:\n" + "\n".join(found))


@contextlib.contextmanager
def planted(fault):
    """The copy with an error in it."""
    file = WORK / fault.file
    before = file.read_text()
    if fault.text not in before:
        raise SystemExit(f"planted.py: {fault.file} has no {fault.text!r}")
    file.write_text(before.replace(fault.text, fault.instead, 1))
    yield
    file.write_text(before)


def check_planted(terraform):
    """Each error has to be found, by its name. One after the other in one copy, which is prepared already."""
    for fault in PLANTED:
        with planted(fault):
            found = terraform.complaints(WORK, "envs/prod")
        if not any(fault.found in each for each in found):
            raise SystemExit(f"not found: {fault.text!r} as {fault.instead!r} in {fault.file}; said was {found}")


def test(terraform):
    terraform.prepare(WORK, "modules/capacity")
    for root in TESTED:
        done = terraform.must(f"test of {root}", "test", "-no-color", cwd=WORK / root)
        print(f"{root}: {done.stdout.strip().splitlines()[-1]}")


def build_linters():
    for name, module in LINTERS.items():
        if not (TOOLS / name).exists():
            must(name, program("go"), "install", module, env={**os.environ, "GOBIN": str(TOOLS), "CGO_ENABLED": "0"})


def python():
    """The folder of programs with checkov and what it needs."""
    home, wanted = TOOLS / "python", HERE / "requirements.txt"
    marker = home / "complete"
    if not marker.exists() or marker.read_text() != wanted.read_text():
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        must("pip", home / "bin" / "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted)
        marker.write_text(wanted.read_text())
    return home / "bin"


def names(folder):
    """What names.py says of a copy."""
    modules = sorted({path.parent for path in folder.rglob("*.tf") if ".terraform" not in path.parts})
    return run(python() / "python", HERE / "names.py", make_schema()[0], *modules).stdout.strip()


def check_names():
    copy(WORK)
    if found := names(WORK):
        raise SystemExit(found)
    for fault in PLANTED:
        with planted(fault):
            if fault.is_name and fault.found not in names(WORK):
                raise SystemExit(f"names.py has not found {fault.text!r} as {fault.instead!r} in {fault.file}")


def checkov():
    # Their own list of public modules is asked for otherwise, and a key for their service.
    done = must("checkov", python() / "checkov", "--directory", SOURCE, "--framework", "terraform", "--compact", "--quiet", "--skip-download",
                "--download-external-modules", "false", env={**os.environ, "LOG_LEVEL": "ERROR"})
    return done.stdout.strip() or "checkov has nothing to say"


def lint(name, *words, each_root=False):
    found = shutil.which(name) or shutil.which(name, path=str(TOOLS))
    if not found:
        return f"{name} is not here: --build-linters"
    for folder in [SOURCE / root for root in ROOTS] + sorted((SOURCE / "modules").iterdir()) if each_root else [SOURCE]:
        must(f"{name} in {folder}", found, *words, cwd=folder)
    return f"{name} has nothing to say"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--build-linters", action="store_true")
    options = parser.parse_args()
    TOOLS.mkdir(parents=True, exist_ok=True)
    check_names()
    print(f"every name is the provider's, and {sum(fault.is_name for fault in PLANTED)} planted errors in names were found", flush=True)
    if options.names:
        return 0
    terraform = Terraform()
    check_format(terraform)
    validate(terraform)
    print(f"{terraform.version()} accepts {', '.join(ROOTS)}", flush=True)
    check_planted(terraform)
    print(f"{len(PLANTED)} planted errors were found", flush=True)
    test(terraform)
    if options.build_linters:
        build_linters()
    if not options.quick:
        print(checkov(), lint("tflint", "--config", HERE / "tflint.hcl", each_root=True),
              lint("trivy", "config", "--quiet", "--skip-check-update", "--exit-code", "1", "."), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
