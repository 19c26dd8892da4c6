/** What the reader chose last time, where the browser lets a page from disk remember. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`terrier.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`terrier.${key}`, value);
  } catch {
    // A page opened from disk may not be allowed to; the choice then lasts as long as the page.
  }
}
