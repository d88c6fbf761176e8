import { matchesGlob } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Begun last, one of these would run on alone at the end, when the other workers have nothing left to do.
const long = [
  'demo/demo',
  'matrix/requests',
  'scripts/deploy/io/{rollback,rollback-cases,rollback-killed,interrupted,deploy,ledger,foreign-code}',
  'access/least-rights',
  'scripts/rollout/io/{watch-service-killed,watch-killed,watch-faults,watch-service-faults}',
  'scripts/{build/io/build,guardian/io/killed,kinds/io/new-kind,pin/io/race,promotion/io/promote}',
  'scripts/{doctor/environments/io/environments,plan/io/plan-file,terraform/io/bootstrap}',
  'scripts/release/io/push-elsewhere',
  'emulator/lambda/invoke',
  'matrix/{model,races,pushes}',
  'tooling/package',
  'workflows/{release,reconcile,by-hand}',
].map(name => `**/test/${name}.test.ts`)

/** Begins with the files that take long, the longest first; vitest itself begins with the largest where it has run none before. */
class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => long.findIndex(glob => matchesGlob(moduleId, glob))
    const [first, rest] = [files.filter(one => place(one) >= 0), files.filter(one => place(one) < 0)]
    return [...first.toSorted((a, b) => place(a) - place(b)), ...(await super.sort(rest))]
  }
}

// Simulations, models and properties of thousands of cases, and a build of the guardian, which would take half of the time
// that the unit tests may take.
const manyCases = [
  'services/guardian/test/bundle.test.ts',
  'test/scripts/build/source-commit.test.ts',
  'test/scripts/cli/reporter.test.ts',
  'test/scripts/guardian/decide.test.ts',
  'test/scripts/**/*-model.test.ts',
  'test/scripts/rollout/{next-step,simulation}.test.ts',
  'test/scripts/ledger/chain.test.ts',
  'test/scripts/doctor/ecr/{lifecycle,tag-patterns}.test.ts',
  'test/scripts/names/{release-tag,version}.test.ts',
  'test/scripts/rollout/detection.test.ts',
]

// Half of the time of all. `make test` leaves these out, and CI runs them; one that is named runs anyway.
const slow = [
  'access/least-rights',
  'cdktf/{ecs-settings,every-setting,main,terraform}',
  'conformance/refusals',
  'docker/docker',
  'emulator/lambda/invoke',
  'matrix/*',
  'scripts/cli/io/{machine,stopped}',
  'scripts/deploy/io/{adopt,changed-meanwhile,destroy-ledger,foreign-code,interrupted,ledger,refusals,rollback*}',
  'scripts/doctor/environments/io/environments',
  'scripts/guardian/io/{killed,model}',
  'scripts/pin/io/{race,verified}',
  'scripts/plan/io/plan-file',
  'scripts/reconcile/io/environment',
  'scripts/release/io/push-elsewhere',
  'scripts/rollout/io/{detached,many,outlook,watch-*}',
  'scripts/terraform/io/bootstrap',
  'tooling/package',
].map(name => `test/${name}.test.ts`)
const isQuick =
  process.env.TEST_ALL === undefined && !process.argv.slice(2).some(word => /\btest\//.test(word))

// Only what hangs takes so long: a machine that is busy with other work takes many times what a quiet one does.
const testTimeout = 300_000
const poll = { timeout: 60_000 }

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
          testTimeout,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: 'test/support/setup.ts',
          include: ['test/!(scripts)/**/*.test.ts', 'test/scripts/**/io/**/*.test.ts', ...manyCases],
          exclude: isQuick ? slow : [],
          // Loading the AWS clients anew for each file takes longer than the tests of many a file.
          isolate: false,
          // Twice the two cores of a small machine: these tests often wait for other processes.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
          testTimeout,
          hookTimeout: testTimeout,
          expect: { poll },
        },
      },
    ],
  },
})
