// The outlines of US states and counties, for the Python side: src/terrier/atlas/data is not in git, but in every wheel.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = new URL("../node_modules/us-atlas/counties-10m.json", import.meta.url);
const folder = new URL("../../src/terrier/atlas/data/", import.meta.url);

mkdirSync(folder, { recursive: true });
copyFileSync(source, new URL("counties-10m.json", folder));
console.log(`counties-10m.json → ${fileURLToPath(folder)}`);
