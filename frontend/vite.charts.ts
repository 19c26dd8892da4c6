import { defineConfig } from "vite";

// The charts, loaded by the office's script only where a page has one: of ECharts no more than they draw with.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/terrier/office/static/office/charts",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: "src/office/charts/open-chart.ts",
      preserveEntrySignatures: "strict",
      output: { format: "es", entryFileNames: "charts.js", chunkFileNames: "[name].js" },
    },
  },
});
