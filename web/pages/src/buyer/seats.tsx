// Choosing seats. A choice is shown at once and asked for with one button; when somebody was faster we say so and offer what is near.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Refused } from "../base/api";
import { announce, Heading, Problem, useDoing, useLeft } from "../base/parts";
import { go, to } from "../base/route";
import { type Concert, hold, rules, type Schedule, seatChanges, seatMap, type Ticket } from "../base/sale";
import { useValue } from "../base/state";
import { preference } from "../base/storage";
import { When } from "../base/when";
import { money, seatName, useWords, venueTime, words } from "../base/words";
import { SeatListView } from "../seatmap/list";
import { SeatMapView } from "../seatmap/map";
import { middleOf, nearestFree } from "../seatmap/nearest";
import { kChosen, kFree, kHeld, kOwn, kSold } from "../seatmap/paint";
import { useHall, useSeats } from "../seatmap/seat_state";
import { ChosenList, DockNotes, type Notice, PayBar, withNotice } from "./dock";
import { isLive, justHeld, mine, seatsOf } from "./holds";
import { keepChoice, keptChoice } from "./kept_choice";
import { sumOf } from "./seat_choice";
import { Legend, Loading, Pick, TurnLeft, ViewChoice } from "./seat_tools";

export function SeatsScreen(props: { concert: Concert; schedule: Schedule; ticket: Ticket; onOver: () => void }) {
  const w = useWords();
  const { concert, schedule, ticket } = props;
  const source = {
    all: () => seatMap(concert.id, schedule.id, ticket.token),
    since: (version: number) => seatChanges(concert.id, schedule.id, version, ticket.token),
  };
  const { seats, statuses, startsAt, closesAt, error, isLate, markTaken, again } = useSeats(
    ticket.token,
    source,
    props.onOver,
  );
  const { layout, prices, classOf, numbers, rows } = useHall(seats);
  const reservations = useValue(mine);
  const { maxSeatsPerHold, maxSeatsPerUser } = useValue(rules);
  const [chosen, choose] = useState<number[]>([]);
  const [pointed, point] = useState(-1); // the seat that was touched last
  const [told, setTold] = useState<number | null>(null); // how many seats the server said are left for this user
  const [notices, setNotices] = useState<Notice[]>([]);
  const [isList, setList] = useState(preference("seats") === "list");
  const holding = useDoing();
  const limit = Math.min(maxSeatsPerHold, told ?? Math.max(0, maxSeatsPerUser - seatsOf(concert.id)));
  useEffect(() => setTold(null), [reservations]); // another hold, or one given back
  const closed = closesAt === undefined ? concert.bookingClosesAt : closesAt;
  const isStopped = useLeft(closed) <= 0 && closed !== null;

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
  const say = (notice: Notice) => setNotices((was) => withNotice(was, notice));
  const unsay = (...kinds: Notice["kind"][]) =>
    setNotices((was) => was.filter((notice) => !kinds.includes(notice.kind)));

  const tellFaster = (lost: number[], kept: number[]) => {
    const near = middleOf(layout, lost);
    const mayOffer = (i: number) => freeNow(i) && !kept.includes(i) && !lost.includes(i);
    const offer = nearestFree(layout, mayOffer, lost.length, near.x, near.y);
    say({ kind: "faster", lost: listed(lost), offer });
    announce(words().taken(listed(lost)));
  };

  // What was chosen before a reload is chosen again, as far as it is still to be had.
  const [isRestored, setRestored] = useState(false);
  useEffect(() => {
    if (seats.length === 0) return;
    if (!isRestored) {
      setRestored(true);
      const kept = keptChoice(schedule.id);
      const was = kept.chosen.map((id) => seats.findIndex((seat) => seat.id === id)).filter((i) => i >= 0);
      point(seats.findIndex((seat) => seat.id === kept.at));
      choose(was.filter(freeNow).slice(0, limit));
      const lost = was.filter((i) => !freeNow(i) && codes[i] !== kOwn);
      if (lost.length > 0) tellFaster(lost, was.filter(freeNow));
      return;
    }
    keepChoice(schedule.id, { chosen: chosen.map((i) => seats[i]!.id), at: seats[pointed]?.id ?? null });
  }, [seats, chosen, pointed]);

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
    say({ kind: "repriced", total: now });
    announce(words().priceChanged(now));
  }, [seats]);
  const when = startsAt ?? schedule.startsAt;
  const shownWhen = useRef(schedule.startsAt);
  useEffect(() => {
    if (when === shownWhen.current) return;
    shownWhen.current = when;
    const moved = venueTime(when, concert.timeZone);
    say({ kind: "moved", when: moved });
    announce(words().dateMoved(moved));
  }, [when]);
  useEffect(() => {
    if (isStopped) announce(words().saleStopped);
  }, [isStopped]);

  const toggle = (i: number) => {
    point(i);
    if (holding.isDoing) return;
    unsay("faster", "repriced", "refusedPrice", "full", "problem");
    if (chosen.includes(i)) {
      choose(chosen.filter((each) => each !== i));
    } else if (codes[i] === kFree) {
      if (chosen.length < limit) choose([...chosen, i]);
      else if (limit === 1 && chosen.length === 1) choose([i]);
      else {
        say({ kind: "full", limit });
        announce(w.limitReached(limit));
      }
    }
  };
  const pickFor = (count: number) => {
    unsay("faster", "full", "problem");
    const { x, y } = middleOf(layout, []);
    point(-1);
    choose(nearestFree(layout, freeNow, count, x, y));
  };

  const onRefused = (failed: unknown) => {
    if (!(failed instanceof Refused)) return say({ kind: "problem", error: failed });
    const { seatIds, seatsLeftForUser, amount } = failed.problem;
    if (seatsLeftForUser !== undefined) setTold(seatsLeftForUser);
    if (failed.code === "SEAT_ALREADY_RESERVED" && seatIds) {
      const lost = chosen.filter((i) => seatIds.includes(seats[i]!.id));
      const kept = chosen.filter((i) => !lost.includes(i));
      markTaken(seatIds);
      choose(kept);
      return tellFaster(lost, kept);
    }
    if (failed.code === "PRICE_CHANGED" && amount !== undefined) {
      say({ kind: "refusedPrice", total: money(amount) });
      return again();
    }
    if (failed.code === "QUEUE_TOKEN_EXPIRED" || failed.code === "QUEUE_TOKEN_COMPLETED") return props.onOver();
    say({ kind: "problem", error: failed });
  };
  const total = sumOf(seats, chosen);
  const holdChosen = () => {
    unsay("problem", "refusedPrice", "repriced");
    holding.run(async () => {
      const ids = chosen.map((i) => seats[i]!.id);
      try {
        const held = await hold(concert.id, schedule.id, ids, total, ticket.token);
        keepChoice(schedule.id, { chosen: [], at: null });
        justHeld(held);
        go(to.reservation(held.reservationId));
      } catch (failed) {
        onRefused(failed);
      }
    });
  };

  const statusOf: Record<number, string> = {
    [kFree]: w.free,
    [kHeld]: w.held,
    [kSold]: w.sold,
    [kOwn]: w.ownSeat,
    [kChosen]: w.chosen,
  };
  const nameOf = (i: number) => `${seatName(seats[i]!)} · ${money(seats[i]!.price)} · ${statusOf[codes[i]!]}`;
  const isAllGone = seats.length > 0 && !statuses.some((code) => code === kFree);
  const isPointedChosen = chosen.includes(pointed);
  return (
    <section class="seats-screen">
      <a class="back" href={to.concert(concert.id)}>
        ‹ {w.backToDates}
      </a>
      <div>
        <Heading title={concert.title}>{concert.title}</Heading>
        <div class="spread">
          <p class="when">
            <When iso={when} zone={concert.timeZone} />
          </p>
          <TurnLeft expiresAt={ticket.expiresAt} />
        </div>
      </div>
      {error != null && <Problem error={error} onRetry={again} />}
      <div class="hall">
        <div class="hall-map">
          <div class="spread tools">
            <ViewChoice isList={isList} onChange={setList} />
            {limit > 0 && <Pick limit={limit} isDisabled={seats.length === 0 || holding.isDoing} onPick={pickFor} />}
          </div>
          {seats.length === 0 ? (
            <div class="map-frame bone">{error == null && <Loading />}</div>
          ) : isList ? (
            <SeatListView
              key={String(isRestored)}
              seats={seats}
              codes={codes}
              startAt={pointed >= 0 ? pointed : (chosen.at(-1) ?? -1)}
              onToggle={toggle}
            />
          ) : (
            <SeatMapView
              picture={picture}
              numbers={numbers}
              rows={rows}
              nameOf={nameOf}
              onPoint={point}
              onToggle={toggle}
            />
          )}
          {seats.length > 0 && <Legend prices={prices} />}
        </div>
        <div class="side">
          <div class="basket" hidden={seats.length === 0 && error == null}>
            <h2>{w.yourSeats}</h2>
            {chosen.length === 0 ? (
              <p class="small">{limit === 0 ? w.noneLeftForYou : w.pickSome(limit)}</p>
            ) : (
              <ChosenList
                seats={chosen.map((i) => ({ ...seats[i]!, look: `p${classOf[i]}`, onRemove: () => toggle(i) }))}
                isDisabled={holding.isDoing}
              />
            )}
          </div>
          <div class="dock">
            <DockNotes
              expiresAt={ticket.expiresAt}
              isLate={isLate}
              isStopped={isStopped}
              isAllGone={isAllGone}
              notices={notices}
              listed={listed}
              onTake={(offer) => {
                choose([...chosen, ...offer].slice(0, limit));
                unsay("faster");
              }}
              onRetry={chosen.length > 0 ? holdChosen : undefined}
              onClose={(notice) => unsay(notice.kind)}
            />
            <PayBar
              names={pointed >= 0 && !isPointedChosen ? nameOf(pointed) : chosen.length > 0 ? listed(chosen) : ""}
              total={total}
              label={holding.isDoing ? w.holding : w.holdSeats(chosen.length)}
              isDisabled={chosen.length === 0 || holding.isDoing || isStopped}
              onHold={holdChosen}
            />
          </div>
        </div>
      </div>
    </section>
  );
}
