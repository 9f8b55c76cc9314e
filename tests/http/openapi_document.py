"""Checks answers against docs/openapi.yml: status, headers, content type, schema, and the error codes of an operation."""

import json
import re

import jsonschema
import yaml


class Broken(Exception):
    """The answer is not as documented."""


class _NotPlain:
    """A number that is not written as a plain integer; no schema of ours allows one."""


def strict_json(text):
    def refuse_twice(pairs):
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            raise Broken("a name twice in an object")
        return dict(pairs)

    return json.loads(text, parse_float=lambda _: _NotPlain(), parse_constant=lambda _: _NotPlain(), object_pairs_hook=refuse_twice)


def _draft(node):
    """OpenAPI 3.0's dialect as a JSON Schema: `nullable` becomes the type null."""
    if isinstance(node, list):
        return [_draft(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _draft(value) for key, value in node.items()}
    if node.get("format") == "date-time":  # only answers are checked; a client would apply the pattern to a parsed date
        node["pattern"] = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"
    if node.pop("nullable", False) is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    return node


# The facts in an event of each type. The document has one schema for all types, so it cannot say this.
OF_RESERVATION = {"reservationId", "seq", "userId", "concertId", "scheduleId", "seats", "amount", "temporaryExpiresAt"}
EVENT_FACTS = {
    "reservation.created": OF_RESERVATION,
    "reservation.expired": OF_RESERVATION,
    "reservation.cancelled": OF_RESERVATION,
    "payment.completed": OF_RESERVATION | {"paymentId", "paidAt"},
    "queue.activated": {"concertId", "userId", "number"},
    "concert.changed": {"concertId", "seq", "changes"},
    "schedule.changed": {"concertId", "scheduleId", "seq", "changes"},
}


class Operation:
    def __init__(self, method, path, item):
        self.method = method.upper()
        self.path = path
        self.id = item["operationId"]
        self.item = item


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._resolver = jsonschema.RefResolver("", _draft(self.root))
        self._validators = {}
        self.operations = {
            item["operationId"]: Operation(method, path, item)
            for path, methods in self.root["paths"].items()
            for method, item in methods.items()
        }
        self.seen = set()  # (operation, status, code or None)

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.root
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def parameters(self, operation, where):
        return [p for p in map(self.resolve, operation.item.get("parameters", [])) if p["in"] == where]

    def body_schema(self, operation):
        body = operation.item.get("requestBody")
        return self.resolve(body["content"]["application/json"]["schema"]) if body else None

    def codes(self, operation, status):
        response = self.resolve(operation.item["responses"].get(str(status), {}))
        return set(response.get("content", {}).get("application/problem+json", {}).get("examples", {}))

    def promised(self):
        """Every (operation, status, code) in the document."""
        for operation in self.operations.values():
            for status in operation.item["responses"]:
                codes = self.codes(operation, status)
                for code in codes or {None}:
                    yield operation.id, int(status), code

    def _check_value(self, schema, value, where):
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema.Draft4Validator(_draft(schema), resolver=self._resolver)
        error = jsonschema.exceptions.best_match(self._validators[key].iter_errors(value))
        if error is not None:
            raise Broken(f"{where}{error.json_path}: {error.message}")

    def _check_headers(self, described, headers):
        for name, header in described.items():
            text = headers.get(name)
            if text is None:
                if name in ("traceparent", "Cache-Control", "WWW-Authenticate"):
                    raise Broken(f"no header {name}")
                continue
            schema = self.resolve(self.resolve(header)["schema"])
            value = int(text) if schema.get("type") == "integer" and re.fullmatch(r"\d+", text) else text
            self._check_value(schema, value, f"header {name} ")

    def _check_problem(self, operation, status, headers, value):
        if value["status"] != status:
            raise Broken(f"status in the problem is {value['status']}")
        if value["code"] not in self.codes(operation, status):
            raise Broken(f"{value['code']} is not documented for {status} of {operation.id}")
        if value["traceId"] != headers["traceparent"].split("-")[1]:
            raise Broken("traceId is not that of traceparent")
        later = status in (429, 503) or value["code"] in (
            "QUEUE_TOKEN_NOT_ACTIVE", "REQUEST_IN_PROGRESS", "SEAT_LOCKED", "TOO_MANY_UNPAID_HOLDS", "SEAT_COOLING_DOWN")
        if later != ("Retry-After" in headers):
            raise Broken("Retry-After is there or is missing against the rule")

    def check(self, operation, status, headers, body):
        """Raises Broken unless the document describes the answer."""
        response = operation.item["responses"].get(str(status))
        if response is None:
            raise Broken(f"status {status} is not documented")
        response = self.resolve(response)
        self._check_headers(response.get("headers", {}), headers)
        content = response.get("content")
        if not content:
            if body:
                raise Broken("a body where none is documented")
            self.seen.add((operation.id, status, None))
            return
        kind = headers.get("Content-Type", "").split(";")[0]
        if kind not in content:
            raise Broken(f"content type {kind!r} is not documented")
        if kind not in ("application/json", "application/problem+json"):
            self.seen.add((operation.id, status, None))
            return
        value = strict_json(body.decode("utf-8"))
        self._check_value(content[kind]["schema"], value, "body ")
        for event in value.get("events", []) if operation.id == "eventFeed" else []:
            if set(event["data"]) != EVENT_FACTS[event["type"]]:
                raise Broken(f"{event['type']} says {sorted(event['data'])}")
        is_problem = kind == "application/problem+json"
        if is_problem:
            self._check_problem(operation, status, headers, value)
        self.seen.add((operation.id, status, value["code"] if is_problem else None))
