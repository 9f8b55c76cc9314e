// Adding points. The amount asked for keeps its idempotency key until the server has settled it (base/api.ts).
import { useState } from "preact/hooks";
import { isUndecided } from "../base/api";
import { useDoing } from "../base/doing";
import { Problem } from "../base/problem";
import { charge } from "../base/sale";
import { money, useWords } from "../base/words";

const kMost = 10_000_000;

export function Charge({ suggested, onCharged }: { suggested: number; onCharged: (balance: number) => void }) {
  const w = useWords();
  const [text, setText] = useState(String(Math.min(kMost, suggested)));
  const doing = useDoing();
  const amount = Number(text);
  const isGood = /^\d+$/.test(text) && amount >= 1 && amount <= kMost;
  const submit = (event?: Event) => {
    event?.preventDefault();
    if (isGood) doing.run(async () => onCharged((await charge(amount)).balance));
  };
  return (
    <form class="charge" onSubmit={submit}>
      <h2>{w.chargeTitle}</h2>
      <label for="charge-amount">{w.chargeAmount}</label>
      <div class="with-button">
        <input
          id="charge-amount"
          inputMode="numeric"
          autocomplete="off"
          value={text}
          aria-invalid={!isGood}
          onInput={(event) => setText(event.currentTarget.value.trim())}
        />
        <button type="submit" class="main" disabled={!isGood || doing.isDoing}>
          {doing.isDoing ? w.charging : w.chargeDo(isGood ? money(amount) : "")}
        </button>
      </div>
      {doing.error != null && <Problem error={doing.error} onRetry={() => submit()} />}
      {doing.error != null && isUndecided(doing.error) && <p class="small">{w.stillUnknown}</p>}
    </form>
  );
}
