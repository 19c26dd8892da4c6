import { Chart } from "./Chart";
import { ChartFigure } from "./ChartFigure";
import { messages } from "./messages";
import type { Charted } from "./shared";

/** Profit over people, with the best size and those nearly as good. */
export function ProfitChart({ size, format, chosen, onChoose }: Charted) {
  const { people, profit = [], profit_of_the_plan_found: found = [] } = size.columns;
  const texts = messages.profit;
  const low = Math.min(...profit, ...found);
  const high = Math.max(...profit, ...found);
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  const { byProfit, byWorkload, flat } = size;
  return (
    <ChartFigure
      title={texts.title}
      lead={texts.lead}
      legend={[
        ...(flat ? [["band-key", texts.flat] as const] : []),
        ["now-key", texts.trend],
        ["plan-key", texts.plans],
      ]}
    >
      <Chart
        label={`${texts.title}. ${size.sentences.join(" ")}`}
        people={people}
        low={low - room}
        high={high + room}
        chosen={chosen}
        onChoose={onChoose}
        tick={format.short}
      >
        {({ x, y, top, bottom, step }) => (
          <>
            {flat && (
              <rect
                class="flat"
                x={x(flat[0]) - step / 2}
                width={x(flat[1]) - x(flat[0]) + step}
                y={top}
                height={bottom - top}
              />
            )}
            {byWorkload !== null && (
              <g>
                <line class="mark" x1={x(byWorkload)} x2={x(byWorkload)} y1={top} y2={bottom} />
                <text
                  class="mark-text"
                  x={x(byWorkload)}
                  y={top - 7}
                  text-anchor={byWorkload > (people[0] + people[people.length - 1]) / 2 ? "end" : "start"}
                >
                  {texts.workload}
                </text>
              </g>
            )}
            {found.map((value, i) => (
              <circle key={people[i]} class="plan" cx={x(people[i])} cy={y(value)} r={2.5} />
            ))}
            <polyline class="curve" points={people.map((k, i) => `${x(k)},${y(profit[i])}`).join(" ")} />
            {byProfit !== null && (
              <circle class="best" cx={x(byProfit)} cy={y(profit[people.indexOf(byProfit)])} r={6} />
            )}
            <circle class="at" cx={x(chosen)} cy={y(profit[people.indexOf(chosen)])} r={4} />
          </>
        )}
      </Chart>
    </ChartFigure>
  );
}
