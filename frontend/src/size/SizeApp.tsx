import { useEffect, useMemo, useState } from "preact/hooks";
import { makeFormat } from "../format/format";
import { Logo, Moon, Sun } from "../view/icons";
import { recall, remember } from "../view/remember";
import { HoursChart } from "./HoursChart";
import { messages } from "./messages";
import type { SizePayload } from "./payload";
import { ProfitChart } from "./ProfitChart";
import { SizeTable } from "./SizeTable";
import { Tiles } from "./Tiles";

type Theme = "light" | "dark";

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

export function SizeApp({ size }: { size: SizePayload }) {
  const format = useMemo(() => makeFormat(messages.language, "km"), []);
  const answer = size.byProfit ?? size.byWorkload ?? size.columns.people[size.columns.people.length - 1];
  const [chosen, setChosen] = useState(answer);
  const [theme, setTheme] = useState<Theme>(
    () => (recall("theme") as Theme | null) ?? (prefersDark.matches ? "dark" : "light"),
  );
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const shared = { size, format, chosen, onChoose: setChosen };
  const { people } = size.columns;
  const next = theme === "dark" ? "light" : "dark";
  return (
    <>
      <a class="skip" href="#curve">
        {messages.skip}
      </a>
      <header class="header">
        <a class="brand" href="#top" aria-label={messages.brand}>
          <Logo />
          <span>{messages.brand}</span>
        </a>
        <nav aria-label={messages.brand}>
          {Object.entries(messages.sections).map(([id, text]) => (
            <a key={id} href={`#${id}`}>
              {text}
            </a>
          ))}
        </nav>
        <div class="controls">
          <button
            type="button"
            class="icon"
            aria-label={messages.theme(messages.themes[next])}
            title={messages.theme(messages.themes[next])}
            onClick={() => {
              remember("theme", next);
              setTheme(next);
            }}
          >
            {theme === "dark" ? <Sun /> : <Moon />}
          </button>
        </div>
      </header>
      <main>
        <section class="hero" id="top">
          <h1>{size.title}</h1>
          <p class="answer">{size.sentences[0]}</p>
          {size.sentences.length > 1 && <p class="verdict">{size.sentences.slice(1).join(" ")}</p>}
          <Tiles {...shared} answer={answer} />
        </section>
        <section class="section" id="curve" aria-labelledby="curve-title">
          <h2 id="curve-title" class="visually-hidden">
            {messages.sections.curve}
          </h2>
          <div class="chooser">
            <label>
              {messages.choose}
              <input
                type="range"
                min={0}
                max={people.length - 1}
                value={people.indexOf(chosen)}
                aria-valuetext={String(chosen)}
                onInput={(event) => {
                  setChosen(people[Number(event.currentTarget.value)]);
                }}
              />
              <output>{chosen}</output>
            </label>
            <button
              type="button"
              class="button"
              disabled={chosen === answer}
              onClick={() => {
                setChosen(answer);
              }}
            >
              {messages.back}
            </button>
          </div>
          <div class="charts">
            {size.columns.profit && <ProfitChart {...shared} />}
            <HoursChart {...shared} />
          </div>
        </section>
        <SizeTable {...shared} answer={answer} />
        <section class="section" id="settings" aria-labelledby="settings-title">
          <div class="columns">
            <div class="card padded">
              <h2>{messages.settings.notes}</h2>
              <ul class="sentences calm">
                {size.notes.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </div>
            <div class="card padded">
              <h2 id="settings-title">{messages.settings.title}</h2>
              <p class="lead">{messages.settings.lead}</p>
              <div class="command">
                <pre tabIndex={0}>
                  <code>{size.command}</code>
                </pre>
              </div>
              <dl class="settings">
                {size.settings.map(([label, value]) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </div>
          </div>
        </section>
      </main>
      <footer class="footer">{messages.made(format.date(size.created))}</footer>
    </>
  );
}
