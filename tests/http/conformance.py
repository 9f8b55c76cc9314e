#!/usr/bin/env python3
"""Every operation of docs/openapi.yml, with good and bad requests: the document must describe every answer, and every
described answer must happen.

Usage: conformance.py path/to/frontrow path/to/docs/openapi.yml
"""

import re
import sys
import time

import conformance_bad_input as bad
from openapi_document import Document
from sale_driver import Driver, Server, jwt

JWT_KEY = "a key for tests of thirty-two bytes or more"
PASS_KEY = "the gateway's key for tests of thirty-two bytes or more"
CHARGE_TOKEN = "the payment service of these tests, 32 bytes and more"

# These need a broken disk, a full queue, two writers or a slow client; other suites test them.
HARD = {"OVERLOADED", "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", "SEAT_LOCKED", "REQUEST_IN_PROGRESS", "REQUEST_TIMEOUT"}
# (operation, status, code) that this test cannot cause from outside, with the reason.
UNSEEN = {
    ("charge", 409, "BALANCE_LIMIT_EXCEEDED"),  # takes 900,719,925 of the largest charges
    ("health", 503, None),  # starting and draining only
    ("readiness", 503, None),
    ("eventFeed", 410, "EVENTS_GONE"),  # a day must pass: tests/http/tour_test
}


def tour(ask, admin):
    """A buyer's requests, and every refusal on the way."""
    listed = ask.ask("listConcerts", expect=200)
    ask.ask("listConcerts", headers={"If-None-Match": listed.headers["ETag"]}, expect=304)
    page = ask.ask("listConcerts", query={"limit": 1}, expect=200)
    ask.ask("listConcerts", query={"limit": 1, "cursor": page["nextCursor"]}, expect=200)
    one = ask.ask("getConcert", path={"concertId": 1}, expect=200)
    ask.ask("getConcert", path={"concertId": 1}, headers={"If-None-Match": one.headers["ETag"]}, expect=304)
    ask.ask("getConcert", path={"concertId": 999}, expect=404)
    dates = ask.ask("listSchedules", path={"concertId": 1}, query={"availableOnly": "true"}, expect=200)
    ask.ask("listSchedules", path={"concertId": 1}, query={"availableOnly": "true"}, headers={"If-None-Match": dates.headers["ETag"]}, expect=304)
    schedules = dates["schedules"]
    ask.ask("listSchedules", path={"concertId": 999}, expect=404)
    first = schedules[0]["id"]
    mine = ask.enter(1)
    ask.ask("joinQueue", body={"userId": 1, "concertId": 1}, expect=200)
    ask.ask("joinQueue", body={"userId": 1, "concertId": 999}, expect="CONCERT_NOT_FOUND")
    here = {"concertId": 1, "scheduleId": first}
    seats = ask.ask("seatMap", path=here, headers=mine, expect=200)
    ids = [seat["id"] for seat in seats["seats"]]
    ask.ask("seatMap", path=here, headers=mine | {"If-None-Match": seats.headers["ETag"]}, expect=304)
    ask.ask("seatMap", path=here, headers=mine, query={"status": "AVAILABLE"}, expect=200)
    ask.ask("seatMap", path=here, headers=mine, query={"since": seats["version"]}, expect=200)
    ask.ask("seatMap", path=here, headers=mine, query={"since": 10**9}, expect=400)
    ask.ask("seatMap", path={"concertId": 1, "scheduleId": 999}, headers=mine, expect="SCHEDULE_NOT_FOUND")
    ask.ask("seatMap", path={"concertId": 999, "scheduleId": first}, headers=mine, expect="CONCERT_NOT_FOUND")
    hold = {"path": {"concertId": 1}, "headers": mine}
    held = ask.ask("holdSeats", **hold, body={"scheduleId": first, "seatId": ids[0]}, expect=201)
    ask.ask("holdSeats", **hold, body={"scheduleId": first, "seatId": ids[0]}, expect=200)
    more = ask.ask("holdSeats", **hold, body={"scheduleId": first, "seatIds": ids[1:3]}, expect=201)
    ask.ask("holdSeats", **hold, body={"scheduleId": first, "seatIds": ids[3:5]}, expect="SEAT_LIMIT_EXCEEDED")
    ask.ask("holdSeats", **hold, body={"scheduleId": 999, "seatId": ids[0]}, expect="SCHEDULE_NOT_FOUND")
    ask.ask("holdSeats", **hold, body={"scheduleId": first, "seatId": 10**9}, expect="SEAT_NOT_FOUND")
    ask.ask("holdSeats", **hold, body={"scheduleId": first, "seatId": ids[0], "userId": 2}, expect="FORBIDDEN")
    ask.ask("holdSeats", path={"concertId": 999}, headers=mine, body={"scheduleId": 1, "seatId": 1}, expect="CONCERT_NOT_FOUND")
    other = ask.enter(2)
    theirs = {"path": {"concertId": 1}, "headers": other}
    ask.ask("holdSeats", **theirs, body={"scheduleId": first, "seatId": ids[0]}, expect="SEAT_ALREADY_RESERVED")
    ask.ask("seatMap", path=here, headers=mine, query={"since": seats["version"]}, expect=200)

    one = {"reservationId": held["reservationId"]}
    ask.ask("pay", headers=mine, body=one, expect="INSUFFICIENT_POINTS")
    charge = {"headers": {"Idempotency-Key": "c1"}, "body": {"userId": 1, "amount": 500000}}
    ask.ask("charge", **charge, expect=201)
    ask.ask("charge", headers={"Idempotency-Key": "c1"}, body={"userId": 1, "amount": 500001}, expect=422)
    ask.ask("pay", headers=other, body=one, expect="RESERVATION_NOT_FOUND")
    ask.ask("pay", headers=mine, body=one | {"userId": 2}, expect="FORBIDDEN")
    ask.ask("pay", headers=mine | {"Idempotency-Key": "p1"}, body=one, expect=201)
    ask.ask("pay", headers=mine, body=one, expect=200)
    ask.ask("pay", headers=mine | {"Idempotency-Key": "p1"}, body={"reservationId": 77}, expect=422)
    ask.ask("cancelReservation", path=one, headers=mine, expect="RESERVATION_NOT_CANCELLABLE")
    two = {"reservationId": more["reservationId"]}
    ask.ask("getReservation", path=one, headers=mine, expect=200)
    ask.ask("getReservation", path=two, query={"userId": 1}, expect=200)
    ask.ask("getReservation", path=one, headers=other, expect=404)
    ask.ask("getReservation", path=one, headers=mine, query={"userId": 2}, expect="FORBIDDEN")
    ask.ask("cancelReservation", path=two, headers=mine, query={"userId": 2}, expect="FORBIDDEN")
    ask.ask("cancelReservation", path=two, headers=other, expect=404)
    ask.ask("cancelReservation", path=two, headers=mine, expect=204)
    ask.ask("cancelReservation", path=two, headers=mine, expect=204)
    ask.ask("pay", headers=mine, body=two, expect="RESERVATION_NOT_PAYABLE")
    page = ask.ask("listReservations", query={"userId": 1, "limit": 1}, expect=200)
    ask.ask("listReservations", query={"userId": 1, "limit": 1, "cursor": page["nextCursor"]}, expect=200)
    ask.ask("listReservations", headers=mine, expect=200)
    ask.ask("listReservations", headers=mine, query={"userId": 2}, expect="FORBIDDEN")
    ask.ask("getBalance", query={"userId": 1}, expect=200)
    page = ask.ask("pointHistory", query={"userId": 1, "limit": 1}, expect=200)
    ask.ask("pointHistory", query={"userId": 1, "limit": 1, "cursor": page["nextCursor"]}, expect=200)
    ask.ask("queueStatus", headers=mine, expect=200)

    # Completed, left, waiting.
    buyer = ask.enter(3)
    third = ask.ask("holdSeats", path={"concertId": 1}, headers=buyer, body={"scheduleId": first, "seatId": ids[9]}, expect=201)
    ask.ask("charge", body={"userId": 3, "amount": 500000}, expect=201)
    ask.ask("pay", headers=buyer, body={"reservationId": third["reservationId"]}, expect=201)
    for operation, status in (("seatMap", here), ("holdSeats", {"concertId": 1})):
        body = {"scheduleId": first, "seatId": ids[10]} if operation == "holdSeats" else None
        ask.ask(operation, path=status, headers=buyer, body=body, expect="QUEUE_TOKEN_COMPLETED")
    ask.ask("queueStatus", headers=buyer, expect=200)
    ask.ask("leaveQueue", headers=other, expect=204)
    ask.ask("leaveQueue", headers=other, expect=204)
    ask.ask("queueStatus", headers=other, expect=200)
    ask.ask("seatMap", path=here, headers=other, expect="QUEUE_TOKEN_EXPIRED")
    ask.ask("holdSeats", **theirs, body={"scheduleId": first, "seatId": ids[10]}, expect="QUEUE_TOKEN_EXPIRED")
    deadline(ask, first, ids[20])
    administration(ask, admin)


def deadline(ask, schedule, seat):
    late = ask.enter(4)
    held = ask.ask("holdSeats", path={"concertId": 1}, headers=late, body={"scheduleId": schedule, "seatId": seat}, expect=201)
    reservation = {"reservationId": held["reservationId"]}
    until = time.monotonic() + 20
    while ask.ask("getReservation", path=reservation, headers=late)["status"] != "EXPIRED" and time.monotonic() < until:
        time.sleep(0.02)
    ask.ask("pay", headers=late, body=reservation, expect="RESERVATION_EXPIRED")


def administration(ask, admin):
    def plan(**more):
        return {"startsAt": "2040-01-01T19:00:00Z"} | more

    queue = {"enabled": True, "maxActive": 1, "admissionsPerSecond": 10}
    body = {"title": "Later", "queue": queue, "schedules": [plan(seats={"count": 5, "price": 1000})]}
    made = ask.ask("createConcert", headers=admin | {"Idempotency-Key": "m1"}, body=body, expect=201)
    ask.ask("createConcert", headers=admin | {"Idempotency-Key": "m1"}, body=body, expect=201)
    ask.ask("createConcert", headers=admin | {"Idempotency-Key": "m1"}, body=body | {"title": "Other"}, expect=422)
    sections = plan(sections=[{"name": "Floor", "rows": 3, "seatsPerRow": 4, "price": 9}])
    at = {"concertId": made["id"]}
    key = admin | {"Idempotency-Key": "s1"}
    added = ask.ask("addSchedules", path=at, headers=key, body={"schedules": [sections]}, expect=201)
    ask.ask("addSchedules", path=at, headers=key, body={"schedules": [sections, sections]}, expect=422)
    page = ask.ask("listAllConcerts", headers=admin, query={"limit": 1}, expect=200)
    ask.ask("listAllConcerts", headers=admin, query={"limit": 1, "cursor": page["nextCursor"]}, expect=200)
    there = {"concertId": made["id"], "scheduleId": added["schedules"][0]["id"]}
    seats = ask.ask("seatMapForAdmin", path=there, headers=admin, expect=200)
    ask.ask("seatMapForAdmin", path=there, headers=admin | {"If-None-Match": seats.headers["ETag"]}, expect=304)
    ask.ask("seatMapForAdmin", path=there, headers=admin, query={"since": seats["version"]}, expect=200)
    ask.ask("seatMapForAdmin", path=there | {"concertId": 999}, headers=admin, expect="CONCERT_NOT_FOUND")
    ask.ask("seatMapForAdmin", path=there | {"scheduleId": 999}, headers=admin, expect="SCHEDULE_NOT_FOUND")
    edits(ask, admin, there)
    accounts(ask, admin, there)
    mine = ask.ask("reservationsOfUser", headers=admin, query={"userId": 1, "limit": 1}, expect=200)
    ask.ask("reservationsOfUser", headers=admin, query={"userId": 1, "limit": 1, "cursor": mine["nextCursor"]}, expect=200)
    ask.ask("reservationsOfUser", headers=admin, expect=400)
    newest = {"reservationId": mine["reservations"][0]["reservationId"]}
    ask.ask("reservationForAdmin", path=newest, headers=admin, expect=200)
    ask.ask("reservationForAdmin", path={"reservationId": 10**9}, headers=admin, expect=404)
    assert ask.ask("audit", headers=admin, expect=200)["holds"]
    ask.ask("counters", headers=admin, expect=200)
    ask.ask("counters", expect=401)
    ask.ask("addSchedules", path={"concertId": 999}, headers=admin, body={"schedules": [sections]}, expect=404)
    inside, waiting = ask.enter(1, made["id"]), ask.ask("joinQueue", body={"userId": 2, "concertId": made["id"]}, expect=201)
    where = {"concertId": made["id"], "scheduleId": added["schedules"][0]["id"]}
    ask.ask("seatMap", path=where, headers=inside, expect=200)
    ask.ask("seatMap", path=where, headers={"X-Queue-Token": waiting["token"]}, expect="QUEUE_TOKEN_NOT_ACTIVE")
    wish = {"scheduleId": where["scheduleId"], "seatId": added["schedules"][0]["firstSeatId"]}
    ask.ask("holdSeats", path=at, headers={"X-Queue-Token": waiting["token"]}, body=wish, expect="QUEUE_TOKEN_NOT_ACTIVE")
    held = ask.ask("holdSeats", path=at, headers=inside | {"Idempotency-Key": "h1"}, body=wish, expect=201)
    ask.ask("holdSeats", path=at, headers=inside | {"Idempotency-Key": "h1"}, body=wish | {"seatId": 5}, expect=422)
    ask.ask("holdSeats", path=at, headers=inside, body=wish | {"seatId": wish["seatId"] + 1, "expectedAmount": 1}, expect="PRICE_CHANGED")
    ask.ask("queueStatus", headers={"X-Queue-Token": waiting["token"]}, expect=200)
    ask.ask("joinQueue", headers={"Idempotency-Key": "j1"}, body={"userId": 9, "concertId": made["id"]}, expect=201)
    ask.ask("joinQueue", headers={"Idempotency-Key": "j1"}, body={"userId": 9, "concertId": 1}, expect=422)
    ask.ask("setQueue", path=at, headers=admin, body=queue | {"maxActive": 5}, expect=200)
    ask.ask("setQueue", path={"concertId": 999}, headers=admin, body=queue, expect=404)
    ask.ask("salesSummary", path=at, headers=admin, expect=200)
    ask.ask("salesSummary", path={"concertId": 999}, headers=admin, expect=404)
    ask.ask("changeConcert", path=at, headers=admin, body={"artist": "Somebody", "bookingOpensAt": None}, expect=200)
    ask.ask("changeConcert", path={"concertId": 999}, headers=admin, body={}, expect=404)
    closed = {"bookingOpensAt": "2020-01-01T00:00:00Z", "bookingClosesAt": "2020-01-02T00:00:00Z"}
    ask.ask("changeConcert", path=at, headers=admin, body=closed, expect=200)
    ask.ask("joinQueue", body={"userId": 5, "concertId": made["id"]}, expect="BOOKING_NOT_OPEN")
    ask.ask("holdSeats", path=at, headers=inside, body=wish | {"seatId": wish["seatId"] + 1}, expect="BOOKING_NOT_OPEN")
    ask.ask("getReservation", path={"reservationId": held["reservationId"]}, headers=inside, expect=200)
    ask.ask("deleteConcert", path=at, headers=admin, expect="CONCERT_HAS_SALES")
    ask.ask("deleteConcert", path={"concertId": 999}, headers=admin, expect="CONCERT_NOT_FOUND")
    unsold = ask.ask("createConcert", headers=admin, body=body | {"title": "Wrong", "timeZone": "Europe/Berlin", "salesEndOffsetMinutes": -30}, expect=201)
    ask.ask("getConcert", path={"concertId": unsold["id"]}, expect=200)
    ask.ask("deleteConcert", path={"concertId": unsold["id"]}, headers=admin, expect=204)
    ask.ask("getConcert", path={"concertId": unsold["id"]}, expect="CONCERT_NOT_FOUND")
    ask.ask("listSchedules", path=at, query={"includePast": "true"}, expect=200)
    ask.ask("eventFeed", headers=admin, expect=200)
    ask.ask("eventFeed", headers=admin, query={"after": 1, "limit": 2}, expect=200)


def accounts(ask, admin, there):
    ask.ask("me", headers=admin, expect=200)
    body = {"name": "앤", "role": "VIEWER", "expiresAt": "2040-01-01T00:00:00Z"}
    made = ask.ask("addOperator", headers=admin, body=body, expect=201)
    ask.ask("addOperator", headers=admin, body=body, expect="OPERATOR_EXISTS")
    ask.ask("listOperators", headers=admin, expect=200)
    viewer = {"Authorization": f"Bearer {made['token']}"}
    ask.ask("me", headers=viewer, expect=200)
    for name, operation in ask.document.operations.items():
        if "LowRole" in str(operation.item["responses"]):
            ids = {word: 1 for word in re.findall(r"{(\w+)}", operation.path)}
            ask.ask(name, path=ids, headers=viewer, expect="ROLE_REQUIRED")
    page = ask.ask("deeds", headers=admin, query={"limit": 2}, expect=200)
    ask.ask("deeds", headers=admin, query={"after": page["lastId"], "format": "jsonl"}, expect=200)
    ask.ask("deeds", headers=admin, query={"format": "csv"}, expect=200)
    ask.ask("reservationsOfSchedule", path={"scheduleId": 1}, headers=admin, expect=200)
    ask.ask("reservationsOfSchedule", path={"scheduleId": 999}, headers=admin, expect="SCHEDULE_NOT_FOUND")
    ask.ask("revokeOperator", path={"operatorId": made["operator"]["id"]}, headers=admin, expect=204)
    ask.ask("revokeOperator", path={"operatorId": 999}, headers=admin, expect="OPERATOR_NOT_FOUND")
    ask.ask("me", headers=viewer, expect="FORBIDDEN")


def edits(ask, admin, there):
    for operation, body in (("changeSchedule", {}), ("changePrices", {"prices": [{"price": 5}]})):
        ask.ask(operation, path=there | {"concertId": 999}, headers=admin, body=body, expect="CONCERT_NOT_FOUND")
        ask.ask(operation, path=there | {"scheduleId": 999}, headers=admin, body=body, expect="SCHEDULE_NOT_FOUND")
        ask.ask(operation, path=there | {"concertId": 1}, headers=admin, body=body, expect="SCHEDULE_NOT_FOUND")
        ask.ask(operation, path=there, headers=admin, body=body, expect=200)
    moved = ask.ask("changeSchedule", path=there, headers=admin, body={"startsAt": "2041-05-01T10:00:00+02:00"}, expect=200)
    assert moved["startsAt"] == "2041-05-01T08:00:00.000Z", moved.body
    lines = [{"section": "Floor", "price": 10}, {"section": "Floor", "rows": [1, 3], "numbers": [2], "price": 11}]
    changed = ask.ask("changePrices", path=there, headers=admin, body={"prices": lines}, expect=200)
    assert (changed["seats"], changed["changedSeats"]) == (12, 12), changed.body
    again = ask.ask("changePrices", path=there, headers=admin, body={"prices": lines}, expect=200)
    assert (again["changedSeats"], again["version"]) == (0, changed["version"]), again.body
    asked = ask.ask("changePrices", path=there, headers=admin, body={"prices": [{"price": 12}], "dryRun": True}, expect=200)
    assert (asked["dryRun"], asked["changedSeats"], asked["version"]) == (True, 12, changed["version"]), asked.body
    since = ask.ask("seatMapForAdmin", path=there, headers=admin, query={"since": changed["version"] - 1}, expect=200)
    assert sum(seat["price"] for seat in since["seats"]) == 122 and since["startsAt"] == moved["startsAt"], since.body
    for line in ({"section": "Stalls"}, {"rows": [4]}, {"section": "Floor", "numbers": [5]}, {"rows": []}, {"seatIds": []}, {"numbers": ["1"]},
                 {"seatIds": [1], "rows": [1]}, {"seatIds": [1], "section": "Floor"}, {"section": ""}, {"price": 0}, {"price": None}, {"price": 10000001}):
        ask.ask("changePrices", path=there, headers=admin, body={"prices": [{"price": 9} | line]}, expect="VALIDATION_FAILED")
    for prices in (None, [], {}, [1], [{}] * 101):
        ask.ask("changePrices", path=there, headers=admin, body={"prices": prices}, expect="VALIDATION_FAILED")
    for starts in (None, "", "tomorrow", 5, "2041-05-01"):
        ask.ask("changeSchedule", path=there, headers=admin, body={"startsAt": starts}, expect="VALIDATION_FAILED")
    ask.ask("changePrices", path=there, headers=admin, body={"prices": [{"seatIds": [1], "price": 9}]}, expect="SEAT_NOT_FOUND")
    ask.ask("renameSection", path=there, headers=admin, body={"section": "Floor", "name": " Stalls "}, expect=200)
    ask.ask("renameSection", path=there, headers=admin, body={"section": "Floor", "name": "Hall"}, expect="VALIDATION_FAILED")
    ask.ask("renameSection", path=there | {"concertId": 999}, headers=admin, body={"section": "Floor", "name": "Hall"}, expect="CONCERT_NOT_FOUND")
    ask.ask("renameSection", path=there | {"scheduleId": 999}, headers=admin, body={"section": "Floor", "name": "Hall"}, expect="SCHEDULE_NOT_FOUND")
    ask.ask("changeSchedule", path=there, headers=admin, body={"startsAt": "2020-01-01T00:00:00Z"}, expect="VALIDATION_FAILED")


def operations(ask):
    for operation in ask.document.operations.values():
        if operation.method != "GET" or "operations" not in operation.item["tags"]:
            continue
        page = ask.ask(operation.id, expect=200)
        if "304" in operation.item["responses"]:
            ask.ask(operation.id, headers={"If-None-Match": page.headers["ETag"]}, expect=304)
    paths = set(ask.document.root["paths"])
    nowhere = ask.raw("GET", "/api/v1/nothing/here")
    assert (nowhere.status, nowhere.code) == (404, "NOT_FOUND"), nowhere.body
    for path in paths:
        wrong = ask.raw("TRACE", path.replace("{", "").replace("}", "").replace("concertId", "1").replace("scheduleId", "1").replace("reservationId", "1"))
        if (wrong.status, wrong.code) != (405, "METHOD_NOT_ALLOWED") or not wrong.headers.get("Allow"):
            ask.complain(f"TRACE {path} → {wrong.status} {wrong.body}")


def with_jwt(ask):
    def bearer(user, **claims):
        return {"Authorization": "Bearer " + jwt(user, JWT_KEY, **claims)}

    me, you = bearer(1), bearer(2)
    ask.ask("joinQueue", headers=me, body={"concertId": 1}, expect=201)
    ask.ask("joinQueue", headers=me, body={"concertId": 1, "userId": 2}, expect="FORBIDDEN")
    ask.ask("joinQueue", body={"concertId": 1, "userId": 1}, expect="UNAUTHORIZED")
    ask.ask("joinQueue", headers=bearer(1, exp=1), body={"concertId": 1}, expect="UNAUTHORIZED")
    mine = ask.enter(1, **me)
    ask.ask("charge", headers={"Authorization": "Bearer " + CHARGE_TOKEN}, body={"amount": 100000, "userId": 1}, expect=201)
    ask.ask("charge", headers=me, body={"amount": 5, "userId": 1}, expect="FORBIDDEN")
    ask.ask("charge", body={"amount": 5, "userId": 1}, expect="UNAUTHORIZED")
    hold = {"path": {"concertId": 1}, "body": {"scheduleId": 1, "seatId": 1}}
    ask.ask("holdSeats", **hold, headers=mine, expect="UNAUTHORIZED")
    ask.ask("holdSeats", **hold, headers=mine | you, expect="FORBIDDEN")
    held = ask.ask("holdSeats", **hold, headers=mine | me, expect=201)
    for operation, path in (("seatMap", {"concertId": 1, "scheduleId": 1}), ("queueStatus", None), ("leaveQueue", None)):
        ask.ask(operation, path=path, headers=mine, expect="UNAUTHORIZED")
        ask.ask(operation, path=path, headers=mine | you, expect="FORBIDDEN")
    one = {"reservationId": held["reservationId"]}
    ask.ask("pay", headers=mine, body=one, expect="UNAUTHORIZED")
    ask.ask("pay", headers=mine | you, body=one, expect="FORBIDDEN")
    for operation in ("getReservation", "cancelReservation"):
        ask.ask(operation, path=one, expect="UNAUTHORIZED")
        ask.ask(operation, path=one, headers=you, expect="RESERVATION_NOT_FOUND")
        ask.ask(operation, path=one, headers=you, query={"userId": 1}, expect="FORBIDDEN")
    ask.ask("listReservations", expect="UNAUTHORIZED")
    for operation in ("listReservations", "getBalance", "pointHistory"):
        ask.ask(operation, expect="UNAUTHORIZED")
        ask.ask(operation, headers=me, expect=200)
        ask.ask(operation, headers=me, query={"userId": 2}, expect="FORBIDDEN")
    ask.ask("pay", headers=mine | me, body=one, expect=201)


def with_passes(ask, admin):
    def passing(name):
        return {"X-Join-Pass": jwt(1, PASS_KEY, jti=name)}

    for concert in (1, 2):
        body = {"enabled": True, "maxActive": 100, "admissionsPerSecond": 100, "passRequired": concert == 1}
        ask.ask("setQueue", path={"concertId": concert}, headers=admin, body=body, expect=200)
    ask.ask("joinQueue", body={"userId": 1, "concertId": 1}, expect="JOIN_PASS_REQUIRED")
    ask.ask("joinQueue", headers={"X-Join-Pass": "x"}, body={"userId": 1, "concertId": 1}, expect="JOIN_PASS_INVALID")
    ask.ask("joinQueue", headers=passing("a"), body={"userId": 1, "concertId": 1}, expect=201)
    ask.ask("removeTicket", path={"concertId": 1}, headers=admin, query={"userId": 1}, expect=204)
    ask.ask("removeTicket", path={"concertId": 999}, headers=admin, query={"userId": 1}, expect=404)
    ask.ask("joinQueue", headers=passing("a"), body={"userId": 1, "concertId": 1}, expect="JOIN_PASS_USED")


def hoarding(ask, admin):
    mine = ask.enter(1)
    hold = {"path": {"concertId": 1}, "headers": mine, "body": {"scheduleId": 1, "seatId": 1}}
    for _ in range(2):
        held = ask.ask("holdSeats", **hold, expect=201)
        ask.ask("takeBackHold", path={"reservationId": held["reservationId"]}, headers=admin, expect=204)
    ask.ask("takeBackHold", path={"reservationId": held["reservationId"]}, headers=admin, expect=204)
    ask.ask("takeBackHold", path={"reservationId": 999}, headers=admin, expect=404)
    ask.ask("holdSeats", **hold, expect="SEAT_COOLING_DOWN")
    other = ask.ask("holdSeats", **hold | {"body": {"scheduleId": 1, "seatId": 2}}, expect=201)
    ask.ask("takeBackHold", path={"reservationId": other["reservationId"]}, headers=admin, expect=204)
    ask.ask("holdSeats", **hold, expect="TOO_MANY_UNPAID_HOLDS")
    ask.ask("charge", body={"userId": 2, "amount": 1000000}, expect=201)
    theirs = ask.enter(2)
    sold = ask.ask("holdSeats", **hold | {"headers": theirs}, expect=201)
    ask.ask("pay", headers=theirs, body={"reservationId": sold["reservationId"]}, expect=201)
    ask.ask("takeBackHold", path={"reservationId": sold["reservationId"]}, headers=admin, expect="RESERVATION_NOT_CANCELLABLE")


def refused_by_the_head(ask, code):
    """What every operation but health answers before anything else of a request is looked at."""
    for name, operation in ask.document.operations.items():
        ids = {word: 1 for word in re.findall(r"{(\w+)}", operation.path)}
        free = operation.path.startswith("/actuator/health")
        ask.ask(name, path=ids, expect=None if free else code)


def main():
    binary, document = sys.argv[1], Document(sys.argv[2])
    complaints, asked = [], 0
    # Every operation is asked with wrong tokens, many times.
    many = ("--limit-failed-sign-ins-by-address", "off")
    with Server(binary, "--hold-seconds", "2", "--queue-admissions-per-second", "1000", *many) as server:
        ask = Driver(server, document)
        admin = {"Authorization": f"Bearer {server.admin}"}
        tour(ask, admin)
        operations(ask)
        bad.everything(ask, admin)
        ask.close()
        complaints += ask.complaints
        asked += ask.asked
    with Server(binary, "--auth-mode", "jwt", environment={"FRONTROW_JWT_KEY": JWT_KEY, "FRONTROW_CHARGE_TOKEN": CHARGE_TOKEN}) as server:
        ask = Driver(server, document)
        with_jwt(ask)
        ask.close()
        complaints += ask.complaints
        asked += ask.asked
    for environment, part in (
            ({"FRONTROW_JOIN_PASS_KEY": PASS_KEY}, with_passes),
            ({"FRONTROW_UNPAID_HOLDS_PER_HOUR": "3", "FRONTROW_SEAT_COOL_DOWN_SECONDS": "60"}, hoarding)):
        with Server(binary, environment=environment) as server:
            ask = Driver(server, document)
            part(ask, {"Authorization": f"Bearer {server.admin}"})
            ask.close()
            complaints += ask.complaints
            asked += ask.asked
    with Server(binary, "--address-limits", "on", "--limit-requests-by-address", "1/hour, burst 1") as server:
        ask = Driver(server, document)
        ask.ask("listConcerts", expect=200)
        refused_by_the_head(ask, "TOO_MANY_REQUESTS")
        ask.close()
        complaints += ask.complaints
        asked += ask.asked
    with Server(binary, "--allowed-hosts", "shop.example") as server:
        ask = Driver(server, document)
        refused_by_the_head(ask, "MISDIRECTED_REQUEST")
        ask.close()
        complaints += ask.complaints
        asked += ask.asked
    for operation, status, code in sorted(set(document.promised()) - document.seen - UNSEEN, key=str):
        if code not in HARD:
            complaints.append(f"{operation}: {status} {code or ''} is documented and never happened")
    for complaint in complaints[:40]:
        print("BROKEN", complaint)
    print(f"{asked} answers, {len(document.seen)} kinds of them, {len(complaints)} not as documented")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
