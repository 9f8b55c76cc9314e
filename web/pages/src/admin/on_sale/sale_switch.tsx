// Opens and closes the sale of a concert. Buyers see it at once, so it asks first.
import { serverClock } from "../../base/clock";
import { useDoing } from "../../base/doing";
import type { Concert } from "../../base/sale";
import { number } from "../../base/words";
import { type ConcertChange, changeConcert, salesOf } from "../api";
import { stateOf } from "../concerts";
import { Asked, useQuestion } from "../form/question";
import { Problem } from "../problem";
import { useAdminWords } from "../words";

export function SaleSwitch({ concert, onChanged }: { concert: Concert; onChanged: (concert: Concert) => void }) {
  const w = useAdminWords();
  const asking = useQuestion();
  const looking = useDoing();
  const [name, tone] = stateOf(concert, w);
  const set = (change: ConcertChange) => async () => onChanged(await changeConcert(concert.id, change));
  const isOpen = name === w.open;
  const reopens = { bookingClosesAt: null };
  const askFirst = () =>
    looking.run(async () => {
      const { seats, held, sold, queue } = await salesOf(concert.id);
      const free = number(Math.max(0, seats - held - sold));
      if (!isOpen)
        return asking.ask({
          text: w.openSure(free),
          yes: w.openYes,
          isCalm: true,
          run: set(name === w.closed ? reopens : { bookingOpensAt: null }),
        });
      asking.ask({
        text: w.closeSure(free, number(held), number(queue.waiting), number(queue.active)),
        yes: w.closeYes,
        // The time is that of the yes, not of the question.
        run: () => set({ bookingClosesAt: new Date(serverClock.now()).toISOString() })(),
      });
    });
  return (
    <>
      <div class="spread">
        <span class={`tag ${tone}`}>{name}</span>
        {name !== w.over && (
          <button type="button" class={isOpen ? "danger" : "main"} disabled={looking.isDoing} onClick={askFirst}>
            {isOpen ? w.closeNow : name === w.closed ? w.reopen : w.openNow}
          </button>
        )}
      </div>
      {(looking.error ?? asking.doing.error) != null && <Problem error={looking.error ?? asking.doing.error} />}
      <Asked asking={asking} />
    </>
  );
}
