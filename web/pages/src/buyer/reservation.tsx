// One reservation from hold to ticket: pay in time, give back, or see what became of it.
import { useEffect, useState } from "preact/hooks";
import { isUndecided, Refused } from "../base/api";
import { clockText, kSoonMs, phaseOf } from "../base/countdown";
import {
  announce,
  Heading,
  Poster,
  Problem,
  Sure,
  useDoing,
  useInView,
  useLeft,
  useLoaded,
  Waiting,
} from "../base/parts";
import { Poller } from "../base/poll";
import { to } from "../base/route";
import {
  balance,
  type Concert,
  concertOf,
  giveBack,
  pay,
  type Reservation,
  reservationOf,
  type Schedule,
  schedulesOf,
} from "../base/sale";
import { titleScreen } from "../base/title";
import { When } from "../base/when";
import { money, seatName, useWords } from "../base/words";
import { Charge } from "./charge";
import { known, refreshMine } from "./holds";
import { askAgain } from "./lines";
import { QrCode } from "./qr";

const kAskMs = 5000;

interface Show {
  concert: Concert;
  schedule: Schedule | undefined;
}

export function useShow(concertId: number | undefined) {
  return useLoaded<Show[]>(`show ${concertId}`, async () => {
    if (!concertId) return [];
    const [concert, schedules] = await Promise.all([concertOf(concertId), schedulesOf(concertId, true)]);
    return schedules.map((schedule) => ({ concert, schedule }));
  });
}

function What({ reservation, show }: { reservation: Reservation; show: Show | undefined }) {
  return (
    <div class="what">
      <p class="strong" dir="auto">
        {show?.concert.title ?? "\u00a0"}
      </p>
      <p>{show?.schedule ? <When iso={show.schedule.startsAt} zone={show.concert.timeZone} /> : "\u00a0"}</p>
      <p dir="auto">{show?.concert.venue ?? "\u00a0"}</p>
      <ul class="chosen-list">
        {reservation.seats.map((seat) => (
          <li key={seat.seatId}>
            <span class="grow" dir="auto">
              {seatName(seat)}
            </span>
            <span>{money(seat.price)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Countdown({ expiresAt }: { expiresAt: string }) {
  const w = useWords();
  const ms = useLeft(expiresAt);
  const phase = phaseOf(ms);
  const clock = clockText(ms);
  useEffect(() => {
    if (phase === "soon") announce(w.holdSoon);
  }, [phase]);
  useEffect(() => titleScreen(`${clock} · ${w.holdTitle}`, true), [clock, w]); // seen in the tab while looking elsewhere
  return (
    <div class={`countdown ${phase}`}>
      <span class="small">{w.holdLeft}</span>
      <b role="timer" aria-live="off">
        {clock}
      </b>
      <p class="small">
        {ms <= kSoonMs && <strong>{w.holdSoon} </strong>}
        {w.holdAtZero}
      </p>
    </div>
  );
}

function Paying(props: { reservation: Reservation; onChanged: (status?: Reservation["status"]) => Promise<void> }) {
  const w = useWords();
  const { reservation } = props;
  const points = useLoaded("points", balance);
  const paying = useDoing();
  const giving = useDoing();
  const [said, say] = useState("");
  const charged = useInView<HTMLParagraphElement>(said);
  const isBusy = paying.isDoing || giving.isDoing;
  const missing = points.value === null ? 0 : Math.max(0, reservation.amount - points.value);
  const payNow = () =>
    paying.run(async () => {
      try {
        await pay(reservation);
        await props.onChanged("CONFIRMED");
      } catch (failed) {
        if (failed instanceof Refused && failed.problem.balance !== undefined) points.put(failed.problem.balance);
        if (failed instanceof Refused && failed.code.startsWith("RESERVATION_"))
          await props.onChanged().catch(() => {});
        throw failed;
      }
    });
  const giveBackNow = () =>
    giving.run(async () => {
      await giveBack(reservation.reservationId);
      await props.onChanged("CANCELLED");
    });
  // All of it at once: what stands below must not move when the balance comes.
  if (points.value === null && points.error == null) return <Waiting lines={7} />;
  return (
    <>
      <dl class="sums">
        <div>
          <dt>{w.balance}</dt>
          <dd data-testid="balance">{points.value === null ? "…" : money(points.value)}</dd>
        </div>
        <div class="strong">
          <dt>{w.amount}</dt>
          <dd>{money(reservation.amount)}</dd>
        </div>
        <div>
          <dt>{missing > 0 ? "" : w.after}</dt>
          <dd class={missing > 0 ? "bad-text" : ""}>
            {points.value === null
              ? "…"
              : missing > 0
                ? w.missing(money(missing))
                : money(points.value - reservation.amount)}
          </dd>
        </div>
      </dl>
      <p role="status" class="good-text" ref={charged}>
        {said}
      </p>
      {points.error != null && <Problem error={points.error} onRetry={points.reload} />}
      {missing > 0 && (
        <Charge
          key={missing}
          suggested={missing}
          onCharged={(now) => {
            points.put(now);
            say(w.charged(money(now)));
          }}
        />
      )}
      {paying.error != null && (
        <>
          <Problem error={paying.error} onRetry={payNow} />
          {isUndecided(paying.error) && <p class="small">{w.stillUnknown}</p>}
        </>
      )}
      {giving.error != null && <Problem error={giving.error} onRetry={giveBackNow} />}
      <div class="spread">
        <button type="button" class="main" disabled={isBusy || missing > 0} onClick={payNow}>
          {paying.isDoing ? w.paying : w.pay(money(reservation.amount))}
        </button>
        <Sure
          label={w.giveBack}
          question={w.giveBackSure}
          yes={w.giveBackYes}
          no={w.keep}
          disabled={isBusy}
          onYes={giveBackNow}
        />
      </div>
    </>
  );
}

function Held(props: {
  reservation: Reservation;
  show: Show | undefined;
  onChanged: (status?: Reservation["status"]) => Promise<void>;
  onOver: () => Promise<void>;
}) {
  const w = useWords();
  const { reservation } = props;
  const isOver = useLeft(reservation.temporaryExpiresAt) <= 0;
  useEffect(() => {
    if (isOver) void props.onOver();
  }, [isOver]);
  return (
    <>
      <Heading title={w.holdTitle}>{w.holdTitle}</Heading>
      <Countdown expiresAt={reservation.temporaryExpiresAt} />
      <div class="ticket">
        <What {...props} />
        <Paying reservation={reservation} onChanged={props.onChanged} />
      </div>
    </>
  );
}

function Confirmed({ reservation, show }: { reservation: Reservation; show: Show | undefined }) {
  const w = useWords();
  return (
    <>
      <Heading title={w.paidTitle}>{w.paidTitle}</Heading>
      <div class="ticket stub">
        <Poster seed={reservation.concertId} />
        <What reservation={reservation} show={show} />
        <div class="code">
          <QrCode
            text={`frontrow reservation ${reservation.reservationId} concert ${reservation.concertId} date ${reservation.scheduleId} seats ${reservation.seats.map((seat) => seat.seatId).join(" ")}`}
            label={w.qrLabel(reservation.reservationId)}
          />
          <p class="strong">{w.reservationNo(reservation.reservationId)}</p>
        </div>
      </div>
      <p>{w.paidMore}</p>
      <button type="button" class="no-print start-self" onClick={() => print()}>
        {w.print}
      </button>
    </>
  );
}

function Over({ reservation, show }: { reservation: Reservation; show: Show | undefined }) {
  const w = useWords();
  const [title, more] =
    reservation.status === "EXPIRED" ? [w.holdOver, w.holdOverMore] : [w.givenBack, w.givenBackMore];
  return (
    <>
      <Heading title={title}>{title}</Heading>
      <p>{more}</p>
      <div class="ticket">
        <What reservation={reservation} show={show} />
      </div>
      <a class="main" href={to.sale(reservation.concertId, reservation.scheduleId)}>
        {w.again}
      </a>
    </>
  );
}

export function ReservationScreen({ id }: { id: number }) {
  const w = useWords();
  const loaded = useLoaded(`reservation ${id}`, () => reservationOf(id), known(id));
  const reservation = loaded.value;
  const shows = useShow(reservation?.concertId);
  const show = shows.value?.find((each) => each.schedule?.id === reservation?.scheduleId);
  const isHeld = reservation?.status === "TEMPORARY";
  // What has just been answered is shown at once.
  const changed = async (status?: Reservation["status"]) => {
    if (status && reservation) {
      loaded.put({ ...reservation, status });
      const said = { CONFIRMED: w.paidTitle, CANCELLED: w.givenBack, EXPIRED: w.holdOver, TEMPORARY: "" }[status];
      announce(said);
    } else {
      loaded.put(await reservationOf(id));
    }
    if (status === "CONFIRMED") askAgain(reservation!.concertId); // paying ends the turn
    await refreshMine().catch(() => {});
  };
  // By our reckoning it is over. Another device may have paid in the last second, so the server is asked as well.
  const over = async () => {
    await changed("EXPIRED");
    const now = await reservationOf(id).catch(() => null);
    if (now && now.status !== "TEMPORARY") loaded.put(now);
  };
  // Another device of the same user may pay it or give it back.
  useEffect(() => {
    if (!isHeld) return;
    const poller = new Poller(async () => {
      const now = await reservationOf(id);
      if (now.status !== "TEMPORARY") {
        loaded.put(now);
        void refreshMine().catch(() => {});
      }
      return { nextMs: now.status === "TEMPORARY" ? kAskMs : 0 };
    });
    poller.start(kAskMs);
    return () => poller.stop();
  }, [id, isHeld]);
  return (
    <section class="narrow" data-status={reservation?.status}>
      <a class="back no-print" href={to.reservations()}>
        ‹ {w.mine}
      </a>
      {loaded.error != null && !reservation && (
        <>
          <Heading title={w.mine}>{w.mine}</Heading>
          <Problem error={loaded.error} onRetry={loaded.reload} />
        </>
      )}
      {!reservation && loaded.error == null && <Waiting lines={6} />}
      {reservation?.status === "TEMPORARY" && (
        <Held reservation={reservation} show={show} onChanged={changed} onOver={over} />
      )}
      {reservation?.status === "CONFIRMED" && <Confirmed reservation={reservation} show={show} />}
      {reservation && (reservation.status === "EXPIRED" || reservation.status === "CANCELLED") && (
        <Over reservation={reservation} show={show} />
      )}
    </section>
  );
}
