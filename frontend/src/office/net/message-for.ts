/** The key of the text that explains an HTTP status to a person. */
export function messageFor(status: number): string {
  switch (status) {
    case 403:
      return "forbidden";
    case 404:
    case 410:
      return "notFound";
    case 413:
      return "tooLarge";
    case 429:
      return "tooMany";
    default:
      return status >= 500 ? "serverError" : "requestError";
  }
}
