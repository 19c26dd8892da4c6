import { useState } from "preact/hooks";
import { messages } from "../messages";
import { usePage } from "./context";
import { Check, Copy } from "./icons";

const MOST_ROWS = 100;

/** What could not be met, what is good to know, and how to make this plan again. */
export function SettingsSection() {
  const { plan, format } = usePage();
  const texts = messages.settings;
  return (
    <section class="section" id="settings" aria-labelledby="settings-title">
      <div class="columns">
        <div class="card padded">
          <h2>{texts.unmet}</h2>
          {plan.unmet.length === 0 ? (
            <p class="good with-icon">
              <Check /> {texts.met}
            </p>
          ) : (
            <ul class="sentences">
              {plan.unmet.slice(0, MOST_ROWS).map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
          {plan.notes.length > 0 && (
            <>
              <h3>{texts.notes}</h3>
              <ul class="sentences calm">
                {plan.notes.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </>
          )}
          {plan.unplaced.length > 0 && <Unplaced />}
        </div>
        <div class="card padded">
          <h2 id="settings-title">{texts.title}</h2>
          <p class="lead">{texts.lead}</p>
          <Command />
          <dl class="settings">
            {plan.settings.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            <div>
              <dt>{texts.score}</dt>
              <dd>
                {format.short(plan.overall.score)} ({plan.overall.objective.replaceAll("_", " ")})
              </dd>
            </div>
            {plan.overall.bound !== "" && (
              <div>
                <dt>{texts.bound}</dt>
                <dd>{plan.overall.bound}</dd>
              </div>
            )}
          </dl>
        </div>
      </div>
    </section>
  );
}

function Command() {
  const { plan } = usePage();
  const [copied, setCopied] = useState(false);
  const texts = messages.settings;
  return (
    <div class="command">
      <pre tabIndex={0}>
        <code id="command">{plan.command}</code>
      </pre>
      <button
        type="button"
        class="button"
        onClick={() => {
          void copy(plan.command).then(() => {
            setCopied(true);
            setTimeout(() => {
              setCopied(false);
            }, 2000);
          });
        }}
      >
        {copied ? <Check /> : <Copy />}
        {texts.copy}
      </button>
      <span class="visually-hidden" role="status">
        {copied ? texts.copied : ""}
      </span>
    </div>
  );
}

/** The clipboard; where a page from disk may not use it, the text is selected, ready for Ctrl+C. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const code = document.getElementById("command")!;
    getSelection()?.selectAllChildren(code);
  }
}

function Unplaced() {
  const { plan, format } = usePage();
  const texts = messages.settings;
  const rest = plan.unplaced.length - MOST_ROWS;
  return (
    <>
      <h3>{texts.unplaced(format.whole(plan.unplaced.length))}</h3>
      <div class="table-wrap short" tabIndex={0} role="region" aria-label={texts.unplaced("")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{texts.row}</th>
              <th scope="col">{texts.unit}</th>
              <th scope="col">{texts.reason}</th>
            </tr>
          </thead>
          <tbody>
            {plan.unplaced.slice(0, MOST_ROWS).map(([row, unit, reason]) => (
              <tr key={row}>
                <td class="number">{format.whole(row)}</td>
                <td>{unit}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rest > 0 && <p class="muted">{texts.more(format.whole(rest))}</p>}
    </>
  );
}
