import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface FigureProps {
  title: string;
  lead: string;
  /** What stands for what: the class of its mark, and its name. */
  legend: readonly (readonly [mark: string, text: string])[];
  class?: string;
  children: ComponentChildren;
}

/** A chart with its title, what it says, and its legend. */
export function ChartFigure({ title, lead, legend, class: own = "card chart", children }: FigureProps) {
  return (
    <figure class={own}>
      <figcaption>
        <div>
          <h3>{title}</h3>
          <p class="lead">{lead}</p>
        </div>
        <span class="legend">
          {legend.map(([mark, text]) => (
            <span class="item" key={mark}>
              <span class={`key ${mark}`} /> {text}
            </span>
          ))}
        </span>
      </figcaption>
      {children}
    </figure>
  );
}

const NARROWEST = 260;

/** How wide a chart's box is, now and whenever that changes. */
export function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      setWidth(Math.max(NARROWEST, entry.contentRect.width));
    });
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [box, width];
}

interface LinesProps {
  values: readonly number[];
  y: (value: number) => number;
  left: number;
  right: number;
  tick: (value: number) => string;
}

/** The lines across a chart, each with its value at the left. */
export function GridLines({ values, y, left, right, tick }: LinesProps) {
  return (
    <>
      {values.map((value) => (
        <g key={value}>
          <line class="grid" x1={left} x2={right} y1={y(value)} y2={y(value)} />
          <text class="tick" x={left - 8} y={y(value) + 4} text-anchor="end">
            {tick(value)}
          </text>
        </g>
      ))}
    </>
  );
}
