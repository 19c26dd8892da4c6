import type { Format } from "../../format/format";
import { ChartFigure, GridLines, useWidth } from "../../size/ChartFigure";
import { ticks } from "../../size/ticks";
import { fill } from "../text/fill";
import type { HeadCount } from "./payload";

const HEIGHT = 240;
const PAD = { left: 44, right: 18, top: 16, bottom: 30 };

/** The best number of people over how much sales respond to effort. */
export function SensitivityChart({ size, format }: { size: HeadCount; format: Format }) {
  const [box, width] = useWidth();
  const texts = size.texts.sensitivity;
  const rows = size.sensitivity.flatMap((row) =>
    row.people === null ? [] : [{ ...row, people: row.people }],
  );
  if (rows.length < 2) return null;
  const low = size.columns.people[0];
  const high = size.columns.people[size.columns.people.length - 1];
  const first = rows[0].elasticity;
  const last = rows[rows.length - 1].elasticity;
  const x = (value: number): number =>
    PAD.left + ((value - first) / (last - first)) * (width - PAD.left - PAD.right);
  const y = (people: number): number =>
    PAD.top + ((high - people) / (high - low || 1)) * (HEIGHT - PAD.top - PAD.bottom);
  const said = rows.map((row) => fill(texts.row, { e: row.elasticity, n: row.people })).join("; ");
  return (
    <ChartFigure
      class="chart"
      title={texts.title}
      lead={texts.lead}
      legend={[
        ["dot-key", texts.assumed],
        ["edge-key", texts.edge],
      ]}
    >
      <div ref={box} class="plot still">
        <svg width={width} height={HEIGHT} role="img" aria-label={`${texts.title}. ${said}`}>
          <GridLines
            values={ticks(low, high, 5).filter(Number.isInteger)}
            y={y}
            left={PAD.left}
            right={width - PAD.right}
            tick={format.whole}
          />
          {ticks(first, last, 5).map((value) => (
            <text key={value} class="tick" x={x(value)} y={HEIGHT - 9} text-anchor="middle">
              {value.toLocaleString(size.language)} %
            </text>
          ))}
          <polyline
            class="curve"
            points={rows.map((row) => `${x(row.elasticity)},${y(row.people)}`).join(" ")}
          />
          {rows.map((row) => (
            <circle
              key={row.elasticity}
              class={row.elasticity === size.elasticity ? "best" : row.at_edge ? "edge" : "plan"}
              cx={x(row.elasticity)}
              cy={y(row.people)}
              r={row.elasticity === size.elasticity ? 6 : 3.5}
            />
          ))}
        </svg>
      </div>
    </ChartFigure>
  );
}
