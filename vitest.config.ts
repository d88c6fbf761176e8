import { defineConfig } from 'vitest/config'

/** `unit` needs no git, no other program and nothing beyond loopback; `integration` runs the real programs. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // One worker for all files: starting one for each takes longer than the tests.
          isolate: false,
          include: [
            'test/*.test.ts',
            'test/scripts/core/**/*.test.ts',
            'test/scripts/cli/**/*.test.ts',
            'services/*/test/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/*.test.ts', 'test/scripts/core/**', 'test/scripts/cli/**'],
          // One more than vitest takes on two cores: these tests wait for other processes most of the time.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
