export interface Piece {
  text: string;
  marked: boolean;
}

/** A title cut into pieces, those that the query's words name being marked. */
export function marked(title: string, query: string): Piece[] {
  const words = query.trim().split(/\s+/).filter(Boolean).map(literally);
  if (words.length === 0) return [{ text: title, marked: false }];
  const cut = title.split(new RegExp(`(${words.join("|")})`, "giu"));
  return cut.map((text, at) => ({ text, marked: at % 2 === 1 })).filter((piece) => piece.text !== "");
}

function literally(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
