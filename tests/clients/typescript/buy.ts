// One purchase with the generated TypeScript client: node buy.js URL CONCERT USER ADMIN-TOKEN
import * as client from "./client/index";

const [url, concertId, user, admin] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4]), process.argv[5]!];
const config = new client.Configuration({ basePath: url, accessToken: admin });
const queue = new client.QueueApi(config);
const concerts = new client.ConcertsApi(config);
const reservations = new client.ReservationsApi(config);
const points = new client.PointsApi(config);

function check(fact: boolean, what: unknown): asserts fact {
  if (!fact) throw new Error(JSON.stringify(what));
}

async function buy(): Promise<void> {
  let ticket = await queue.joinQueue({ joinRequest: { userId: user, concertId }, idempotencyKey: `join-${user}` });
  const deadline = Date.now() + 30_000;
  while (ticket.status !== "ACTIVE") {
    check(Date.now() < deadline, ticket);
    await new Promise((done) => setTimeout(done, ticket.pollAfterMs));
    ticket = await queue.queueStatus({ xQueueToken: ticket.token });
  }
  const xQueueToken = ticket.token;
  const scheduleId = (await concerts.listSchedules({ concertId, availableOnly: true })).schedules[0]!.id;
  const map = await concerts.seatMap({ concertId, scheduleId, xQueueToken });
  const free = map.seats.filter((seat) => seat.status === "AVAILABLE").map((seat) => seat.id);

  const one = await reservations.holdSeats({ concertId, xQueueToken, holdRequest: { scheduleId, seatId: free[0]! }, idempotencyKey: `one-${user}` });
  check(client.HoldFromJSON(client.HoldToJSON(one)).seatId === free[0], one);
  const both = { scheduleId, seatId: free[1]!, seatIds: [free[2]!] };
  try {
    await reservations.holdSeats({ concertId, xQueueToken, holdRequest: both });
    throw new Error("both seatId and seatIds were taken");
  } catch (refused) {
    if (!(refused instanceof client.ResponseError)) throw refused;
    check(client.ProblemFromJSON(await refused.response.json()).code === "VALIDATION_FAILED", refused);
  }
  const changes = await concerts.seatMap({ concertId, scheduleId, xQueueToken, since: map.version });
  check(changes.full === false && changes.seats[0]?.id === free[0], changes);
  const two = await reservations.holdSeats({ concertId, xQueueToken, holdRequest: { scheduleId, seatIds: free.slice(1, 3) } });
  check(two.seats.length === 2 && two.seatId === undefined, two);
  await reservations.cancelReservation({ reservationId: two.reservationId, xQueueToken });

  await points.charge({ chargeRequest: { userId: user, amount: one.amount }, idempotencyKey: `charge-${user}` });
  const paid = await new client.PaymentsApi(config).pay({ payRequest: { reservationId: one.reservationId }, xQueueToken, idempotencyKey: `pay-${user}` });
  check(paid.balance === 0 && paid.paidAt instanceof Date, paid);
  check((await reservations.getReservation({ reservationId: one.reservationId, userId: user })).status === "CONFIRMED", one);
  const history = (await points.pointHistory({ userId: user })).entries.map((entry) => entry.amount);
  check(history.length === 2 && history[0] === -one.amount, history);
  const events = (await new client.AdminApi(config).eventFeed({ after: 0, limit: 1000 })).events;
  check(events.some((event) => event.type === "payment.completed" && event.data.paymentId === paid.paymentId), events);
  console.log("bought", one.reservationId);
}

buy().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
