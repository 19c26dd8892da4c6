import { Chart } from "./Chart";
import { ChartFigure } from "./ChartFigure";
import { messages } from "./messages";
import type { Charted } from "./shared";

/** Hours of one person: calls and travel, against the hours there are. */
export function HoursChart({ size, format, chosen, onChoose }: Charted) {
  const { people, workload_hours_each: work, travel_hours: travel } = size.columns;
  const texts = messages.hours;
  const calls = people.map((k, i) => work[i] - travel[i] / k);
  const high = Math.max(...work, size.hours) * 1.06;
  return (
    <ChartFigure
      title={texts.title}
      lead={texts.lead}
      legend={[
        ["now-key", texts.calls],
        ["travel-key", texts.travel],
        ["line-key", texts.available],
      ]}
    >
      <Chart
        label={`${texts.title}. ${texts.lead}`}
        people={people}
        low={0}
        high={high}
        chosen={chosen}
        onChoose={onChoose}
        tick={format.whole}
      >
        {({ x, y, bottom, step }) => (
          <>
            {people.map((k, i) => {
              const width = Math.max(1, step * 0.72);
              const left = x(k) - width / 2;
              return (
                <g key={k}>
                  <rect class="calls" x={left} width={width} y={y(calls[i])} height={bottom - y(calls[i])} />
                  <rect
                    class="travel"
                    x={left}
                    width={width}
                    y={y(work[i])}
                    height={Math.max(0, y(calls[i]) - y(work[i]) - 1)}
                  />
                </g>
              );
            })}
            <line
              class="mark"
              x1={x(people[0]) - step / 2}
              x2={x(people[people.length - 1]) + step / 2}
              y1={y(size.hours)}
              y2={y(size.hours)}
            />
          </>
        )}
      </Chart>
    </ChartFigure>
  );
}
