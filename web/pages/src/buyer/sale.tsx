// From the line to the seats of one date.
import { useEffect } from "preact/hooks";
import { notFound, patiently, Refused } from "../base/api";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { useLoaded, useReturn } from "../base/loaded";
import { useSoldOutWatch } from "../base/polling";
import { Problem } from "../base/problem";
import { to } from "../base/route";
import { concertOf, schedulesOf } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useValue } from "../base/state";
import { ticketOf } from "../base/storage";
import { When } from "../base/when";
import { useWords } from "../base/words";
import { ConcertHead } from "./concert";
import { Ended, Entrance } from "./entrance";
import { mine, ticketFor } from "./holds";
import { askAgain, getInLine, type Line, leaveLine, lines, look } from "./lines";
import { SeatsScreen } from "./seats/seats";
import { WaitingRoom } from "./waiting";

const datesWith = (concertId: number, scheduleId: number) =>
  patiently(async () => {
    const dates = await schedulesOf(concertId, true);
    if (!dates.some((each) => each.id === scheduleId)) throw notFound("SCHEDULE_NOT_FOUND");
    return dates;
  });

function useSale(concertId: number, scheduleId: number) {
  const concert = useLoaded(`concert ${concertId}`, () => concertOf(concertId));
  const dates = useLoaded(`dates ${concertId}/${scheduleId}`, () => datesWith(concertId, scheduleId));
  const line = useValue(lines).get(concertId);
  useValue(mine);
  useEffect(() => look(concertId), [concertId]);
  const schedule = dates.value?.find((each) => each.id === scheduleId);
  const reload = () => {
    concert.reload();
    dates.reload();
  };
  useReturn(reload);
  // How it stands with the sale may be why a turn has ended.
  useEffect(() => {
    if (line?.ending) reload();
  }, [line?.ending]);
  const isSoldOut = schedule?.availableSeats === 0 && line?.ticket?.status !== "ACTIVE";
  useSoldOutWatch(isSoldOut, async () => dates.put(await datesWith(concertId, scheduleId)));
  return { concert: concert.value, schedule, line, problem: concert.error ?? dates.error, reload };
}

const isLineKnown = (concertId: number, line: Line | undefined) =>
  line === undefined ? !ticketOf(concertId) : line.ticket !== null || line.ending !== null || line.error != null;

export function SaleScreen({ concertId, scheduleId }: { concertId: number; scheduleId: number }) {
  const { concert, schedule, line, problem, reload } = useSale(concertId, scheduleId);
  const w = useWords();
  const doing = useDoing();
  const ticket = line?.ticket;
  if (ticket?.status === "ACTIVE" && schedule && concert)
    return <SeatsScreen concert={concert} schedule={schedule} ticket={ticket} onOver={() => askAgain(concertId)} />;
  const join = () => doing.run(() => getInLine(concertId, { title: concert!.title, schedule: scheduleId }));
  // All of it at once: what comes one after the other would push down what is read already.
  const isReady = concert !== null && schedule !== undefined && isLineKnown(concertId, line);
  const isLineLost = line?.error != null && line.ticket === null;
  return (
    <section class="narrow">
      <a class="back" href={to.concert(concertId)}>
        ‹ {w.backToDates}
      </a>
      {problem != null && <Problem error={problem} onRetry={reload} />}
      {!isReady && problem == null && <Skeleton lines={8} />}
      {isReady && (
        <>
          <ConcertHead concert={concert} />
          <p class="when">
            <When iso={schedule.startsAt} zone={concert.timeZone} />
          </p>
        </>
      )}
      {isLineLost && <Problem error={line.error} />}
      {isReady && ticket?.status === "WAITING" && (
        <WaitingRoom
          concert={concert}
          ticket={ticket}
          isStale={line!.error instanceof Refused}
          isBusy={doing.isDoing}
          onLeave={() => doing.run(() => leaveLine(concertId))}
        />
      )}
      {line?.ending && !(line.ending === "paid" && ticketFor(scheduleId)) && <Ended ending={line.ending} />}
      {doing.error != null && <Problem error={doing.error} onRetry={join} />}
      {isReady && ticket?.status !== "WAITING" && !isLineLost && (
        <Entrance concert={concert} schedule={schedule} isBusy={doing.isDoing} onJoin={join} />
      )}
      {!isReady && problem != null && (
        <Heading title={concert?.title ?? w.loading}>{concert?.title ?? w.notThere}</Heading>
      )}
    </section>
  );
}
