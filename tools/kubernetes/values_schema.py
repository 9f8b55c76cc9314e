#!/usr/bin/env python3
"""The schema of the chart's values: the names below `settings` are those of docs/reference/settings.md, so that a name that
does not exist is refused by helm already.

    tools/kubernetes/values_schema.py            fails if deploy/helm/frontrow/values.schema.json is another
    tools/kubernetes/values_schema.py --write    writes it
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "deploy" / "helm" / "frontrow" / "values.schema.json"
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
# The chart's own.
OWN = {"profile", "host", "port", "admin-host", "admin-port", "drain-seconds"}
# Of the embedded profile.
EMBEDDED = {"data-dir", "wal-limit-mib", "sqlite-cache-mib", "clock-tolerance-seconds", "accept-stored-time"}
AUTHORITIES = {"mysql-tls-ca", "redis-tls-ca-file", "kafka-ca-file", "jwt-ca-file"}
DEFINITIONS = {"key": {"type": ["string", "null"], "pattern": r"^[-._a-zA-Z0-9]+$"},
               "setting": {"type": ["string", "number", "boolean", "array", "null"], "items": {"type": "string"}}}
KEY, SETTING = ({"$ref": f"#/definitions/{name}"} for name in DEFINITIONS)
TEXT, BOOL, COUNT = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
TEXTS = {"type": "array", "items": TEXT}
ANY = {"type": "object"}
FREE = {"type": "array", "items": ANY}
ANNOTATIONS = {"type": "object", "additionalProperties": TEXT}
PER_CENT_OR_COUNT = {"anyOf": [COUNT, {"type": "string", "pattern": r"^\d{1,3}%$"}]}


def settings():
    """All names, and those whose value is a file."""
    rows = re.findall(r"^\| `--([a-z0-9-]+)` \| `FRONTROW_[A-Z0-9_]+` \| .*? \| (.*?) \| .* \|$", SETTINGS.read_text(), re.M)
    return {name for name, _ in rows}, {name for name, allowed in rows if allowed == "a file"}


def thing(**properties):
    return {"type": "object", "additionalProperties": False, "properties": properties}


def keys(names):
    return thing(**{name: KEY for name in sorted(names)})


def schema():
    names, files = settings()
    resources = thing(requests=ANY, limits=ANY)
    spread = {"enum": ["ScheduleAnyway", "DoNotSchedule"]}
    ingress = thing(enabled=BOOL, className=TEXT, hosts=TEXTS, tlsSecret=TEXT, annotations=ANNOTATIONS)
    store = thing(kind={"enum": ["ClusterSecretStore", "SecretStore"]}, name=TEXT)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": DEFINITIONS,
        **thing(
            image=thing(repository=TEXT, tag=TEXT, digest={"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
                        pullPolicy={"enum": ["IfNotPresent", "Always", "Never"]}, pullSecrets=TEXTS),
            settings=thing(**{name: SETTING for name in sorted(names - files - OWN - EMBEDDED)}),
            listen={"enum": ["0.0.0.0", "::"]}, preStopSeconds=COUNT | {"minimum": 1}, drainSeconds=COUNT | {"maximum": 600},
            secrets=thing(existingSecret=TEXT, keys=keys(files - AUTHORITIES), revision=TEXT,
                          externalSecrets=thing(enabled=BOOL, apiVersion=TEXT, store=store, remoteKey=TEXT, refreshInterval=TEXT)),
            authorities=thing(configMap=TEXT, keys=keys(AUTHORITIES)),
            api=thing(replicas=COUNT | {"minimum": 1}, resources=resources, startSeconds=COUNT | {"minimum": 10}, annotations=ANNOTATIONS,
                      rollingUpdate=thing(maxSurge=PER_CENT_OR_COUNT, maxUnavailable=PER_CENT_OR_COUNT)),
            worker=thing(replicas=COUNT, resources=resources, annotations=ANNOTATIONS),
            migration=thing(enabled=BOOL, deadlineSeconds=COUNT, resources=resources),
            autoscaling=thing(enabled=BOOL, minReplicas=COUNT | {"minimum": 1}, maxReplicas=COUNT | {"minimum": 1},
                              cpuPercent=COUNT | {"minimum": 1, "maximum": 100},
                              waitingCommands=thing(enabled=BOOL, metric=TEXT, average=COUNT | {"minimum": 1}),
                              up=thing(stabilizationSeconds=COUNT, percent=COUNT, pods=COUNT, periodSeconds=COUNT),
                              down=thing(stabilizationSeconds=COUNT, percent=COUNT, periodSeconds=COUNT)),
            disruptionBudget=thing(enabled=BOOL, maxUnavailable=PER_CENT_OR_COUNT),
            spread=thing(zones=spread, nodes=spread), lostNodeSeconds=COUNT, nodeSelector=ANNOTATIONS, tolerations=FREE,
            priorityClassName=TEXT, serviceAccount=thing(create=BOOL, name=TEXT, annotations=ANNOTATIONS),
            service=thing(annotations=ANNOTATIONS, operatorsAnnotations=ANNOTATIONS), ingress=ingress, operatorsIngress=ingress,
            networkPolicy=thing(enabled=BOOL, buyers=FREE, operators=FREE, stores=FREE, egress=FREE,
                                storePorts={"type": "array", "items": COUNT | {"minimum": 1, "maximum": 65535}}),
            monitoring=thing(serviceMonitor=thing(enabled=BOOL, interval=TEXT, labels=ANNOTATIONS), rules=thing(enabled=BOOL, labels=ANNOTATIONS)),
            labels=ANNOTATIONS,
            **{"global": ANY},  # helm's own, where this chart is part of another
        ),
    }


def text():
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def complaints(file=SCHEMA):
    if file.exists() and file.read_text() == text():
        return []
    return ["values.schema.json does not fit docs/reference/settings.md: tools/kubernetes/values_schema.py --write"]


def main():
    if sys.argv[1:] == ["--write"]:
        SCHEMA.write_text(text())
    elif bad := complaints():
        sys.exit(bad[0])


if __name__ == "__main__":
    main()
