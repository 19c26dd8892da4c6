import { defineConfig } from "vite";

// The map studio, loaded by the office's script only where a page has it: a module, its style sheet and MapLibre's worker.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/terrier/office/static/office/studio",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: "src/office/studio/main.tsx",
      preserveEntrySignatures: "strict",
      output: {
        format: "es",
        entryFileNames: "studio.js",
        chunkFileNames: "[name].js",
        assetFileNames: ({ names }) =>
          names.some((one) => one.endsWith(".css")) ? "studio.css" : "[name][extname]",
      },
    },
  },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "worker.js" } } },
});
