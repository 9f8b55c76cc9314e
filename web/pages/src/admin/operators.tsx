// The owner's page of accounts: who may do what, a new account with its token shown once, and the end of one.
import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { venueTime } from "../base/words";
import { account, addOperator, kRoles, type Operator, operators, type Role, revokeOperator } from "./accounts";
import { Field } from "./form/fields";
import { Asked, useQuestion } from "./form/question";
import { deviceZone } from "./form/venue_time";
import { Problem } from "./problem";
import { useAdminWords } from "./words";

const kDayMs = 86_400_000;

function NewAccount({ onMade }: { onMade: () => void }) {
  const w = useAdminWords();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("VIEWER");
  const [days, setDays] = useState("");
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    doing.run(async () => {
      setMade(null);
      const end = days ? new Date(Date.now() + Number(days) * kDayMs).toISOString() : null;
      const { operator, token } = await addOperator(name.trim(), role, end);
      setMade({ name: operator.name, token });
      setName("");
      onMade();
    });
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.newAccount}</h2>
      <Field id="account-name" label={w.accountName} value={name} maxLength={50} isNeeded onInput={setName} />
      <div class="field">
        <label for="account-role">{w.role}</label>
        <select
          id="account-role"
          value={role}
          aria-describedby="account-role-help"
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        >
          {kRoles.map((each) => (
            <option key={each} value={each}>
              {w.roles[each]}
            </option>
          ))}
        </select>
        <p id="account-role-help" class="small">
          {w.roleHelp[role]}
        </p>
      </div>
      <Field
        id="account-days"
        label={w.accountDays}
        type="number"
        max={3660}
        value={days}
        help={w.accountDaysHelp}
        onInput={setDays}
      />
      <button type="submit" class="main start-self" disabled={doing.isDoing || !name.trim()}>
        {w.makeAccount}
      </button>
      {doing.error != null && <Problem error={doing.error} />}
      <div role="status">
        {made && (
          <div class="note good">
            <p>{w.tokenOf(made.name)}</p>
            <p>
              <code class="wide">{made.token}</code>
            </p>
          </div>
        )}
      </div>
    </form>
  );
}

function stateOf(each: Operator, w: ReturnType<typeof useAdminWords>): string {
  if (each.revokedAt) return w.revokedAt(venueTime(each.revokedAt, deviceZone()));
  if (!each.expiresAt) return w.accountLive;
  const until = venueTime(each.expiresAt, deviceZone());
  return Date.parse(each.expiresAt) > Date.now() ? w.goodUntil(until) : w.expiredAt(until);
}

export function OperatorsScreen() {
  const w = useAdminWords();
  const [list, setList] = useState<Operator[] | null>(null);
  const looking = useDoing();
  const asking = useQuestion();
  const look = () => looking.run(async () => setList(await operators()));
  useEffect(look, []);
  const revoke = (whom: Operator) =>
    asking.ask({
      text: w.revokeSure(whom.name),
      yes: w.revokeYes,
      run: async () => {
        await revokeOperator(whom.id);
        if (whom.id !== account.get()?.id) look();
      },
    });
  return (
    <section>
      <Heading title={w.accounts}>{w.accounts}</Heading>
      <p>{w.accountsIntro}</p>
      {(looking.error ?? asking.doing.error) != null && (
        <Problem error={looking.error ?? asking.doing.error} onRetry={look} />
      )}
      <Asked asking={asking} />
      {list && list.length > 0 && (
        <div class="box scroll" role="region" aria-label={w.accounts} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{w.accountName}</th>
                <th>{w.role}</th>
                <th>{w.status}</th>
                <th>{w.created}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {list.map((each) => (
                <tr key={each.id}>
                  <td dir="auto">{each.name}</td>
                  <td class="one-line">{w.roles[each.role]}</td>
                  <td>{stateOf(each, w)}</td>
                  <td class="one-line">{venueTime(each.madeAt, deviceZone())}</td>
                  <td>
                    {!each.revokedAt && (
                      <button type="button" class="small-button" onClick={() => revoke(each)}>
                        {w.revoke}
                        <span class="unseen"> {each.name}</span>
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <NewAccount onMade={look} />
    </section>
  );
}
