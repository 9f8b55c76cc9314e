#!/usr/bin/env python3
"""Clients made from docs/openapi.yml by openapi-generator. It must accept the document without a complaint, the clients of four languages must
compile, and each of them must buy a seat from a started server.

Usage: run.py BINARY [python|typescript|java|kotlin …]     needs Java, Maven and the node modules of web/pages; works in build/clients
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "clients"
DOCUMENT = ROOT / "docs" / "openapi.yml"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
MAVEN = ["mvn", "-q", "-B"]

sys.path.insert(0, str(HERE.parent / "http"))
from sale_driver import Server  # noqa: E402


class Failed(Exception):
    pass


def run(what, *command, timeout=600, **how):
    """Returns the command's output; raises Failed with it if the command fails."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout,
                          check=False, **how)
    if done.returncode:
        raise Failed(f"{what}: {done.stdout[-4000:]}")
    return done.stdout


def generator():
    jars = WORK / "generator"
    pom = HERE / "generator.pom.xml"
    marker = jars / "complete"
    if not marker.exists() or marker.read_text() != pom.read_text():
        shutil.rmtree(jars, ignore_errors=True)
        run("fetching the generator", *MAVEN, "-f", pom, COPY, "-DexcludeTransitive=true", f"-DoutputDirectory={jars}")
        marker.write_text(pom.read_text())
    return ["java", "-jar", next(jars.glob("openapi-generator-cli-*.jar"))]


def validate(command):
    said = run("validate", *command, "validate", "--recommend", "-i", DOCUMENT)
    if "No validation issues detected." not in said:
        raise Failed(f"validate: {said}")


def generate(command, name):
    out = WORK / name
    shutil.rmtree(out, ignore_errors=True)
    said = run(f"generating {name}", *command, "generate", "-i", DOCUMENT, "-g", name, "-o", out)
    (WORK / f"{name}.log").write_text(said)
    return out


def python(command):
    out = generate(command, "python")
    home = WORK / "venv"
    if not (home / "bin" / "python").exists():
        venv.create(home, with_pip=True)
    run("installing the Python client", home / "bin" / "python", "-m", "pip", "install", "-q", out)
    return [home / "bin" / "python", HERE / "python" / "buy.py"]


def typescript(command):
    out = generate(command, "typescript-fetch")
    source, made = WORK / "typescript", WORK / "typescript-made"
    for folder in (source, made):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(out, source / "client")
    shutil.copy(HERE / "typescript" / "buy.ts", source)
    modules = ROOT / "web" / "pages" / "node_modules"
    run("compiling the TypeScript client", modules / ".bin" / "tsc", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", "commonjs",
        "--types", "node", "--typeRoots", modules / "@types", "--outDir", made, source / "buy.ts")
    return ["node", made / "buy.js"]


def java(command):
    out = generate(command, "java")
    shutil.copy(HERE / "java" / "Buy.java", out / "src" / "main" / "java")
    run("compiling the Java client", *MAVEN, "-f", out / "pom.xml", "compile", COPY, f"-DoutputDirectory={out / 'jars'}", timeout=1200)
    return ["java", "-cp", f"{out / 'target' / 'classes'}:{out / 'jars'}/*", "Buy"]


def kotlin(command):
    out = generate(command, "kotlin")
    shutil.copy(HERE / "kotlin" / "Buy.kt", out / "src" / "main" / "kotlin")
    shutil.copy(HERE / "kotlin" / "pom.xml", out)
    run("compiling the Kotlin client", *MAVEN, "-f", out / "pom.xml", "compile", COPY, f"-DoutputDirectory={out / 'jars'}", timeout=1200)
    return ["java", "-cp", f"{out / 'target' / 'classes'}:{out / 'jars'}/*", "BuyKt"]


LANGUAGES = {"python": python, "typescript": typescript, "java": java, "kotlin": kotlin}


def buy(name, program, server, user):
    said = run(f"buying with {name}", *program, f"http://127.0.0.1:{server.port}", 1, user, server.admin, timeout=120)
    bought = re.search(r"^bought (\d+)$", said, re.M)
    if not bought:
        raise Failed(f"{name} bought nothing: {said}")
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/v1/reservations/{bought[1]}?userId={user}", timeout=20) as answer:
        if json.load(answer)["status"] != "CONFIRMED":
            raise Failed(f"{name} says it has bought {bought[1]}")


def main():
    binary, wanted = sys.argv[1], sys.argv[2:] or list(LANGUAGES)
    WORK.mkdir(parents=True, exist_ok=True)
    failures = []
    command = generator()
    with Server(binary) as server:
        for user, (name, step) in enumerate([("document", None), *((name, LANGUAGES[name]) for name in wanted)]):
            try:
                if step is None:
                    validate(command)
                else:
                    buy(name, step(command), server, user)
                print(f"ok    {name}", flush=True)
            except (Failed, subprocess.TimeoutExpired) as failed:
                failures.append(name)
                print(f"FAIL  {name}: {failed}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
