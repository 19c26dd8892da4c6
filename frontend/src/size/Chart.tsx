import type { ComponentChildren } from "preact";
import { GridLines, useWidth } from "./ChartFigure";
import { ticks } from "./ticks";

export interface Frame {
  x: (people: number) => number;
  y: (value: number) => number;
  bottom: number;
  top: number;
  /** Width of one size. */
  step: number;
}

interface Props {
  label: string;
  people: number[];
  low: number;
  high: number;
  chosen: number;
  onChoose: (people: number) => void;
  tick: (value: number) => string;
  children: (frame: Frame) => ComponentChildren;
}

const HEIGHT = 300;
const PAD = { left: 58, right: 18, top: 22, bottom: 30 };

/** The plot that charts over people share: axes, grid, and a size chosen by the pointer. */
export function Chart({ label, people, low, high, chosen, onChoose, tick, children }: Props) {
  const [box, width] = useWidth();
  const first = people[0];
  const last = people[people.length - 1];
  const step = (width - PAD.left - PAD.right) / (last - first + 1);
  const frame: Frame = {
    x: (count) => PAD.left + (count - first + 0.5) * step,
    y: (value) => PAD.top + ((high - value) / (high - low || 1)) * (HEIGHT - PAD.top - PAD.bottom),
    top: PAD.top,
    bottom: HEIGHT - PAD.bottom,
    step,
  };
  const nearest = (clientX: number) => {
    const left = box.current!.getBoundingClientRect().left;
    const wanted = first + (clientX - left - PAD.left) / step - 0.5;
    return people.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a));
  };
  return (
    <div
      ref={box}
      class="plot"
      onPointerDown={(event) => {
        onChoose(nearest(event.clientX));
      }}
      onPointerMove={(event) => {
        if (event.pointerType === "mouse") onChoose(nearest(event.clientX));
      }}
    >
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <GridLines
          values={ticks(low, high, 5)}
          y={frame.y}
          left={PAD.left}
          right={width - PAD.right}
          tick={tick}
        />
        {ticks(first, last, Math.max(3, Math.min(12, Math.floor(width / 70))))
          .filter(Number.isInteger)
          .map((count) => (
            <text key={count} class="tick" x={frame.x(count)} y={HEIGHT - 9} text-anchor="middle">
              {count}
            </text>
          ))}
        <rect
          class="chosen-size"
          x={frame.x(chosen) - step / 2}
          width={step}
          y={frame.top}
          height={frame.bottom - frame.top}
        />
        {children(frame)}
      </svg>
    </div>
  );
}
