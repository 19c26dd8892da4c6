const A_YEAR = 60 * 60 * 24 * 365;

/** The text that remembers a choice for a year; an empty value forgets it. */
export function cookie(name: string, value: string, secure: boolean): string {
  return `${name}=${value}; path=/; max-age=${value ? A_YEAR : 0}; samesite=lax${secure ? "; secure" : ""}`;
}
