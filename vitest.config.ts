import { defineConfig } from 'vitest/config'

/** `unit` touches neither network nor git; `integration` runs the real programs against loopback. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/scripts/core/**/*.test.ts', 'test/scripts/cli/**/*.test.ts', 'services/*/test/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scripts/core/**', 'test/scripts/cli/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
