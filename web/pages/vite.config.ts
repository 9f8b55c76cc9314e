// Two pages, one for buyers and one for the operator. The names of built files carry a hash of what is in them.
import { defineConfig } from "vitest/config";

const server = process.env.FRONTROW_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env.FRONTROW_PAGES_OUT ?? "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // inlined files would be data: URLs, which our policy does not allow
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    rollupOptions: { input: { index: "index.html", admin: "admin.html" } },
  },
  server: { proxy: { "/api": server, "/actuator": server } },
  test: { include: ["test/**/*.test.ts"] },
});
