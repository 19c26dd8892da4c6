export type LengthUnit = "km" | "mi";

const MILES_IN_KM = 0.621371192;

/** Numbers as a reader of the page's language expects them. */
export interface Format {
  whole: (value: number) => string;
  /** A quantity: whole from a thousand on, one digit below. */
  quantity: (value: number) => string;
  /** 1.2M, 340K: for tight places. */
  short: (value: number) => string;
  /** A ratio as percent with one digit. */
  percent: (ratio: number) => string;
  /** A ratio as percent with its sign. */
  signed: (ratio: number) => string;
  /** A tolerance: as many digits as it has. */
  tolerance: (ratio: number) => string;
  /** A distance with its unit, for sentences: whole from ten on. */
  distance: (km: number | null) => string;
  /** A distance without its unit, for columns. */
  length: (km: number | null) => string;
  lengthUnit: string;
  date: (iso: string) => string;
}

/** `unit` is null on a plane, where distances have no name. */
export function makeFormat(language: string, unit: LengthUnit | null): Format {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const signed = new Intl.NumberFormat(language, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
  const tolerance = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  const length = (km: number | null): string => {
    if (km === null || Number.isNaN(km)) return "–";
    const value = unit === "mi" ? km * MILES_IN_KM : km;
    return value >= 99.95 ? whole.format(value) : tenth.format(value);
  };
  const name = unit ?? "";
  return {
    whole: (value) => whole.format(value),
    quantity: (value) => (Math.abs(value) >= 1000 || Number.isInteger(value) ? whole : tenth).format(value),
    short: (value) => short.format(value),
    percent: (ratio) => percent.format(ratio),
    signed: (ratio) => signed.format(ratio),
    tolerance: (ratio) => tolerance.format(ratio),
    distance: (km) => {
      if (km === null || Number.isNaN(km)) return "–";
      const value = unit === "mi" ? km * MILES_IN_KM : km;
      return `${(value >= 10 ? whole : tenth).format(value)} ${name}`.trim();
    },
    length,
    lengthUnit: name,
    date: (iso) => date.format(new Date(iso)),
  };
}
