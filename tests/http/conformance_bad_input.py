"""Bad input made from the document itself: each parameter, field and header of each operation, with every kind of fault."""

import json
import socket

BAD_INTEGERS = ["1.0", "1e3", "-1", "0", "9007199254740992", "9223372036854775808", '"1"', "true", "[]", "{}", "-0", "01", "null"]
BAD_TEXTS = ["1", "true", "[]", "{}", '""', '"' + "x" * 301 + '"', '"a\\u0000b"', '"\\ud800"']
BAD_TIMES = ["1", '""', '"tomorrow"', '"2026-13-01T00:00:00Z"', '"2026-02-30T00:00:00Z"', '"2026-01-01"', '"2026-01-01T00:00:00"']
BAD_FACTS = ["0", '"true"', "[]", "{}"]
BAD_LISTS = ["1", "[]", "{}", "[1.5]", "[null]", '["1"]', "[{}]", "[[]]", "[1,1]", "[0]"]
BAD_BODIES = [b"", b" ", b"null", b"[]", b"1", b'"x"', b"{", b"}", b"{}", b"{]", b'{"a":1,}', b"{'a':1}", b'{"a":1}{"a":1}', b'\xff\xfe',
              b'{"a":"\xc3\x28"}', b'{"a":NaN}', b'{"a":1,"a":1}', b'\xef\xbb\xbf{}', b"[" * 1000, b'{"a":' * 40 + b"1" + b"}" * 40]
BAD_IDS = ["0", "-1", "x", "1.0", "1e3", "9007199254740992", "99999999999999999999", "%31x", "%00", "%C3%28", "+1", "01x"]
BAD_QUERIES = ["", "-1", "0x1", "1.5", "9007199254740992", "x", "%zz", "%", "1%00", "%ff", "1&{name}=2"]


def _path_of(operation, document):
    return {p["name"]: 1 for p in document.parameters(operation, "path")}


def _headers(operation, admin, ticket):
    needs = json.dumps(operation.item.get("security", []))
    headers = dict(admin) if "adminToken" in needs else {}
    return headers | (ticket if "queueToken" in needs else {})


def _bad_values(schema):
    kind = schema.get("type")
    if kind == "integer":
        return BAD_INTEGERS
    if kind == "boolean":
        return BAD_FACTS
    if kind == "array":
        return BAD_LISTS
    if kind == "string":
        return BAD_TIMES if schema.get("format") == "date-time" else BAD_TEXTS
    return ["1", "[]", '"x"']


def _example(operation, document):
    content = operation.item["requestBody"]["content"]["application/json"]
    return content["example"] if "example" in content else document.resolve(next(iter(content["examples"].values())))["value"]


def _bodies(operation, document):
    schema, example = document.body_schema(operation), _example(operation, document)
    for name, field in schema.get("properties", {}).items():
        for value in _bad_values(document.resolve(field)):
            rest = {k: v for k, v in example.items() if k != name}
            yield (json.dumps(rest)[:-1] + (", " if rest else "") + f'"{name}": {value}' + "}").encode()
        if name in schema.get("required", []):
            yield json.dumps({k: v for k, v in example.items() if k != name}).encode()
    yield from BAD_BODIES


def _raw(ask, request):
    """Sends bytes that http.client would refuse. Only a complete problem document is checked."""
    with socket.create_connection(("127.0.0.1", ask.server.port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["code"]


def _framing(ask):
    for lines in (b"", b"Host: a\r\nHost: b\r\n", b"Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n", b"Host: a\r\nTransfer-Encoding: gzip\r\n",
                  b"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", b"Host: a\r\n folded: x\r\n", b"Host: a\r\nBad Name: x\r\n"):
        status = _raw(ask, b"POST /api/v1/points/charge HTTP/1.1\r\n" + lines + b"\r\n")
        if status != (400, "MALFORMED_REQUEST"):
            ask.complain(f"framing {lines!r} → {status}")
    status = _raw(ask, b"GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
    if status != (400, "MALFORMED_REQUEST"):
        ask.complain(f"a target without / → {status}")


def everything(ask, admin):
    document = ask.document
    ticket = ask.enter(900)
    for operation in document.operations.values():
        headers, path = _headers(operation, admin, ticket), _path_of(operation, document)
        has_body = "requestBody" in operation.item
        body = {} if has_body else None
        for name in path:
            for value in BAD_IDS:
                ask.ask(operation.id, path=path | {name: value}, headers=headers, body=body)
        for parameter in document.parameters(operation, "query"):
            for value in BAD_QUERIES:
                ask.ask(operation.id, path=path, headers=headers, raw_query=f"{parameter['name']}={value.format(name=parameter['name'])}")
        ask.ask(operation.id, path=path, headers=headers, raw_query="&".join(f"a{i}=1" for i in range(17)), expect=400, body=body)
        ask.ask(operation.id, path=path, headers=headers, raw_query="q=" + "x" * 9000, expect="URI_TOO_LONG", body=body)
        ask.ask(operation.id, path=path, headers=headers | {"X-Long": "x" * 17000}, expect="HEADERS_TOO_LARGE", body=body)
        ask.ask(operation.id, path=path, headers=headers | {"Transfer-Encoding": "gzip"}, expect="MALFORMED_REQUEST", body=body)
        ask.ask(operation.id, path=path, headers=headers, body=b"x" * 5_000_000, expect="PAYLOAD_TOO_LARGE")
        _credentials(ask, operation, headers, path, body)
        if operation.id == "leaveQueue":
            ticket = ask.enter(900)  # the requests above with a bad query were carried out (this operation reads no query), so the old ticket has left
        if not has_body:
            continue
        for bad_body in _bodies(operation, document):
            ask.ask(operation.id, path=path, headers=headers, body=bad_body)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/xml"):
            ask.ask(operation.id, path=path, headers=headers, body=b"{}", kind=kind, expect=415)
        for key in ("", "x" * 65, "caf\u00e9"):
            if operation.method == "POST":
                ask.ask(operation.id, path=path, headers=headers | {"Idempotency-Key": key}, body=_example(operation, document))
    _framing(ask)


def _credentials(ask, operation, headers, path, body):
    if "X-Queue-Token" in headers:
        token = headers["X-Queue-Token"]
        last = "A" if token[-1] != "A" else "B"
        for bad in ("", "x", "A" * 64, token[:-1], token + "A", token[:-1] + last, token[:5] + last + token[6:], "!" * 64, "x" * 5000):
            ask.ask(operation.id, path=path, headers=headers | {"X-Queue-Token": bad}, body=body)
        ask.ask(operation.id, path=path, headers={k: v for k, v in headers.items() if k != "X-Queue-Token"}, body=body)
    if "Authorization" in headers:
        ask.ask(operation.id, path=path, body=body, expect="UNAUTHORIZED")
        for bad in ("Basic eDp5", "Bearer", "bearer x"):
            ask.ask(operation.id, path=path, headers={"Authorization": bad}, body=body)
        ask.ask(operation.id, path=path, headers={"Authorization": headers["Authorization"] + "x"}, body=body, expect="FORBIDDEN")
