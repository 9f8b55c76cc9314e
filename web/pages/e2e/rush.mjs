// A sale in full swing, for the pictures of the operator's page: people join in waves, hold, pay, and are refused.
const kSeats = 534;
const kEveryMs = 100;
const kPolls = 60;
const kWave = 90; // ticks from one wave to the next

// `dice()` gives the same numbers in every run, so that pictures change as little as possible.
function diceFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function letIn(server, ticket) {
  for (let poll = 0; poll < kPolls; ++poll) {
    const { status, pollAfterMs } = await server.call("GET", "/api/v1/queue/status", { ticket });
    if (status !== "WAITING") return status === "ACTIVE";
    await new Promise((done) => setTimeout(done, Math.min(2000, pollAfterMs)));
  }
  return false;
}

async function buy(server, made, user, dice) {
  const schedule = made.schedules[Math.floor(dice() ** 2 * made.schedules.length)];
  const first = schedule.firstSeatId + Math.floor(dice() * (kSeats - 4));
  const seats = Array.from({ length: 1 + Math.floor(dice() * 3) }, (_, i) => first + i);
  const [wantsToPay, hasPoints] = [dice() < 0.8, dice() < 0.85];
  const ticket = await server.ticket(user, made.id);
  if (!(await letIn(server, ticket))) return;
  try {
    const held = await server.hold(made.id, schedule.id, seats, ticket);
    if (!wantsToPay) return;
    if (hasPoints) await server.call("POST", "/api/v1/points/charge", { body: { userId: user, amount: held.amount } });
    await server.call("POST", "/api/v1/payments", { ticket, body: { reservationId: held.reservationId } });
  } finally {
    await server.call("DELETE", "/api/v1/queue/token", { ticket });
  }
}

// Returns a function that ends the rush. Refusals are part of it.
export function startRush(server, made) {
  const dice = diceFrom(7);
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    const wish = 0.6 + 0.6 * Math.sin((tick / kWave) * 2 * Math.PI);
    for (let i = 0; i < 2; ++i)
      if (dice() < wish) void buy(server, made, 100_000 + tick * 2 + i, dice).catch((error) => error.status ?? error);
  }, kEveryMs);
  return () => clearInterval(timer);
}
