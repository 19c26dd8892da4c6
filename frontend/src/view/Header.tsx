import type { LengthUnit } from "../format/format";
import { messages } from "../messages";
import { usePage } from "./context";
import { Logo, Moon, Sun } from "./icons";
import { Segments } from "./parts";

interface Props {
  onTheme: () => void;
  onUnit: (unit: LengthUnit) => void;
}

export function Header({ onTheme, onUnit }: Props) {
  const { plan, state, update } = usePage();
  const { controls, sections } = messages;
  const next = controls.themes[state.theme === "dark" ? "light" : "dark"];
  return (
    <header class="header">
      <a class="brand" href="#top" aria-label={messages.brand}>
        <Logo />
        <span>{messages.brand}</span>
      </a>
      <nav aria-label={messages.brand}>
        {Object.entries(sections)
          .filter(([id]) => id !== "choices" || plan.choices !== null)
          .map(([id, text]) => (
            <a key={id} href={`#${id}`}>
              {text}
            </a>
          ))}
      </nav>
      <div class="controls">
        {plan.sphere && (
          <Segments
            label={controls.unitOfLength}
            value={state.unit}
            options={[
              ["km", controls.kilometers],
              ["mi", controls.miles],
            ]}
            onChange={onUnit}
          />
        )}
        <button
          type="button"
          class="icon"
          aria-label={controls.theme(next)}
          title={controls.theme(next)}
          onClick={onTheme}
        >
          {state.theme === "dark" ? <Sun /> : <Moon />}
        </button>
        <button
          type="button"
          class="icon key"
          aria-label={controls.shortcuts}
          title={controls.shortcuts}
          onClick={() => {
            update({ help: true });
          }}
        >
          ?
        </button>
      </div>
    </header>
  );
}
