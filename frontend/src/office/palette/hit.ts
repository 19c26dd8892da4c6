/** Something that the palette can open: as look/palette.py sends it, or, without an address, an action of the page. */
export interface Hit {
  title: string;
  url: string;
  group: string;
  icon: string;
  note: string;
}
