import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Begun last, one of these would run on alone at the end, when the other worker has nothing left to do.
const long = /\/test\/(matrix|demo)\/|\/(pace|build|new-kind)\.test\.ts$/

/** Begins with the files that take long; vitest itself begins with the largest where it has run none before. */
class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [first = [], rest = []] = [true, false].map(isLong =>
      files.filter(({ moduleId }) => long.test(moduleId) === isLong),
    )
    return [...(await super.sort(first)), ...(await super.sort(rest))]
  }
}

// Simulations and models of thousands of cases, which would take a third of the time that the unit tests may take.
const manyCases = [
  'test/scripts/**/*-model.test.ts',
  'test/scripts/rollout/simulation.test.ts',
  'test/scripts/ledger/chain.test.ts',
  'test/scripts/doctor/ecr/{lifecycle,tag-patterns}.test.ts',
  'test/scripts/names/release-tag.test.ts',
  'test/scripts/rollout/detection.test.ts',
]

/** What stands in `io/` works on git, HTTP or another program; the rest of a room needs nothing beyond this process. */
export default defineConfig({
  test: {
    // Node loads tests and code itself, as it does for users, which also takes less time than transforming them.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongOnesFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // Not one worker for each file: starting it takes longer than the tests.
          isolate: false,
          maxWorkers: 2,
          include: ['test/*.test.ts', 'test/scripts/**/*.test.ts', 'services/*/test/**/*.test.ts'],
          exclude: ['**/io/**', ...manyCases],
          // Properties of a grammar take seconds where other work fills the machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: 'test/support/setup.ts',
          include: ['test/!(scripts)/**/*.test.ts', 'test/scripts/**/io/**/*.test.ts', ...manyCases],
          // Loading the AWS clients anew for each file takes longer than the tests of many a file.
          isolate: false,
          // One more than the two cores of a small machine: these tests often wait for other processes.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
