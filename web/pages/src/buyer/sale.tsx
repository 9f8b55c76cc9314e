// From the line to the seats of one date. The ticket is kept in storage, so this works the same after a reload and in a second tab.
import { useEffect, useRef, useState } from "preact/hooks";
import { isUndecided, notFound, patiently, Refused } from "../base/api";
import { announce, Heading, Problem, useDoing, useLoaded, Waiting } from "../base/parts";
import { Poller } from "../base/poll";
import { to } from "../base/route";
import { concertOf, join, leave, queueStatus, schedulesOf, type Ticket } from "../base/sale";
import { keepTicket, ticketOf } from "../base/storage";
import { dateTime, number, useWords, words } from "../base/words";
import { ConcertHead } from "./concert";
import { SeatsScreen } from "./seats";
import { chime, Waitingroom } from "./waiting";

type Standing = Ticket | "none" | null; // null: not known yet

// Follows the ticket of a concert. While seats are shown (ACTIVE), they are what is polled, so the ticket is asked for seldom.
function useTicket(concertId: number): { ticket: Standing; error: unknown; put: (ticket: Standing) => void } {
  const [ticket, setTicket] = useState<Standing>(ticketOf(concertId) ? null : "none");
  const [error, setError] = useState<unknown>(null);
  const last = useRef<Ticket["status"] | null>(null);
  const put = (next: Standing) => {
    const status = next && next !== "none" ? next.status : null;
    if (last.current === "WAITING" && status === "ACTIVE") {
      announce(words().yourTurn);
      chime();
    }
    last.current = status;
    setError(null);
    setTicket(next);
  };
  const isFollowed =
    ticket === null || (ticket !== "none" && (ticket.status === "WAITING" || ticket.status === "ACTIVE"));
  useEffect(() => {
    if (!isFollowed) return;
    const poller = new Poller(async () => {
      const kept = ticketOf(concertId);
      if (!kept) {
        put("none"); // another tab has left the line
        return { nextMs: 0 };
      }
      try {
        const now = await queueStatus(kept.token);
        put(now);
        return { nextMs: now.pollAfterMs };
      } catch (failed) {
        if (failed instanceof Refused && !isUndecided(failed)) {
          keepTicket(concertId, null); // not of this server, or of another concert
          put("none");
          return { nextMs: 0 };
        }
        setError(failed);
        throw failed;
      }
    });
    poller.start(ticket === null ? 0 : (ticket as Ticket).pollAfterMs);
    return () => poller.stop();
  }, [concertId, isFollowed]);
  return { ticket, error, put };
}

export function SaleScreen({ concertId, scheduleId }: { concertId: number; scheduleId: number }) {
  const w = useWords();
  const concert = useLoaded(`concert ${concertId}`, () => concertOf(concertId));
  const dates = useLoaded(`dates ${concertId}/${scheduleId}`, () => datesWith(concertId, scheduleId));
  const { ticket, error, put } = useTicket(concertId);
  const joining = useDoing();
  const schedule = dates.value?.find((each) => each.id === scheduleId);
  const getInLine = () => joining.run(async () => put(await join(concertId)));
  const walkAway = () =>
    joining.run(async () => {
      await leave(concertId);
      put("none");
    });
  const reload = () => {
    concert.reload();
    dates.reload();
  };
  const problem = concert.error ?? dates.error;
  const title = concert.value?.title ?? w.loading;
  const standing = ticket && ticket !== "none" ? ticket : null;
  if (standing?.status === "ACTIVE" && schedule && concert.value)
    return (
      <SeatsScreen
        concert={concert.value}
        schedule={schedule}
        ticket={standing}
        onOver={(status) => put({ ...standing, status })}
      />
    );
  // All of it at once: what comes one after the other would push down what is read already.
  const isReady = concert.value !== null && dates.value !== null && (ticket !== null || error != null);
  return (
    <section class="narrow">
      <a class="back" href={to.concert(concertId)}>
        ‹ {w.backToDates}
      </a>
      {problem != null && <Problem error={problem} onRetry={reload} />}
      {!isReady && problem == null && <Waiting lines={8} />}
      {isReady && <ConcertHead concert={concert.value!} />}
      {isReady && schedule && <p class="when">{dateTime(schedule.startsAt)}</p>}
      {ticket === null && error != null && <Problem error={error} />}
      {isReady && standing?.status === "WAITING" && concert.value && (
        <Waitingroom
          concert={concert.value}
          ticket={standing}
          isStale={error instanceof Refused}
          isBusy={joining.isDoing}
          onLeave={walkAway}
        />
      )}
      {standing && (standing.status === "EXPIRED" || standing.status === "COMPLETED") && (
        <div class="note">
          <p>
            <strong>{standing.status === "EXPIRED" ? w.turnOver : w.turnDone}</strong>
          </p>
          <p>{standing.status === "EXPIRED" ? w.turnOverMore : w.turnDoneMore}</p>
        </div>
      )}
      {joining.error != null && <Problem error={joining.error} onRetry={getInLine} />}
      {(ticket === "none" || standing?.status === "EXPIRED" || standing?.status === "COMPLETED") &&
        isReady &&
        schedule && (
          <div class="start">
            <p>{w.joinIntro}</p>
            <button type="button" class="main" disabled={joining.isDoing} onClick={getInLine}>
              {w.getInLine}
            </button>
            <p class="small">
              {schedule.availableSeats > 0 ? w.seatsLeft(number(schedule.availableSeats)) : w.allGone}
            </p>
          </div>
        )}
      {!isReady && problem != null && <Heading title={title}>{concert.value?.title ?? w.notThere}</Heading>}
    </section>
  );
}

const datesWith = (concertId: number, scheduleId: number) =>
  patiently(async () => {
    const dates = await schedulesOf(concertId);
    if (!dates.some((each) => each.id === scheduleId)) throw notFound("SCHEDULE_NOT_FOUND");
    return dates;
  });
