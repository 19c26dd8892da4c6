import { useState } from "preact/hooks";
import { choiceScale, type Spot } from "../model/choices";
import { messages } from "../messages";
import type { Choice, Choices } from "../model/payload";
import { usePage } from "./context";
import { Deviation } from "./parts";

/** The plans that this one was chosen from: a chart of travel against moves, and a table. */
export function ChoicesSection() {
  const { plan, format } = usePage();
  const [looked, setLooked] = useState<number | null>(null);
  const { choices } = plan;
  if (choices === null) return null;
  const texts = messages.choices;
  return (
    <section class="section" id="choices" aria-labelledby="choices-title">
      <div class="section-head">
        <div>
          <h2 id="choices-title">
            {texts.title} <span class="count">{format.whole(choices.plans.length)}</span>
          </h2>
          <p class="lead">
            {texts.lead(format.whole(choices.chosen + 1))}{" "}
            {choices.mustMove > 0 && texts.mustMove(format.percent(choices.mustMove))}{" "}
            {texts.travelMeans(choices.farCountsMore)}{" "}
            {choices.sharedOut > 0 &&
              texts.sharedOut(format.whole(choices.sharedOut), choices.sharedOut === 1)}
          </p>
        </div>
      </div>
      <div class="choices">
        <Chart choices={choices} looked={looked} onLook={setLooked} />
        <Plans choices={choices} looked={looked} onLook={setLooked} />
      </div>
    </section>
  );
}

interface Props {
  choices: Choices;
  looked: number | null;
  onLook: (plan: number | null) => void;
}

const WIDTH = 480;
const HEIGHT = 300;
const MARGIN = { left: 62, right: 20, top: 18, bottom: 44 };

function Chart({ choices, looked, onLook }: Props) {
  const { format } = usePage();
  const texts = messages.choices;
  const scale = choiceScale(choices, {
    left: MARGIN.left,
    right: WIDTH - MARGIN.right,
    top: MARGIN.top,
    bottom: HEIGHT - MARGIN.bottom,
  });
  const percent = (ratio: number) => format.tolerance(ratio);
  const line = scale.spots.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return (
    <figure class="card choice-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={texts.chart}>
        {scale.xTicks.map(({ at, value }) => (
          <g key={value} class="tick">
            <line x1={at} x2={at} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
            <text x={at} y={HEIGHT - MARGIN.bottom + 16} text-anchor="middle">
              {percent(value)}
            </text>
          </g>
        ))}
        {scale.yTicks.map(({ at, value }) => (
          <g key={value} class="tick">
            <line x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={at} y2={at} />
            <text x={MARGIN.left - 8} y={at + 4} text-anchor="end">
              {percent(value)}
            </text>
          </g>
        ))}
        {scale.must !== null && (
          <g class="must">
            <line x1={scale.must} x2={scale.must} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
            <text x={scale.must + 5} y={HEIGHT - MARGIN.bottom - 6}>
              {texts.must}
            </text>
          </g>
        )}
        <polyline class="choice-line" points={line} />
        <circle class="choice-today" cx={scale.today.x} cy={scale.today.y} r={5} />
        <text class="choice-label" x={scale.today.x} y={scale.today.y + 19} text-anchor="middle">
          {texts.today}
        </text>
        {scale.spots.map((spot, index) => (
          <Point
            key={index}
            spot={spot}
            index={index}
            choice={choices.plans[index]}
            chosen={index === choices.chosen}
            looked={index === looked}
            onLook={onLook}
          />
        ))}
        <text
          class="axis-name"
          x={(MARGIN.left + WIDTH - MARGIN.right) / 2}
          y={HEIGHT - 8}
          text-anchor="middle"
        >
          {texts.moved(choices.movedBy)}
        </text>
        <text
          class="axis-name"
          transform={`translate(13 ${(MARGIN.top + HEIGHT - MARGIN.bottom) / 2}) rotate(-90)`}
          text-anchor="middle"
        >
          {texts.travel}
        </text>
      </svg>
    </figure>
  );
}

interface PointProps {
  spot: Spot;
  index: number;
  choice: Choice;
  chosen: boolean;
  looked: boolean;
  onLook: (plan: number | null) => void;
}

function Point({ spot, index, choice, chosen, looked, onLook }: PointProps) {
  const { format } = usePage();
  const name = messages.choices.point(
    format.whole(index + 1),
    format.percent(choice.moved),
    format.percent(choice.travel),
  );
  return (
    <g
      class={`choice-point${chosen ? " chosen" : ""}${looked ? " looked" : ""}`}
      tabIndex={0}
      role="img"
      aria-label={chosen ? `${name}, ${messages.choices.shown}` : name}
      onMouseEnter={() => {
        onLook(index);
      }}
      onMouseLeave={() => {
        onLook(null);
      }}
      onFocus={() => {
        onLook(index);
      }}
      onBlur={() => {
        onLook(null);
      }}
    >
      <title>{name}</title>
      <circle cx={spot.x} cy={spot.y} r={chosen ? 8 : 5.5} />
      <text x={spot.x + 8} y={spot.y - 8}>
        {format.whole(index + 1)}
      </text>
    </g>
  );
}

function Plans({ choices, looked, onLook }: Props) {
  const { plan, format } = usePage();
  const texts = messages.choices;
  return (
    <div class="card table-wrap" tabIndex={0} role="region" aria-label={texts.table}>
      <table class="table choices-table">
        <thead>
          <tr>
            <th scope="col">{texts.plan}</th>
            <th scope="col" class="number">
              {texts.share}
            </th>
            <th scope="col" class="number">
              {texts.accounts}
            </th>
            <th scope="col" class="number">
              {texts.travelShort}
            </th>
            <th scope="col" class="number">
              {texts.distance(format.lengthUnit)}
            </th>
            <th scope="col" class="number">
              {texts.pairs}
            </th>
            <th scope="col" class="number">
              {texts.perPair}
            </th>
            {plan.measures.map((measure) => (
              <th key={measure.name} scope="col" class="number">
                {texts.balance(measure.name)}
              </th>
            ))}
            <th scope="col" class="number">
              {texts.gap}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr class="today-row">
            <th scope="row">{texts.now}</th>
            <td class="number">{format.percent(0)}</td>
            <td class="number">0</td>
            <td class="number">{format.percent(1)}</td>
            <td class="number">{format.length(plan.overall.distanceBefore)}</td>
            <td class="number">0</td>
            <td class="number">–</td>
            <Balances ratios={choices.today} />
            <td class="number">–</td>
          </tr>
          {choices.plans.map((choice, index) => (
            <tr
              key={index}
              class={[index === choices.chosen && "chosen-row", index === looked && "looked-row"]
                .filter(Boolean)
                .join(" ")}
              aria-current={index === choices.chosen ? "true" : undefined}
              onMouseEnter={() => {
                onLook(index);
              }}
              onMouseLeave={() => {
                onLook(null);
              }}
            >
              <th scope="row">
                {format.whole(index + 1)}
                {index === choices.chosen && <span class="tag">{texts.shown}</span>}
                {choice.missed.length > 0 && (
                  <span class="tag bad">{texts.missed(choice.missed.join(", "))}</span>
                )}
              </th>
              <td class="number">{format.percent(choice.moved)}</td>
              <td class="number">{format.whole(choice.accounts)}</td>
              <td class="number">{format.percent(choice.travel)}</td>
              <td class="number">{format.length(choice.distance)}</td>
              <td class="number">{format.whole(choice.pairs)}</td>
              <td class="number">
                {choice.pairs === 0 ? "–" : format.quantity(choice.accounts / choice.pairs)}
              </td>
              <Balances ratios={choice.balance} />
              <td class="number">{choice.gap === null ? "–" : texts.within(format.percent(choice.gap))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Balances({ ratios }: { ratios: number[] }) {
  const { plan, format } = usePage();
  return (
    <>
      {plan.measures.map((measure, m) => (
        <td key={measure.name} class="number">
          <Deviation ratio={ratios[m]} tolerance={measure.tolerance} text={`±${format.percent(ratios[m])}`} />
        </td>
      ))}
    </>
  );
}
