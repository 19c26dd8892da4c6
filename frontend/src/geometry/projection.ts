import {
  geoAlbersUsa,
  geoAzimuthalEqualArea,
  geoConicEqualArea,
  geoEqualEarth,
  type GeoProjection,
} from "d3-geo";
import type { Extent } from "./extent";

export type Project = (x: number, y: number) => [number, number];

const NOWHERE: [number, number] = [NaN, NaN];

/** Equal areas everywhere; cones for middle latitudes, insets for Alaska and Hawaii, and a plane as it is. */
export function projection(box: Extent, sphere: boolean, isUs: boolean): Project {
  if (!sphere) {
    const scale = 1000 / Math.max(box.right - box.left, box.bottom - box.top, 1e-9);
    return (x, y) => [(x - box.left) * scale, (box.bottom - y) * scale];
  }
  const found = choose(box, isUs);
  return (x, y) => found([x, y]) ?? NOWHERE;
}

function choose(box: Extent, isUs: boolean): GeoProjection {
  const longitude = (box.left + box.right) / 2;
  const latitude = (box.top + box.bottom) / 2;
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  if (isUs && box.left < -130 && box.right > -125) return geoAlbersUsa().scale(1200);
  if (width > 120) return geoEqualEarth().rotate([-longitude, 0]).scale(200);
  const scale = Math.min(60_000, 50_000 / Math.max(width, height, 0.5));
  if (Math.abs(latitude) < 12 || Math.abs(latitude) > 75) {
    return geoAzimuthalEqualArea().rotate([-longitude, -latitude]).scale(scale);
  }
  return geoConicEqualArea()
    .parallels([latitude - height / 6 - 0.5, latitude + height / 6 + 0.5])
    .rotate([-longitude, 0])
    .center([0, latitude])
    .scale(scale);
}
