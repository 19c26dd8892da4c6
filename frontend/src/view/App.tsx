import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { makeFormat } from "../format/format";
import { messages } from "../messages";
import type { Plan } from "../model/plan";
import { BalanceSection } from "./BalanceSection";
import { ChoicesSection } from "./ChoicesSection";
import { PageContext } from "./context";
import { Header } from "./Header";
import { Hero } from "./Hero";
import { MapSection } from "./MapSection";
import { MovesSection } from "./MovesSection";
import { recall, remember } from "./remember";
import { SettingsSection } from "./SettingsSection";
import { Shortcuts } from "./Shortcuts";
import type { State, Theme, Update } from "./state";
import { TerritoriesSection } from "./TerritoriesSection";
import { useShortcuts } from "./use-shortcuts";

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

export function App({ plan }: { plan: Plan }) {
  const [state, setState] = useState<State>(() => ({
    view: "after",
    selected: null,
    account: null,
    onlyMoves: false,
    // Miles where the plan was made in miles; else as last chosen; else kilometers, as the workbook has.
    unit: plan.miles || recall("unit") === "mi" ? "mi" : "km",
    theme: (recall("theme") as Theme | null) ?? (prefersDark.matches ? "dark" : "light"),
    help: false,
  }));
  const update: Update = useCallback((change) => {
    setState((old) => ({ ...old, ...(typeof change === "function" ? change(old) : change) }));
  }, []);
  const format = useMemo(
    () => makeFormat(messages.language, plan.sphere ? state.unit : null),
    [plan.sphere, state.unit],
  );
  useEffect(() => {
    document.documentElement.dataset.theme = state.theme;
  }, [state.theme]);
  useEffect(() => {
    const follow = () => {
      if (recall("theme") === null) update({ theme: prefersDark.matches ? "dark" : "light" });
    };
    prefersDark.addEventListener("change", follow);
    return () => {
      prefersDark.removeEventListener("change", follow);
    };
  }, [update]);
  useShortcuts(plan, update);
  const page = useMemo(() => ({ plan, format, state, update }), [plan, format, state, update]);
  return (
    <PageContext.Provider value={page}>
      <a class="skip" href="#map">
        {messages.skip}
      </a>
      <Header
        onTheme={() => {
          const theme = state.theme === "dark" ? "light" : "dark";
          remember("theme", theme);
          update({ theme });
        }}
        onUnit={(unit) => {
          remember("unit", unit);
          update({ unit });
        }}
      />
      <main>
        <Hero />
        <ChoicesSection />
        <MapSection />
        <BalanceSection />
        <TerritoriesSection />
        <MovesSection />
        <SettingsSection />
      </main>
      <footer class="footer">{messages.made(format.date(plan.created))}</footer>
      <Shortcuts />
    </PageContext.Provider>
  );
}
