/** Every text of the page on sizes, in one place. */
export const messages = {
  language: "en-US",
  brand: "Terrier",
  skip: "Skip to the curve",
  sections: { curve: "Curve", sizes: "Sizes", settings: "Settings" },
  theme: (next: string) => `Switch to the ${next} theme`,
  themes: { light: "light", dark: "dark" },
  tiles: {
    people: "People",
    best: "most profit",
    enough: "fewest whose hours suffice",
    chosen: "the size chosen below",
    flat: "Within 1% of the best",
    flatNote: "sizes that earn nearly as much",
    workload: "By workload alone",
    workloadNote: "fewest whose hours suffice",
    none: "–",
    beyond: "more than were looked at",
    utilization: "Utilization",
    utilizationNote: (hours: string) => `of ${hours} hours a person`,
    travel: "Travel, a person",
    travelNote: (share: string) => `${share} of the work`,
    profit: "Profit a year",
    sales: (value: string) => `on sales of ${value}`,
  },
  choose: "Number of people",
  back: "Back to the answer",
  profit: {
    title: "Profit by number of people",
    lead: "Margin on what their calls sell, less what people and travel cost.",
    best: "best",
    trend: "profit",
    plans: "of the plans found",
    flat: "within 1% of the best",
    workload: "enough by workload",
  },
  hours: {
    title: "A year of one person",
    lead: "Hours that today's calls and their travel take, against the hours there are.",
    calls: "calls",
    travel: "travel",
    available: "hours there are",
  },
  table: {
    title: "Sizes",
    label: "Table of sizes",
    people: "People",
    utilization: "Utilization",
    work: "Hours each",
    range: "Least to most",
    balance: "Balance",
    travel: "Travel hours",
    km: "Travel km",
    visits: "Visits a day",
    sales: "Sales",
    people_cost: "Cost of people",
    travel_cost: "Cost of travel",
    whose_travel:
      "Travel hours and km are for the calls you want made; sales and the cost of travel for the calls that so many people have hours for. So that cost is not km times the cost of a kilometer.",
    profit: "Profit",
  },
  settings: {
    notes: "Good to know",
    title: "Make this again",
    lead: "The same command and files give the same curve.",
  },
  made: (date: string) => `Made by Terrier on ${date}.`,
};

/** Says the charts in the words of whoever draws them: the office brings those of its reader's language. */
export function speak(words: Pick<typeof messages, "profit" | "hours">): void {
  Object.assign(messages.profit, words.profit);
  Object.assign(messages.hours, words.hours);
}
