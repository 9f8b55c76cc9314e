"""A few hundred people who buy tickets from several pods at once, follow the answers, and remember every one.

A person's day is a generator: it asks, and yields the seconds to its next step. Some threads take turns at the people that are due. A request that was not
answered, or with "come back later" or "unknown", is asked again with the same key, perhaps at another pod, until an answer settles it; so once the
crowd has settled, answers and stored data must agree.
"""

import base64
import heapq
import http.client
import itertools
import random
import threading
import time
from collections import Counter, defaultdict
from types import SimpleNamespace

import pods  # noqa: F401  its search path has the next two
from openapi_document import Document
from sale_driver import Answer, Driver

PRICE = 100
CHARGED = 1_000
CLIENT_TIMEOUT = 5  # seconds; after that the server begins no request of this client
SETTLED_LATER = ("REQUEST_IN_PROGRESS", "SEAT_LOCKED")


class SampledDocument(Document):
    """Seat maps are long: a few of them are checked word by word, the others only by their use."""

    def check(self, operation, status, headers, body):
        if operation.id != "seatMap" or status != 200 or random.random() < 0.03:
            super().check(operation, status, headers, body)


class Line(Driver):
    """One connection to one pod. Asks once, with any result."""

    def raw(self, method, target, headers=None, body=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=CLIENT_TIMEOUT)
        try:
            self.connection.request(method, target, body or (b"" if method == "POST" else None), headers or {})
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (http.client.HTTPException, OSError):
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer


def number_of(token):
    """A ticket's number in its queue: bytes 10 to 15 of the signed text."""
    return int.from_bytes(base64.urlsafe_b64decode(token)[10:16], "big")


class Person:
    def __init__(self, crowd, user, concert):
        self.crowd, self.user, self.concert = crowd, user, concert
        self.pod = random.randrange(len(crowd.ports))
        self.keys = itertools.count(1)
        self.is_settled = True
        self.token = self.number = self.position = self.status = None
        self.charged = self.spent = 0
        self.held = {}  # reservation id: the last answer about it

    def complain(self, what):
        self.crowd.complaints.append(f"user {self.user}, pod {self.pod + 1}: {what}")

    def ask(self, what, **request):
        """One attempt: the answer, or None."""
        if self.token:
            request["headers"] = {"X-Queue-Token": self.token, **request.get("headers", {})}
        return self.crowd.ask(self.pod, what, **request)

    def insist(self, what, **request):
        """The answer that settles it."""
        if what in ("joinQueue", "charge", "holdSeats", "pay"):
            request["headers"] = {"Idempotency-Key": f"{self.user}-{next(self.keys)}"}
        self.is_settled = False
        if random.random() < 0.2:  # a balancer may choose any pod
            self.pod = random.randrange(len(self.crowd.ports))
        while True:
            answer = self.ask(what, **request)
            if answer is not None and answer.status != 503 and answer.code not in SETTLED_LATER:
                break
            self.pod = random.randrange(len(self.crowd.ports))
            yield 0.2 if answer is None else min(int(answer.headers.get("Retry-After", "1")), 1) * random.uniform(0.5, 1)
        self.is_settled = True
        return answer

    # The queue.

    def take_ticket(self):
        answer = yield from self.insist("joinQueue", body={"userId": self.user, "concertId": self.concert.id})
        if answer.status not in (200, 201):
            return self.complain(f"not let into the queue: {answer.status} {answer.body}")
        self.token, self.number = answer["token"], number_of(answer["token"])
        other = self.crowd.numbers.setdefault((self.concert.id, self.number), self.user)
        if other != self.user:
            self.complain(f"number {self.number} was given to user {other} before")
        self.take_view(answer)

    def take_view(self, answer):
        before, self.status = self.status, answer["status"]
        if self.status == "WAITING":
            grown = 0 if self.position is None else answer["position"] - self.position
            if grown > 0:
                self.crowd.count["position grew"] += 1
            if grown > self.crowd.may_grow_by:
                self.complain(f"number {self.number} was at {self.position} and is at {answer['position']}")
            self.position = answer["position"]
            if before == "ACTIVE":
                self.crowd.count["sent back into the line"] += 1
        elif self.status == "ACTIVE":
            if before != "ACTIVE":
                self.crowd.note("admission", self.pod)
        elif not (self.status == "COMPLETED" and self.has_paid()):
            self.complain(f"number {self.number} was {before}, and is {self.status} without having left")
        return answer["pollAfterMs"] / 1000

    def wait_for_turn(self):
        """Polls at the given interval until let in. False if the place is lost."""
        while self.status in ("WAITING", None):
            yield max(1, self.poll_after)
            yield from self.poll()
        return self.status == "ACTIVE"

    def poll(self):
        answer = yield from self.insist("queueStatus")
        if answer.status != 200:
            return self.complain(f"polled and got {answer.status} {answer.code}")
        self.poll_after = self.take_view(answer)

    poll_after = 1

    def turned_away(self, answer, what):
        """The gate has refused a person who had been let in."""
        if answer.code == "QUEUE_TOKEN_NOT_ACTIVE":
            self.status = None  # asks again
        elif answer.code == "QUEUE_TOKEN_COMPLETED" and self.has_paid():
            self.status = "COMPLETED"
        else:
            self.complain(f"{what} refused with {answer.status} {answer.code}")
            self.status = "GONE"

    def has_paid(self):
        return any(held.payment for held in self.held.values())

    # Seats.

    def look(self):
        """The free seats of a schedule."""
        schedule = self.concert.schedules[int(random.random() ** 2 * len(self.concert.schedules))]
        sent = time.monotonic()
        answer = yield from self.insist("seatMap", path={"concertId": self.concert.id, "scheduleId": schedule})
        if answer.status != 200:
            self.turned_away(answer, "seatMap")
            return schedule, []
        return schedule, self.crowd.see(self.pod, sent, answer["seats"])

    def hold(self):
        schedule, free = yield from self.look()
        if not free:
            return None
        yield random.uniform(0.05, 0.4)
        # Most people want the first seats, and compete for them.
        seats = random.sample(free[:4] if random.random() < 0.7 else free, min(len(free), random.choice([1, 1, 2])))
        body = {"scheduleId": schedule, "seatIds": sorted(seats)}
        answer = yield from self.insist("holdSeats", path={"concertId": self.concert.id}, body=body)
        if answer.status == 201:
            return self.remember(answer, schedule, body["seatIds"])
        if answer.code == "SEAT_ALREADY_RESERVED":
            self.crowd.count["seat taken"] += 1
        elif answer.status in (401, 403):
            self.turned_away(answer, "holdSeats")
        else:
            self.complain(f"hold: {answer.status} {answer.code}")
        return None

    def remember(self, answer, schedule, seats):
        told = answer.json()
        held = SimpleNamespace(id=told["reservationId"], schedule=schedule, seats=seats, amount=told["amount"], payment=None,
                               paid_at=None, expires=told["temporaryExpiresAt"], status="HELD")
        if [seat["seatId"] for seat in told["seats"]] != seats or held.amount != PRICE * len(seats):
            self.complain(f"asked for seats {seats} and got {told}")
        if held.id in self.held:
            self.complain(f"reservation {held.id} was made twice")
        self.held[held.id] = held
        return held

    def pay(self, held):
        answer = yield from self.insist("pay", body={"reservationId": held.id})
        if answer.status == 201:
            held.status, held.payment, held.paid_at = "CONFIRMED", answer["paymentId"], answer["paidAt"]
            self.spent += held.amount
            if answer["balance"] != self.charged - self.spent:
                self.complain(f"balance {answer['balance']} after {self.charged} charged and {self.spent} spent")
            self.crowd.sold(held.seats)
        elif answer.code == "RESERVATION_EXPIRED":
            held.status = "EXPIRED"
        else:
            self.complain(f"pay: {answer.status} {answer.code}")

    def give_back(self, held):
        answer = yield from self.insist("cancelReservation", path={"reservationId": held.id})
        if answer.status == 204:
            held.status = "GIVEN BACK"  # or it was over before: that is 204 as well
        else:
            self.complain(f"cancel: {answer.status} {answer.code}")

    # Days.

    def get_ready(self):
        answer = yield from self.insist("charge", body={"userId": self.user, "amount": CHARGED})
        if answer.status != 201:
            self.complain(f"charge: {answer.status} {answer.code}")
        self.charged += CHARGED
        if answer["balance"] != CHARGED:
            self.complain(f"balance {answer['balance']} after charging {CHARGED}")
        yield from self.take_ticket()

    def buy(self):
        yield from self.get_ready()
        for _ in range(2):
            yield random.uniform(0.1, 0.5)
            yield from self.poll()
            if not (yield from self.wait_for_turn()):
                return None
            held = yield from self.hold()
            yield random.uniform(0.1, 0.8)
            if held and (choice := random.random()) < 0.75:
                yield from self.pay(held) if choice < 0.4 else self.give_back(held)
        if self.status == "ACTIVE":
            yield from self.leave()
        return None

    def leave(self):
        answer = yield from self.insist("leaveQueue")
        if answer.status not in (204, 401):
            self.complain(f"leave: {answer.status} {answer.code}")
        self.status = "LEFT"

    def look_on(self):
        """Only reads the seats, all the time, to notice when they cannot be read."""
        yield from self.take_ticket()
        while True:
            yield 0.3
            yield from self.poll()
            yield from self.look()

    def queue_up(self):
        """Takes a ticket and never polls."""
        yield from self.take_ticket()
        self.status = "AWAY"

    def wait(self):
        """Stands in a line that does not move until the test lets people in."""
        yield from self.take_ticket()
        yield from self.wait_for_turn()


class Crowd:
    """`ports`: of the pods. `places`: concerts, each with `id` and `schedules`, and a new person comes to one of them when another has left."""

    line = Line  # what it asks through

    def __init__(self, document, ports, threads=10):
        self.document, self.ports = document, ports
        self.complaints, self.count = [], Counter()
        self.may_grow_by = 0  # the allowed growth of a position between two polls
        self.numbers = {}  # (concert, number): user
        self.people = []
        self.last, self.silence = {}, defaultdict(float)  # of (operation, pod): when it last succeeded, the longest time without
        self._sold = {}  # seat: time of the buyer's answer
        self._seen_sold = defaultdict(dict)  # pod: seat: when the pod first showed it as sold
        self._users = itertools.count(1)
        self._order = itertools.count()
        self._lines = threading.local()
        self._changed = threading.Condition()  # protects all below
        self._due, self._parked, self._busy = [], [], 0
        self._is_settling = self._is_over = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    # Asking.

    def ask(self, pod, what, **request):
        lines = self._lines.__dict__.setdefault("all", {})
        line = lines.setdefault(pod, self.line(SimpleNamespace(port=self.ports[pod]), self.document))
        try:
            answer = line.ask(what, **request)
        except (http.client.HTTPException, OSError):
            self.count["not answered"] += 1
            return None
        finally:
            if line.complaints:
                self.complaints += line.complaints
                line.complaints = []
        self.count[f"{what} {answer.code or answer.status}"] += 1
        if answer.status < 300:
            self.note(what, pod)
        return answer

    def note(self, what, pod):
        now = time.monotonic()
        before = self.last.get((what, pod))
        self.last[what, pod] = now
        if before is not None:
            self.silence[what] = max(self.silence[what], now - before)

    def sold(self, seats):
        for seat in seats:
            self._sold[seat] = time.monotonic()

    def see(self, pod, sent, seats):
        """Returns the free seats. A pod never shows a seat as free after it has shown it as sold."""
        known = self._seen_sold[pod]
        for seat in seats:
            if seat["status"] == "RESERVED":
                known.setdefault(seat["id"], time.monotonic())
                continue
            if known.get(seat["id"], sent) < sent:
                self.complaints.append(f"pod {pod + 1} shows seat {seat['id']} as {seat['status']}, and had shown it as sold")
            elif seat["id"] in self._sold:
                late = sent - self._sold[seat["id"]]
                self.silence["sold seat shown free"] = max(self.silence["sold seat shown free"], late)
        return [seat["id"] for seat in seats if seat["status"] == "AVAILABLE"]

    # Coming and going.

    def send(self, concert, count, day=Person.buy, again=True):
        for _ in range(count):
            self._come(concert, day, again, random.uniform(0, 2))

    def _come(self, concert, day, again, delay):
        person = Person(self, next(self._users), concert)
        self.people.append(person)
        self._put(delay, (person, day(person), lambda: again and self._come(concert, day, again, random.uniform(0.1, 1))))

    def _put(self, delay, entry):
        with self._changed:
            each = (time.monotonic() + delay, next(self._order), entry)
            if self._is_settling and entry[0].is_settled:
                self._parked.append(entry)
            else:
                heapq.heappush(self._due, each)
            self._changed.notify()

    def _take(self):
        with self._changed:
            while not self._is_over:
                now = time.monotonic()
                if self._due and self._due[0][0] <= now:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._changed.wait(self._due[0][0] - now if self._due else None)
            return None

    def _work(self):
        while entry := self._take():
            person, day, done = entry
            try:
                self._put(next(day), entry)
            except StopIteration:
                done()
            except Exception as broken:  # a defect of the suite, or an unreadable answer
                person.complain(f"{type(broken).__name__}: {broken}")
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def settle(self, seconds=60):
        """No new requests; every open request gets its answer."""
        until = time.monotonic() + seconds
        with self._changed:
            self._is_settling = True
            # A person whose requests are answered and who only waits is put aside.
            self._parked += [entry for _, _, entry in self._due if entry[0].is_settled]
            self._due = [each for each in self._due if not each[2][0].is_settled]
            heapq.heapify(self._due)
            while self._due or self._busy:
                if time.monotonic() > until:
                    self.complaints.append(f"{len(self._due)} requests are not settled after {seconds} s")
                    break
                self._changed.notify_all()
                self._changed.wait(0.1)

    def go_on(self):
        with self._changed:
            self._is_settling = False
            parked, self._parked = self._parked, []
        self.last.clear()
        self.silence.clear()
        for entry in parked:
            self._put(random.uniform(0, 1), entry)

    def end(self):
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(30)
