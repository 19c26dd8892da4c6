import { select } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from "d3-zoom";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { fit } from "../geometry/fit";
import { messages } from "../messages";
import type { Plan } from "../model/plan";
import { accountAt, territoryAt } from "./hit";
import { Painter } from "./painter";
import { ink } from "./palette";
import type { Scene, View } from "./scene";
import { makeWorld } from "./world";

export interface Pointed {
  account: number | null;
  territory: number | null;
  x: number;
  y: number;
}

export interface MapHandle {
  zoomBy: (factor: number) => void;
  fit: (territory: number | null) => void;
}

interface Props {
  plan: Plan;
  view: View;
  divider: number;
  dark: boolean;
  selected: number | null;
  account: number | null;
  onlyMoves: boolean;
  handle: RefObject<MapHandle | null>;
  onPoint: (pointed: Pointed | null) => void;
  onPick: (pointed: Pointed) => void;
}

/** The canvas: pan, zoom and pinch by d3-zoom, drawn once a frame at most. */
export function MapCanvas(props: Props) {
  const { plan, view, dark, selected, onlyMoves } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const world = useMemo(() => makeWorld(plan), [plan]);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [hovered, setHovered] = useState<number | null>(null);
  const behavior = useRef<ZoomBehavior<HTMLCanvasElement, unknown> | null>(null);
  const painter = useRef<Painter | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useLayoutEffect(() => {
    const element = canvas.current!;
    painter.current = new Painter(element);
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      setSize({ width: Math.round(width), height: Math.round(height) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  useEffect(() => {
    if (size.width === 0) return;
    const element = canvas.current!;
    const start = fit(world.box, size.width, size.height, margins(size.width));
    const found = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([start.k * 0.4, start.k * 80])
      .extent([
        [0, 0],
        [size.width, size.height],
      ])
      // The wheel belongs to the page until the reader turns to the map.
      .filter((event: WheelEvent | MouseEvent) => {
        if (event.type === "wheel") return event.ctrlKey || document.activeElement === element;
        return !event.button;
      })
      .on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        const { k, x, y } = event.transform;
        painter.current!.move({ k, x, y });
      });
    behavior.current = found;
    const selection = select<HTMLCanvasElement, unknown>(element);
    selection.call(found);
    selection.call((s) => {
      found.transform(s, zoomIdentity.translate(start.x, start.y).scale(start.k));
    });
    return () => {
      selection.on(".zoom", null);
    };
  }, [world, size]);

  useEffect(() => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const selection = () =>
      select<HTMLCanvasElement, unknown>(canvas.current!)
        .transition()
        .duration(calm ? 0 : 260);
    props.handle.current = {
      zoomBy: (factor) => behavior.current?.scaleBy(selection(), factor),
      fit: (territory) => {
        if (size.width === 0) return;
        const box = territory === null ? world.box : boxOf(plan, world, territory);
        const to = fit(box, size.width, size.height, margins(size.width));
        behavior.current?.transform(selection(), zoomIdentity.translate(to.x, to.y).scale(to.k));
      },
    };
  }, [plan, world, size, props.handle]);

  useLayoutEffect(() => {
    if (size.width === 0) return;
    painter.current!.show({
      plan,
      world,
      ink: ink(dark),
      view,
      divider: props.divider,
      selected,
      hovered,
      account: props.account,
      onlyMoves,
      ...size,
    });
  }, [plan, world, dark, view, props.divider, selected, hovered, props.account, onlyMoves, size]);

  useEffect(() => {
    // Paper is white.
    const print = () => painter.current?.paintNow({ ink: ink(false) });
    const back = () => painter.current?.paintNow({ ink: ink(latest.current.dark) });
    addEventListener("beforeprint", print);
    addEventListener("afterprint", back);
    return () => {
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", back);
    };
  }, []);

  const pointed = (event: MouseEvent): Pointed | null => {
    const scene = painter.current?.scene;
    if (!scene) return null;
    const [x, y] = [event.offsetX, event.offsetY];
    const account = accountAt(scene, x, y);
    const territory = territoryAt(scene, x, y, account);
    return { account, territory, x, y };
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = 60;
    const ways: Partial<Record<string, [number, number]>> = {
      ArrowLeft: [step, 0],
      ArrowRight: [-step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const way = ways[event.key];
    if (way !== undefined) {
      const k = painter.current?.scene?.transform.k ?? 1;
      behavior.current?.translateBy(select(canvas.current!), way[0] / k, way[1] / k);
    } else if (event.key === "+" || event.key === "=") {
      props.handle.current?.zoomBy(1.5);
    } else if (event.key === "-") {
      props.handle.current?.zoomBy(1 / 1.5);
    } else if (event.key === "0") {
      props.handle.current?.fit(null);
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <canvas
      ref={canvas}
      class="map-canvas"
      tabIndex={0}
      role="img"
      aria-label={messages.map.label(messages.map.views[view])}
      onPointerMove={(event) => {
        if (event.pointerType === "touch") return;
        const found = pointed(event);
        setHovered(found?.territory ?? null);
        canvas.current!.style.cursor =
          found?.account != null || found?.territory != null ? "pointer" : "grab";
        props.onPoint(found);
      }}
      onPointerLeave={() => {
        setHovered(null);
        props.onPoint(null);
      }}
      onClick={(event) => {
        const found = pointed(event);
        if (found) props.onPick(found);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

/** Room for names that reach over the edge, and for the switches on top. */
function margins(width: number) {
  return { margin: Math.min(32, width / 16), top: 44 };
}

function boxOf(plan: Plan, world: Scene["world"], territory: number) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < plan.n; i++) {
    if (plan.after[i] !== territory && plan.before?.[i] !== territory) continue;
    box.left = Math.min(box.left, world.x[i]);
    box.right = Math.max(box.right, world.x[i]);
    box.top = Math.min(box.top, world.y[i]);
    box.bottom = Math.max(box.bottom, world.y[i]);
  }
  return box.left <= box.right ? box : world.box;
}
