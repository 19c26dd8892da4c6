import { render } from "preact";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/layout.css";
import "../styles/cards.css";
import "../styles/bars.css";
import "../styles/sections.css";
import "../styles/widths.css";
import "../styles/tables.css";
import "../styles/print.css";
import "./size.css";
import "./chart.css";
import type { SizePayload } from "./payload";
import { SizeApp } from "./SizeApp";

const data = document.getElementById("plan")!;
render(<SizeApp size={JSON.parse(data.textContent) as SizePayload} />, document.getElementById("app")!);
