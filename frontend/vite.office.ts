import tailwind from "@tailwindcss/vite";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vite";
import { sprite } from "./src/office/icons/sprite.ts";

/** One file with the icons that src/office/icons/icons.json names, each a <symbol>. */
function icons(): Plugin {
  return {
    name: "icons",
    generateBundle() {
      const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
      const names = JSON.parse(read("src/office/icons/icons.json")) as string[];
      const source = sprite(names, (name) => read(`node_modules/lucide-static/icons/${name}.svg`));
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}

// The office's pages share one script, one style sheet, its fonts and its icons; Django serves them under /static/office/.
export default defineConfig({
  base: "./",
  plugins: [tailwind(), icons()],
  build: {
    outDir: "../src/terrier/office/static/office",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: "src/office/main.ts",
      output: { format: "iife", entryFileNames: "app.js", assetFileNames: name },
    },
  },
});

function name({ names }: { names: string[] }): string {
  return names.some((one) => one.endsWith(".css")) ? "app[extname]" : "fonts/[name][extname]";
}
