// Deletes a concert without sales, which cannot be undone.
import { useDoing } from "../../base/doing";
import { number } from "../../base/words";
import { deleteConcert, type Listed, salesOf } from "../api";
import { Asked, useQuestion } from "../form/question";
import { Problem } from "../problem";
import { useAdminWords } from "../words";

export function DeleteConcert({ listed, dates }: { listed: Listed; dates: number }) {
  const w = useAdminWords();
  const { concert } = listed;
  const asking = useQuestion();
  const looking = useDoing();
  const askFirst = () =>
    looking.run(async () => {
      const { seats } = await salesOf(concert.id);
      asking.ask({
        text: w.deleteSure(concert.title, w.dateCount(number(dates)), number(seats)),
        yes: w.deleteYes,
        run: async () => {
          await deleteConcert(concert.id, concert.title);
          location.hash = "/";
        },
      });
    });
  return (
    <div class="box">
      <h2>{w.deleteConcert}</h2>
      <p class="small">{w.deleteHelp}</p>
      {(looking.error ?? asking.doing.error) != null && <Problem error={looking.error ?? asking.doing.error} />}
      <Asked asking={asking} />
      {!asking.question && (
        <button type="button" class="danger start-self" disabled={looking.isDoing} onClick={askFirst}>
          {w.deleteConcert}
        </button>
      )}
    </div>
  );
}
