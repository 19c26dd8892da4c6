import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Format } from "../format/format";
import type { Plan } from "../model/plan";
import type { State, Update } from "./state";

export interface Page {
  plan: Plan;
  format: Format;
  state: State;
  update: Update;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  return useContext(PageContext)!;
}
