// Points are bought elsewhere: where, and a look whether they have come.
import { rules } from "../base/sale";
import { useValue } from "../base/state";
import { money, useWords } from "../base/words";

export function TopUp({ missing, onAsk }: { missing: number; onAsk: () => void }) {
  const w = useWords();
  const { topUpUrl } = useValue(rules);
  return (
    <section class="charge" data-testid="top-up">
      <h2>{w.topUpTitle}</h2>
      <p>{w.topUpMore(money(missing))}</p>
      <div class="with-button">
        {topUpUrl && (
          <a class="main" href={topUpUrl} target="_blank" rel="noopener noreferrer">
            {w.topUpGo}
          </a>
        )}
        <button type="button" onClick={onAsk}>
          {w.topUpAsk}
        </button>
      </div>
    </section>
  );
}
