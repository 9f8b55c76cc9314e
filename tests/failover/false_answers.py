"""For each check of checks.py and people.py a false answer or a damaged row, and the fault that the check must find. They damage the sale,
so they come last."""

import random

import checks
from people import Person


def a_payment_is_gone(crowd, cluster):
    held = next(held for person in crowd.people for held in person.held.values() if held.payment)
    cluster.sql(f"DELETE FROM payments WHERE reservation_id = {held.id}")
    yield "audit", "BROKEN", checks.audit(cluster)
    yield "an acknowledged payment", f"of reservation {held.id}", checks.told_is_stored(crowd, cluster)


def a_reservation_is_gone(crowd, cluster):
    held = next(held for person in crowd.people for held in person.held.values() if not held.payment)
    cluster.sql(f"DELETE FROM reservations WHERE id = {held.id}")
    yield "an acknowledged hold", "not there", checks.told_is_stored(crowd, cluster)


def something_nobody_was_told(crowd, cluster):
    user = crowd.people[-1].user
    cluster.sql(f"INSERT INTO accounts VALUES ({user}, 5) ON DUPLICATE KEY UPDATE balance = balance + 5")
    yield "points out of nowhere", f"user {user} has", checks.told_is_stored(crowd, cluster)
    other = next(person for person in reversed(crowd.people[:-1]) if person.held)
    cluster.sql(f"UPDATE reservations SET user_id = {user} WHERE id = {list(other.held)[-1]}")
    yield "a reservation nobody was told of", "of which nobody was told", checks.told_is_stored(crowd, cluster)


def events_are_wrong(crowd, cluster):
    delivered = list(checks.delivered_events(cluster))
    came = {message["eventId"] for *_, message in delivered}
    stored = {id: event for id, event in checks.stored_events(cluster).items() if id in came}
    at = next(index for index, each in enumerate(delivered) if each[0] == "payment.completed")
    topic, partition, when, key, message = delivered[at]

    def with_that(*other):
        return checks.compare_events(stored, [*delivered[:at], *other, *delivered[at + 1:]], stored)
    assert with_that(delivered[at]) == []
    assert with_that(delivered[at], delivered[at]) == []  # twice is allowed
    yield "a lost event", f"{message['eventId']} was never delivered", with_that()
    yield "an event out of order", "came before", with_that((topic, partition, 0, key, message))
    yield "an event in a second partition", "is in partitions", with_that(delivered[at], (topic, f"not {partition}", when, key, message))
    changed = message | {"data": message["data"] | {"amount": 1}}
    yield "an event that says something else", "stored is", with_that((topic, partition, when, key, changed))
    yield "an event of nothing", "stored is None", with_that(delivered[at], (topic, partition, when, key, message | {"eventId": "r0-2"}))
    cluster.sql(f"INSERT INTO events (type, reservation_id, seq, occurred_at) VALUES (2, {key}, 3, {when})")
    yield "an event that is only stored", f"r{key}-3 was never delivered", checks.events_are_delivered(cluster)


class Taken(dict):
    """Every number has somebody."""

    def setdefault(self, *_):
        return 0


def places_are_lost(crowd, _):
    where = crowd.people[0].concert  # the queue that stands
    waiting = [person for person in crowd.people if person.status == "WAITING" and person.concert is where]
    first, second, third = random.sample(waiting, 3)
    crowd.ask(0, "leaveQueue", headers={"X-Queue-Token": first.token})
    yield "somebody who waited is out", f"number {first.number} of", checks.places_are_kept(crowd, seconds=1)
    first.status = "LEFT"
    second.token, third.token = third.token, second.token
    yield "two have changed places", " is at ", checks.places_are_kept(crowd, seconds=1)
    second.token, third.token = third.token, second.token
    numbers, crowd.numbers = crowd.numbers, Taken()
    list(Person(crowd, 9_900_000, where).take_ticket())
    crowd.numbers = numbers
    yield "a number was given twice", "was given to user", checks.nothing_odd(crowd)
    third.position = 0
    list(third.poll())
    yield "a position that grows", "was at 0", checks.nothing_odd(crowd)


def answers_are_wrong(crowd, _):
    person = next(person for person in crowd.people if person.status == "WAITING")
    responses = crowd.document.operations["queueStatus"].item["responses"]
    status = responses.pop("200")
    list(person.poll())
    responses["200"] = status
    yield "an answer the contract does not know", "status 200 is not documented", checks.nothing_odd(crowd)
    crowd.see(0, sent=1, seats=[{"id": 0, "status": "RESERVED"}])
    crowd.see(0, sent=float("inf"), seats=[{"id": 0, "status": "AVAILABLE"}])
    yield "a sold seat shown as free", "shows seat 0", checks.nothing_odd(crowd)


ALL = [events_are_wrong, places_are_lost, answers_are_wrong, a_payment_is_gone, a_reservation_is_gone, something_nobody_was_told]
