/** An icon of the office's sprite. */
export function Icon({ name }: { name: string }) {
  const known = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0];
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`${known ?? "/static/office/icons.svg"}#${name}`} />
    </svg>
  );
}
