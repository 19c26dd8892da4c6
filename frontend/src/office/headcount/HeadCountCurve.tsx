import { useMemo, useState } from "preact/hooks";
import { makeFormat } from "../../format/format";
import { HoursChart } from "../../size/HoursChart";
import { ProfitChart } from "../../size/ProfitChart";
import { marginal } from "./marginal";
import type { HeadCount } from "./payload";
import { SensitivityChart } from "./SensitivityChart";

/** The curve, with what the number of people under the pointer means. */
export function HeadCountCurve({ size }: { size: HeadCount }) {
  const format = useMemo(() => makeFormat(size.language, "km"), [size.language]);
  const { people, service, profit, sales } = size.columns;
  const answer = size.byProfit ?? size.byWorkload ?? people[people.length - 1];
  const [chosen, setChosen] = useState(answer);
  const at = people.indexOf(chosen);
  const last = marginal(size.columns, at);
  const texts = size.texts.chosen;
  const shared = { size, format, chosen, onChoose: setChosen };
  const facts: [string, string][] = [
    [texts.service, format.percent(service[at])],
    [texts.profit, `$${format.short(profit[at])}`],
    [texts.sales, `$${format.short(sales[at])}`],
    [texts.brings, last ? `$${format.short(last.brings)}` : "–"],
    [texts.costs, last ? `$${format.short(last.costs)}` : "–"],
  ];
  return (
    <>
      <div class="chooser">
        <label>
          {size.texts.choose}
          <input
            type="range"
            class="range range-sm range-primary"
            min={0}
            max={people.length - 1}
            value={at}
            aria-valuetext={String(chosen)}
            onInput={(event) => {
              setChosen(people[Number(event.currentTarget.value)]);
            }}
          />
          <output>
            {chosen}
            {chosen === size.today && <small> ({texts.today})</small>}
          </output>
        </label>
        <button
          type="button"
          class="btn btn-quiet btn-sm"
          disabled={chosen === answer}
          onClick={() => {
            setChosen(answer);
          }}
        >
          {size.texts.back}
        </button>
      </div>
      <dl class="chosen">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div class="charts">
        <ProfitChart {...shared} />
        <HoursChart {...shared} />
        <SensitivityChart size={size} format={format} />
      </div>
    </>
  );
}
