"""Checks that must hold after every failure. Each returns a sentence for each fault that it finds."""

import json
import subprocess
import time
from collections import defaultdict
from datetime import datetime

TOPICS = ["reservation.created", "reservation.expired", "reservation.cancelled", "payment.completed", "queue.activated"]
# The last answer about a hold, with the statuses that the store may have: time and other people go on.
MAY_BE = {
    "HELD": {"TEMPORARY", "EXPIRED"},
    "CONFIRMED": {"CONFIRMED"},
    "GIVEN BACK": {"CANCELLED", "EXPIRED"},
    "EXPIRED": {"TEMPORARY", "EXPIRED"},
}


def milliseconds(text):
    return round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)



def audit(cluster, program="frontrow"):
    """`frontrow audit` finds no rule broken."""
    code, text, errors = cluster.program("audit", program=program)
    broken = [line for line in text.splitlines() if line.startswith("BROKEN")]
    return broken or ([f"audit ended with {code}: {text} {errors}"] if code else [])


def told_is_stored(crowd, cluster):
    """For a settled crowd: the store has each person's answers with the same values, and nothing else of that person."""
    wrong = []
    seats = dict(cluster.sql("SELECT reservation_id, GROUP_CONCAT(seat_id ORDER BY seat_id) FROM reservation_seats GROUP BY reservation_id"))
    stored = defaultdict(dict)
    for id, user, schedule, status, expires in cluster.sql("SELECT id, user_id, schedule_id, status, expires_at FROM reservations"):
        stored[user][int(id)] = (schedule, status, int(expires), seats.get(id, ""))
    payments = {int(row[0]): row[1:] for row in cluster.sql("SELECT reservation_id, id, user_id, amount, paid_at FROM payments")}
    balances = {user: int(balance) for user, balance in cluster.sql("SELECT user_id, balance FROM accounts")}
    lines = {user: int(count) for user, count in cluster.sql("SELECT account, COUNT(*) FROM ledger GROUP BY account")}
    for person in crowd.people:
        user, mine = str(person.user), stored[str(person.user)]
        who = f"user {user}"
        wrong += [f"{who} has reservation {id}, of which nobody was told" for id in mine.keys() - person.held.keys()]
        for held in person.held.values():
            told = (str(held.schedule), milliseconds(held.expires), ",".join(map(str, held.seats)))
            schedule, status, expires, taken = mine.get(held.id, ("", "not there", 0, ""))
            if status not in MAY_BE[held.status] or told != (schedule, expires, taken):
                wrong.append(f"{who} was told of {held}, stored is {status} {schedule, expires, taken}")
            paid = [str(held.payment), user, str(held.amount), str(milliseconds(held.paid_at))] if held.payment else None
            if payments.get(held.id) != paid:
                wrong.append(f"{who}: payment {payments.get(held.id)} of reservation {held.id} is stored, told was {paid}")
        if balances.get(user, 0) != person.charged - person.spent:
            wrong.append(f"{who} has {balances.get(user, 0)} points, charged {person.charged} and spent {person.spent}")
        entries = bool(person.charged) + sum(held.payment is not None for held in person.held.values())
        if lines.get(user, 0) != entries:
            wrong.append(f"{who} has {lines.get(user, 0)} lines of the ledger and was told of {entries}")
    return wrong


def stored_events(cluster):
    """By event id: the type, and the facts that the message must have."""
    rows = cluster.sql("""
        SELECT e.type, e.reservation_id, e.seq, e.occurred_at, r.user_id, r.amount, r.expires_at, IF(e.type = 4, p.id, 'NULL'), s.seats
        FROM events e JOIN reservations r ON r.id = e.reservation_id LEFT JOIN payments p ON p.reservation_id = r.id
        JOIN (SELECT reservation_id, GROUP_CONCAT(seat_id ORDER BY seat_id) seats FROM reservation_seats GROUP BY reservation_id) s
          ON s.reservation_id = r.id""")
    events = {f"r{row[1]}-{row[2]}": (TOPICS[int(row[0]) - 1], *row[1:]) for row in rows}
    for concert, ticket, at in cluster.sql("SELECT concert_id, ticket, occurred_at FROM events WHERE type = 5"):
        events[f"q{concert}-{ticket}"] = ("queue.activated", concert, "0", at)
    return events


def delivered_events(cluster):
    """All messages in Kafka, from the beginning: (topic, partition, time, key, message)."""
    for topic in TOPICS:
        for line in cluster.kafka_lines("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%p\t%T\t%k\t%s\n"):
            partition, at, key, payload = line.split("\t")
            yield topic, partition, int(at), key, json.loads(payload)


def says(message, topic):
    """The same facts as `stored_events` has, from a message."""
    data = message["data"]
    if topic == "queue.activated":
        return topic, str(data["concertId"]), str(message["seq"]), str(milliseconds(message["occurredAt"]))
    return (topic, str(data["reservationId"]), str(message["seq"]), str(milliseconds(message["occurredAt"])), str(data["userId"]),
            str(data["amount"]), str(milliseconds(data["temporaryExpiresAt"])), str(data.get("paymentId", "NULL")),
            ",".join(str(seat["seatId"]) for seat in data["seats"]))


def compare_events(stored, delivered, stored_later):
    """No event is missing, and each agrees with the store. The first coming of a reservation's events is in order, and a topic has a
    reservation in one partition. `stored_later` also has the events that came meanwhile."""
    wrong, came, partitions = [], {}, defaultdict(set)
    for topic, partition, at, key, message in delivered:
        id = message["eventId"]
        if says(message, topic) != stored_later.get(id):
            wrong.append(f"{topic} says {message}, stored is {stored_later.get(id)}")
        if key != says(message, topic)[1]:
            wrong.append(f"{id} has the key {key}")
        came[id] = min(came.get(id, at), at)
        partitions[topic, key].add(partition)
    missing = stored.keys() - came.keys()
    wrong += [f"{id} was never delivered: {stored[id]}" for id in sorted(missing)[:5]] + ([f"{len(missing)} events are missing"] if missing else [])
    wrong += [f"{id} came before the one before it" for id in came if id.endswith("-2") and came[id] < came.get(f"{id[:-1]}1", 0)]
    wrong += [f"{where} is in partitions {those}" for where, those in partitions.items() if len(those) > 1]
    return wrong


def wait_for_delivery(cluster, seconds=90):
    """Waits until all events stored so far have left the outbox."""
    last = int(cluster.sql("SELECT COALESCE(MAX(id), 0) FROM events")[0][0])
    until = time.monotonic() + seconds
    while (left := int(cluster.sql(f"SELECT COUNT(*) FROM outbox WHERE event_id <= {last}")[0][0])) and time.monotonic() < until:
        time.sleep(0.1)
    return [f"{left} events are not delivered within {seconds} s"] if left else []


def events_are_delivered(cluster):
    late = wait_for_delivery(cluster)
    stored = stored_events(cluster)
    late += wait_for_delivery(cluster)
    try:
        delivered = list(delivered_events(cluster))
    except subprocess.CalledProcessError as failed:
        return [f"Kafka cannot be read: {failed.stderr}"]
    return late + compare_events(stored, delivered, stored_events(cluster))


def places_are_kept(crowd, seconds=10):
    """Every waiting person is still in the line, at both pods, in the order of numbers, and behind no higher number."""
    until = time.monotonic() + seconds
    while (wrong := _misplaced(crowd)) and time.monotonic() < until:
        time.sleep(0.5)  # a pod may be a moment behind the others
    return wrong


def _misplaced(crowd):
    wrong = []
    for pod in range(len(crowd.ports)):
        lines = defaultdict(list)
        for person in crowd.people:
            if person.status not in ("WAITING", "ACTIVE") or person.has_paid():
                continue
            view = person.crowd.ask(pod, "queueStatus", headers={"X-Queue-Token": person.token})
            if view is None or view.status != 200 or view["status"] not in ("WAITING", "ACTIVE"):
                wrong.append(f"pod {pod + 1}: number {person.number} of concert {person.concert.id}, {person.status}, gets {view and view.body}")
                continue
            lines[person.concert.id, person.concert.is_open].append((person.number, view["position"]))
            if view["status"] == "ACTIVE":
                person.status = "ACTIVE"
        for (concert, is_open), line in lines.items():
            line.sort()
            ties = 1 if is_open else 0  # called people are at position 1; before booking opens nobody is called
            called = max((number for number, position in line if position == 0), default=0)
            for (number, position), (next_number, next_position) in zip(line, line[1:]):
                if position > ties and next_position <= position:
                    wrong.append(f"pod {pod + 1}, concert {concert}: {number} is at {position}, {next_number} at {next_position}")
            wrong += [f"pod {pod + 1}, concert {concert}: {number} is at {position}, and {called} is inside"
                      for number, position in line if number < called and position > 1]
    return wrong


def nothing_odd(crowd):
    """Every answer follows the contract, no number is given twice, no position grows, no sold seat is shown as free; see people.py."""
    wrong, crowd.complaints = crowd.complaints, []
    return wrong
