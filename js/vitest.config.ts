import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  define: { RESIDENT: 'false' },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
  },
})
