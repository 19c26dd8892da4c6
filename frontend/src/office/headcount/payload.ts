import type { messages } from "../../size/messages";
import type { Curve, CurveColumns } from "../../size/payload";

/** A head count as `src/terrier/office/headcount/charts.py` writes it. */
export interface HeadCount extends Curve {
  columns: Columns;
  /** How many people there are today; perhaps none of the sizes. */
  today: number;
  elasticity: number;
  sensitivity: Sensitive[];
  language: string;
  texts: Texts;
}

export interface Columns extends CurveColumns {
  service: number[];
  sales: number[];
  margin: number[];
  cost_of_people: number[];
  cost_of_travel: number[];
  profit: number[];
  profit_of_the_plan_found: number[];
}

/** The answer if 1 % more effort sold so many percent more. */
export interface Sensitive {
  elasticity: number;
  people: number | null;
  at_edge: boolean;
}

export interface Texts extends Pick<typeof messages, "profit" | "hours" | "choose" | "back"> {
  sensitivity: { title: string; lead: string; assumed: string; edge: string; row: string };
  chosen: {
    people: string;
    service: string;
    profit: string;
    sales: string;
    brings: string;
    costs: string;
    today: string;
  };
}
