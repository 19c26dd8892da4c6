import { defineConfig } from "vitest/config";

// One script and one style sheet, which the Python writer puts into the page: see src/terrier/report/page.py.
export default defineConfig({
  build: {
    outDir: "../src/terrier/report/assets",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: "src/main.tsx",
      output: {
        format: "iife",
        entryFileNames: "report.js",
        assetFileNames: "report[extname]",
      },
    },
  },
  test: { include: ["src/**/*.spec.ts"] },
});
