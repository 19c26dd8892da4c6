import { defineConfig } from "vitest/config";

// For each page one script and one style sheet, which the Python writer puts into it: see src/terrier/report/page.py.
// `vite build` builds the report, `vite build --mode size` the page of `terrier size` beside it.
const PAGES: Record<string, string> = { report: "src/main.tsx", size: "src/size/main.tsx" };

export default defineConfig(({ mode }) => {
  const page = mode in PAGES ? mode : "report";
  return {
    build: {
      outDir: "../src/terrier/report/assets",
      emptyOutDir: page === "report",
      target: "es2022",
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: PAGES[page],
        output: {
          format: "iife",
          entryFileNames: `${page}.js`,
          assetFileNames: `${page}[extname]`,
        },
      },
    },
    test: { include: ["src/**/*.spec.ts"] },
  };
});
