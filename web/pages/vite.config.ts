// Two pages, one for buyers and one for the operator. The names of built files carry a hash of what is in them.
//
// Styles lie beside the parts they are for and are built into one file for both pages and one more for the operator's, in the order in
// which the parts are imported. What both pages share is one script: a second one costs a buyer more than an operator saves.
import { defineConfig } from "vitest/config";

const server = process.env.FRONTROW_URL ?? "http://127.0.0.1:8080";

const isOfOperator = (id: string) => id.includes("/src/admin/");
const isShared = (id: string) => /\/src\/(base|seatmap)\/|\/node_modules\/preact\//.test(id);

function chunkOf(id: string): string | undefined {
  if (id.endsWith(".css")) return isOfOperator(id) ? "operator" : "style";
  return isShared(id) ? "shared" : undefined;
}

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env.FRONTROW_PAGES_OUT ?? "dist",
    emptyOutDir: true,
    minify: "terser", // 1.7 % smaller than what esbuild makes
    assetsInlineLimit: 0, // inlined files would be data: URLs, which our policy does not allow
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    rollupOptions: { input: { index: "index.html", admin: "admin.html" }, output: { manualChunks: chunkOf } },
  },
  server: { proxy: { "/api": server, "/actuator": server } },
  test: { include: ["test/**/*.test.ts"] },
});
