import htmx from "htmx.org";

/** Goes to a page as a click on a link would: without a jump, and with a way back. */
export function visit(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.hidden = true;
  document.body.append(link);
  htmx.process(link);
  link.click();
}
