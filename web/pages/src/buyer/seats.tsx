// Choosing seats. A choice is shown at once and asked for with one button; when somebody was faster we say so and offer what is near.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Refused } from "../base/api";
import { clockText, kSoonMs } from "../base/countdown";
import { announce, Heading, Problem, useDoing, useLeft, Waiting } from "../base/parts";
import { go, to } from "../base/route";
import { type Concert, hold, limits, type Schedule, seatChanges, seatMap, type Ticket } from "../base/sale";
import { useValue } from "../base/state";
import { prefer, preference } from "../base/storage";
import { dateTime, money, seatName, useWords, words } from "../base/words";
import { middleOf, nearestFree } from "../seatmap/geometry";
import { SeatListView } from "../seatmap/list";
import { SeatMapView } from "../seatmap/map";
import { kChosen, kClasses, kFree, kHeld, kOwn, kSold } from "../seatmap/paint";
import { isLive, mine, refreshMine, seatsOf, surprise } from "./holds";
import { sumOf } from "./seat_changes";
import { useHall, useSeats } from "./seat_state";

interface Faster {
  lost: string;
  offer: number[]; // indices
}

export function SeatsScreen(props: {
  concert: Concert;
  schedule: Schedule;
  ticket: Ticket;
  onOver: (status: "EXPIRED" | "COMPLETED") => void;
}) {
  const w = useWords();
  const { concert, schedule, ticket } = props;
  const source = {
    all: () => seatMap(concert.id, schedule.id, ticket.token),
    since: (version: number) => seatChanges(concert.id, schedule.id, version, ticket.token),
  };
  const { seats, statuses, startsAt, error, isLate, markTaken, again } = useSeats(ticket.token, source, (code) =>
    props.onOver(code === "QUEUE_TOKEN_COMPLETED" ? "COMPLETED" : "EXPIRED"),
  );
  const { layout, prices, classOf, numbers, rows } = useHall(seats);
  const reservations = useValue(mine);
  const [chosen, choose] = useState<number[]>([]);
  const [told, setTold] = useState<number | null>(null); // how many seats the server said are left for this user
  const [faster, setFaster] = useState<Faster | null>(null);
  const [repriced, setRepriced] = useState<string | null>(null); // the new total
  const [isList, setList] = useState(preference("seats") === "list");
  const [isFull, setFull] = useState(false);
  const holding = useDoing();
  const limit = Math.min(limits.perHold, told ?? Math.max(0, limits.perUser - seatsOf(concert.id)));
  useEffect(() => setTold(null), [reservations]); // another hold, or one given back

  const codes = useMemo(() => {
    const next = statuses.slice();
    const own = new Set(
      (reservations ?? [])
        .filter((each) => each.scheduleId === schedule.id && (each.status === "CONFIRMED" || isLive(each)))
        .flatMap((each) => each.seats.map((seat) => seat.seatId)),
    );
    if (own.size > 0) for (let i = 0; i < seats.length; ++i) if (own.has(seats[i]!.id)) next[i] = kOwn;
    for (const i of chosen) if (next[i] === kFree) next[i] = kChosen;
    return next;
  }, [statuses, chosen, reservations]);
  const picture = useMemo(() => ({ layout, codes, classes: classOf }), [layout, codes, classOf]);
  const freeNow = (i: number) => statuses[i] === kFree;
  const listed = (which: readonly number[]) => which.map((i) => seatName(seats[i]!)).join(", ");

  const tellFaster = (lost: number[], kept: number[]) => {
    const near = middleOf(layout, lost);
    const offer = nearestFree(
      layout,
      (i) => freeNow(i) && !kept.includes(i) && !lost.includes(i),
      lost.length,
      near.x,
      near.y,
    );
    setFaster({ lost: listed(lost), offer });
    announce(words().taken(listed(lost)));
  };

  // A chosen seat that is not free any more: somebody was faster before we even asked.
  useEffect(() => {
    const lost = chosen.filter((i) => !freeNow(i));
    if (lost.length === 0 || holding.isDoing) return;
    const kept = chosen.filter(freeNow);
    choose(kept);
    if (lost.some((i) => codes[i] !== kOwn)) tellFaster(lost, kept);
  }, [statuses]);

  // Prices that change under a choice are said, not only shown.
  const before = useRef(seats);
  useEffect(() => {
    const was = before.current;
    before.current = seats;
    if (was.length !== seats.length || !chosen.some((i) => was[i]!.price !== seats[i]!.price)) return;
    const now = money(sumOf(seats, chosen));
    setRepriced(now);
    announce(words().priceChanged(now));
  }, [seats]);
  const when = startsAt ?? schedule.startsAt;
  const isMoved = when !== schedule.startsAt;
  useEffect(() => {
    if (isMoved) announce(words().dateMoved(dateTime(when)));
  }, [when]);

  const toggle = (i: number) => {
    if (holding.isDoing) return;
    setFaster(null);
    setRepriced(null);
    setFull(false);
    if (chosen.includes(i)) {
      choose(chosen.filter((each) => each !== i));
    } else if (codes[i] === kFree) {
      if (chosen.length < limit) choose([...chosen, i]);
      else if (limit === 1 && chosen.length === 1) choose([i]);
      else {
        setFull(true);
        announce(w.limitReached(limit));
      }
    }
  };
  const pickFor = (count: number) => {
    setFaster(null);
    const { x, y } = middleOf(layout, []);
    choose(nearestFree(layout, freeNow, count, x, y));
  };

  const onRefused = (failed: unknown) => {
    if (!(failed instanceof Refused)) throw failed;
    const { seatIds, seatsLeftForUser } = failed.problem;
    if (seatsLeftForUser !== undefined) setTold(seatsLeftForUser);
    if (failed.code === "SEAT_ALREADY_RESERVED" && seatIds) {
      const lost = chosen.filter((i) => seatIds.includes(seats[i]!.id));
      const kept = chosen.filter((i) => !lost.includes(i));
      markTaken(seatIds);
      choose(kept);
      return tellFaster(lost, kept);
    }
    if (failed.code === "QUEUE_TOKEN_EXPIRED") return props.onOver("EXPIRED");
    if (failed.code === "QUEUE_TOKEN_COMPLETED") return props.onOver("COMPLETED");
    throw failed;
  };
  const holdChosen = () =>
    holding.run(async () => {
      try {
        const held = await hold(
          concert.id,
          schedule.id,
          chosen.map((i) => seats[i]!.id),
          ticket.token,
        );
        surprise.set(held.amount === total ? null : { reservationId: held.reservationId, shown: total });
        await refreshMine().catch(() => {});
        go(to.reservation(held.reservationId));
      } catch (failed) {
        onRefused(failed);
      }
    });

  const nameOf = (i: number) => {
    const code = codes[i]!;
    const status =
      code === kFree
        ? w.free
        : code === kHeld
          ? w.held
          : code === kSold
            ? w.sold
            : code === kOwn
              ? w.ownSeat
              : w.chosen;
    return `${seatName(seats[i]!)} · ${money(seats[i]!.price)} · ${status}`;
  };
  const total = sumOf(seats, chosen);
  const isAllGone = seats.length > 0 && !statuses.some((code) => code === kFree);
  return (
    <section class="seats-screen">
      <a class="back" href={to.concert(concert.id)}>
        ‹ {w.backToDates}
      </a>
      <div>
        <Heading title={`${w.yourTurnTitle} · ${concert.title}`}>{concert.title}</Heading>
        <div class="spread">
          <p class="when" dir="auto">
            {dateTime(when)}
          </p>
          <TurnLeft expiresAt={ticket.expiresAt} />
        </div>
      </div>
      {error != null && <Problem error={error} onRetry={again} />}
      {isMoved && <p class="note">{w.dateMoved(dateTime(when))}</p>}
      {isAllGone && <p class="note">{w.allGone}</p>}
      <div class="hall">
        <div class="hall-map">
          <div class="spread tools">
            <fieldset class="segments">
              <legend class="unseen">{w.mapLabel}</legend>
              {[false, true].map((list) => (
                <label key={String(list)} class={list === isList ? "on" : ""}>
                  <input
                    type="radio"
                    name="view"
                    checked={list === isList}
                    onChange={() => (setList(list), prefer("seats", list ? "list" : null))}
                  />
                  {list ? w.viewList : w.viewMap}
                </label>
              ))}
            </fieldset>
            {limit > 0 && (
              <div class="pick" role="group" aria-label={w.pickFor}>
                <span class="small long">{w.pickFor}</span>
                <span class="small short">{w.pickShort}</span>
                {[1, 2, 4]
                  .filter((count) => count <= limit)
                  .map((count) => (
                    <button
                      key={count}
                      type="button"
                      class="square"
                      aria-label={w.together(count)}
                      title={w.together(count)}
                      disabled={seats.length === 0 || holding.isDoing}
                      onClick={() => pickFor(count)}
                    >
                      {count}
                    </button>
                  ))}
              </div>
            )}
          </div>
          {seats.length === 0 ? (
            <div class="map-frame bone">{error == null && <Waiting lines={0} />}</div>
          ) : isList ? (
            <SeatListView seats={seats} codes={codes} onToggle={toggle} />
          ) : (
            <SeatMapView picture={picture} numbers={numbers} rows={rows} nameOf={nameOf} onToggle={toggle} />
          )}
          {seats.length > 0 && <Legend prices={prices} isLate={isLate} />}
        </div>
        <div class="basket" hidden={seats.length === 0 && error == null}>
          <h2>{w.yourSeats}</h2>
          {faster && (
            <div class="note bad" role="alert">
              <p>
                <strong>{w.taken(faster.lost)}</strong>
              </p>
              {faster.offer.length === 0 ? (
                <p>{w.takenNone}</p>
              ) : (
                <>
                  <p>
                    {w.takenNext} {listed(faster.offer)}
                  </p>
                  <button
                    type="button"
                    onClick={() => (choose([...chosen, ...faster.offer].slice(0, limit)), setFaster(null))}
                  >
                    {w.takeThese}
                  </button>
                </>
              )}
            </div>
          )}
          {holding.error != null && (
            <Problem error={holding.error} onRetry={chosen.length > 0 ? holdChosen : undefined} />
          )}
          {isFull && <p class="note">{w.limitReached(limit)}</p>}
          {repriced !== null && chosen.length > 0 && <p class="note">{w.priceChanged(repriced)}</p>}
          {chosen.length === 0 ? (
            <p class="small">{limit === 0 ? w.noneLeftForYou : w.pickSome(limit)}</p>
          ) : (
            <ul class="chosen-list">
              {chosen.map((i) => (
                <li key={i}>
                  <i class={`swatch p${classOf[i]}`} />
                  <span class="grow" dir="auto">
                    {seatName(seats[i]!)}
                  </span>
                  <span>{money(seats[i]!.price)}</span>
                  <button
                    type="button"
                    class="square"
                    aria-label={w.remove(seatName(seats[i]!))}
                    disabled={holding.isDoing}
                    onClick={() => toggle(i)}
                  >
                    ×
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
        <div class="pay-bar">
          <p class="total">
            <span class="small">{w.total}</span> <b>{money(total)}</b>
          </p>
          <button type="button" class="main" disabled={chosen.length === 0 || holding.isDoing} onClick={holdChosen}>
            {holding.isDoing ? w.holding : w.holdSeats(chosen.length)}
          </button>
        </div>
      </div>
    </section>
  );
}

function TurnLeft({ expiresAt }: { expiresAt: string | null }) {
  const w = useWords();
  const ms = useLeft(expiresAt);
  if (!expiresAt) return null;
  return <p class={`tag${ms < kSoonMs ? " soon" : ""}`}>{w.turnEnds(clockText(ms))}</p>;
}

function Legend({ prices, isLate }: { prices: readonly number[]; isLate: boolean }) {
  const w = useWords();
  return (
    <ul class="legend">
      {prices.slice(0, kClasses).map((price, i) => (
        <li key={price}>
          <i class={`swatch p${i}`} />
          {money(price)}
          {i === kClasses - 1 && prices.length > kClasses ? " …" : ""}
        </li>
      ))}
      <li>
        <i class="swatch held" />
        {w.held}
      </li>
      <li>
        <i class="swatch sold" />
        {w.sold}
      </li>
      {isLate && <li class="bad-text">{w.mapLost}</li>}
    </ul>
  );
}
