import { render } from "preact";
import type { Payload } from "./model/payload";
import { readPlan } from "./model/plan";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/cards.css";
import "./styles/bars.css";
import "./styles/sections.css";
import "./styles/widths.css";
import "./styles/map.css";
import "./styles/tables.css";
import "./styles/print.css";
import { App } from "./view/App";

const data = document.getElementById("plan")!;
const plan = readPlan(JSON.parse(data.textContent) as Payload);
// Megabytes of text that nothing needs any more.
data.remove();
render(<App plan={plan} />, document.getElementById("app")!);
