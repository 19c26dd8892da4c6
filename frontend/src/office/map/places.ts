/** Accounts on the map, by columns, as the office sends them. */
export interface Places {
  ids: number[];
  longitude: number[];
  latitude: number[];
  names: string[];
  status: number[];
  left_out: number;
  placeless: number;
  address: string;
}

export function onePlace(dataset: DOMStringMap): Places {
  return {
    ids: [0],
    longitude: [Number(dataset.longitude)],
    latitude: [Number(dataset.latitude)],
    names: [dataset.name ?? ""],
    status: [1],
    left_out: 0,
    placeless: 0,
    address: "",
  };
}
