"""One purchase with the generated Python client: buy.py URL CONCERT USER ADMIN-TOKEN"""

import sys
import time

import openapi_client as client

url, concert, user, admin = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
api = client.ApiClient(client.Configuration(host=url, access_token=admin))
queue, concerts, reservations = client.QueueApi(api), client.ConcertsApi(api), client.ReservationsApi(api)

ticket = queue.join_queue(client.JoinRequest(userId=user, concertId=concert), idempotency_key=f"join-{user}")
deadline = time.monotonic() + 30
while ticket.status != "ACTIVE":
    assert time.monotonic() < deadline, ticket
    time.sleep(ticket.poll_after_ms / 1000)
    ticket = queue.queue_status(x_queue_token=ticket.token)
schedule = concerts.list_schedules(concert, available_only=True).schedules[0].id
map_ = concerts.seat_map(concert, schedule, x_queue_token=ticket.token)
free = [seat.id for seat in map_.seats if seat.status == "AVAILABLE"]

one = reservations.hold_seats(concert, client.HoldRequest(scheduleId=schedule, seatId=free[0]), x_queue_token=ticket.token,
                              idempotency_key=f"one-{user}")
assert client.Hold.from_dict(one.to_dict()) == one and one.seat_id == free[0]
try:
    reservations.hold_seats(concert, client.HoldRequest(scheduleId=schedule, seatId=free[1], seatIds=[free[2]]), x_queue_token=ticket.token)
    raise AssertionError("both seatId and seatIds were taken")
except client.ApiException as refused:
    assert refused.status == 400 and client.Problem.from_json(refused.body).code == "VALIDATION_FAILED", refused
changes = concerts.seat_map(concert, schedule, x_queue_token=ticket.token, since=map_.version)
assert changes.full is False and changes.seats[0].id == free[0], changes
two = reservations.hold_seats(concert, client.HoldRequest(scheduleId=schedule, seatIds=free[1:3]), x_queue_token=ticket.token)
assert len(two.seats) == 2 and two.seat_id is None
reservations.cancel_reservation(two.reservation_id, x_queue_token=ticket.token)

client.PointsApi(api).charge(client.ChargeRequest(userId=user, amount=one.amount), idempotency_key=f"charge-{user}")
paid = client.PaymentsApi(api).pay(client.PayRequest(reservationId=one.reservation_id), x_queue_token=ticket.token, idempotency_key=f"pay-{user}")
assert paid.balance == 0 and paid.paid_at.tzinfo is not None, paid
assert reservations.get_reservation(one.reservation_id, user_id=user).status == "CONFIRMED"
assert [entry.amount for entry in client.PointsApi(api).point_history(user_id=user).entries] == [-one.amount, one.amount]
events = client.AdminApi(api).event_feed(after=0, limit=1000).events
assert any(event.type == "payment.completed" and event.data.payment_id == paid.payment_id for event in events)
print("bought", one.reservation_id)
