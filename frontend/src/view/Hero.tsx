import type { ComponentChildren } from "preact";
import { messages } from "../messages";
import { worst } from "../model/worst";
import { usePage } from "./context";
import { Arrow, Check, Warning } from "./icons";

/** The verdict in one sentence, then the figures it rests on. */
export function Hero() {
  const { plan, format } = usePage();
  const { verdict } = messages;
  const met = plan.unmet.length === 0;
  const past = plan.before !== null;
  return (
    <section class="hero" id="top">
      <h1>{plan.title}</h1>
      <p class="verdict">
        <span class={met ? "badge good" : "badge bad"}>{met ? <Check /> : <Warning />}</span>
        <span>
          {met ? verdict.met(format.whole(plan.k)) : verdict.unmet(format.whole(plan.unmet.length))}{" "}
          {!met && <a href="#settings">{verdict.see}</a>}
          {!met && ". "}
          {past
            ? verdict.moves(format.whole(plan.overall.moved), format.whole(plan.n))
            : verdict.scratch(format.whole(plan.n))}
          {past && plan.overall.new > 0 && ` ${verdict.unheld(format.whole(plan.overall.new))}`}
          {plan.overall.bound !== "" && ` ${plan.overall.bound}`}
        </span>
      </p>
      <dl class="tiles">
        {plan.measures.map((measure, m) => (
          <BalanceTile key={measure.name} measure={m} />
        ))}
        <DistanceTile />
        {past && (
          <Tile
            label={messages.headline.moved}
            note={messages.headline.ofHeld(
              format.whole(plan.overall.moved),
              format.whole(plan.n - plan.overall.new),
            )}
          >
            {format.percent(plan.overall.movedShare ?? 0)}
          </Tile>
        )}
        <Tile label={messages.headline.accounts} note={messages.headline.inTerritories(format.whole(plan.k))}>
          {format.whole(plan.n)}
        </Tile>
      </dl>
    </section>
  );
}

function BalanceTile({ measure }: { measure: number }) {
  const { plan, format } = usePage();
  const { name, tolerance } = plan.measures[measure];
  const after = worst(plan.territories, "after", measure) ?? 0;
  const before = worst(plan.territories, "before", measure);
  const within = after <= tolerance + 1e-9;
  const asked = within ? messages.headline.within : messages.headline.outside;
  const note = Number.isFinite(tolerance) ? asked(format.tolerance(tolerance)) : messages.balance.unbalanced;
  return (
    <Tile
      label={messages.headline.balance(name)}
      was={before === null ? null : format.percent(before)}
      note={<span class={within ? "good" : "bad"}>{note}</span>}
    >
      ±{format.percent(after)}
    </Tile>
  );
}

function DistanceTile() {
  const { plan, format } = usePage();
  const { distance, distanceBefore } = plan.overall;
  let note: ComponentChildren = null;
  if (distance !== null && distanceBefore !== null && distanceBefore > 0) {
    const change = distance / distanceBefore - 1;
    const { shorter, longer } = messages.headline;
    note = (change < 0 ? shorter : longer)(format.percent(Math.abs(change)));
  }
  return (
    <Tile
      label={messages.headline.distance}
      was={distanceBefore === null ? null : format.length(distanceBefore)}
      note={note}
    >
      {format.length(distance)} <small>{format.lengthUnit}</small>
    </Tile>
  );
}

interface TileProps {
  label: string;
  was?: string | null;
  note?: ComponentChildren;
  children: ComponentChildren;
}

function Tile({ label, was = null, note, children }: TileProps) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <span class="figure">
          {was !== null && (
            <span class="was">
              <span class="visually-hidden">{messages.headline.was(was)}</span>
              <span aria-hidden="true">{was}</span>
              <Arrow />
            </span>
          )}
          <span class="now">{children}</span>
        </span>
        <span class="note">{note}</span>
      </dd>
    </div>
  );
}
