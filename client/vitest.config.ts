import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    unstubGlobals: true,
    restoreMocks: true,
  },
});
