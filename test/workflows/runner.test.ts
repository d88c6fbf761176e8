import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { WaitingJob } from '../runner/context.ts'
import { type Runner, type RunnerOptions, startRunner } from '../runner/runner.ts'
import { anotherClone } from '../support/clones.ts'
import { pushTag } from '../support/releases.ts'
import { makeWorld, type World } from '../support/world.ts'
import { complaints, jobsOf } from './pipeline.ts'

type Context = { onTestFinished: (clean: () => Promise<void>) => void }

const checkout = 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd'

const onTag = (jobs: string) =>
  `on:\n  push:\n    tags: ['*-v*']\ndefaults:\n  run:\n    shell: bash\n${jobs}\n`

const oneStep = (step: string) => `jobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n${step}`

/** A world with some workflows alone, and a runner; `seen` is a file that its jobs write to. */
async function withWorkflows(
  { onTestFinished }: Context,
  workflows: Record<string, string>,
  review?: RunnerOptions['review'],
): Promise<{ world: World; runner: Runner; seen: () => Promise<string[]> }> {
  const paths = Object.entries(workflows).map(([name, text]) => [`.github/workflows/${name}.yml`, text])
  const world = await makeWorld({
    onFinished: onTestFinished,
    repositories: [],
    files: Object.fromEntries(paths),
  })
  const file = join(world.folder, 'seen')
  const runner = await startRunner({
    remote: world.remote,
    folder: world.folder,
    env: { ...world.env, SEEN: file },
    credentials: async role => ({
      AWS_ACCESS_KEY_ID: role,
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_SESSION_TOKEN: '',
    }),
    vars: { COLOUR: 'green' },
    ...(review && { review }),
  })
  onTestFinished(() => runner.close())
  const seen = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean)
  return { world, runner, seen }
}

const head = (world: World) => world.git(['rev-parse', 'HEAD'])

describe.concurrent('the runner', () => {
  it('lets a job in an environment with reviewers wait until one of them approves it', async context => {
    const [waiting, approved] = [Promise.withResolvers<WaitingJob>(), Promise.withResolvers<string>()]
    const workflows = {
      story: onTag(`jobs:
  plan:
    runs-on: ubuntu-24.04
    steps:
      - run: echo planned >>"$SEEN"
  approval:
    needs: plan
    runs-on: ubuntu-24.04
    environment: prod-approval
    steps:
      - run: echo approved >>"$SEEN"`),
    }
    const { world, runner, seen } = await withWorkflows(context, workflows, job => {
      waiting.resolve(job)
      return approved.promise
    })
    await pushTag(world, 'service-b-v1.0.0', await head(world))
    const { name, environment, before } = await waiting.promise
    expect([name, environment, before.map(job => job.name)]).toEqual(['approval', 'prod-approval', ['plan']])
    expect(await seen()).toEqual(['planned'])
    approved.resolve('alice')
    await runner.idle()
    expect(await seen()).toEqual(['planned', 'approved'])
    expect(runner.runs()[0]?.jobs.map(job => job.approvedBy)).toEqual([undefined, 'alice'])
  })

  it('runs jobs in the order of their needs, with outputs, a matrix, conditions and variables', async context => {
    const { world, runner, seen } = await withWorkflows(context, {
      story: onTag(`env:
  FRUIT: apple
jobs:
  first:
    runs-on: ubuntu-24.04
    outputs:
      list: \${{ steps.list.outputs.list }}
    steps:
      - id: list
        env:
          TAG: \${{ github.ref_name }}
        run: |
          echo "first $TAG $FRUIT" >>"$SEEN"
          echo 'list=["x","y"]' >>"$GITHUB_OUTPUT"
          echo "LATER=on" >>"$GITHUB_ENV"
          echo "# Said" >>"$GITHUB_STEP_SUMMARY"
      - run: echo "later $LATER" >>"$SEEN"
      - if: vars.COLOUR != 'green'
        run: echo "never" >>"$SEEN"
  each:
    needs: first
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        letter: \${{ fromJSON(needs.first.outputs.list) }}
    steps:
      - env:
          LETTER: \${{ matrix.letter }}
        run: echo "each $LETTER" >>"$SEEN"
  not:
    needs: first
    if: needs.first.outputs.list == '[]'
    runs-on: ubuntu-24.04
    steps:
      - run: echo "never" >>"$SEEN"`),
    })
    await pushTag(world, 'a-v1.0.0', await head(world))
    await runner.idle()
    const [run] = runner.runs()
    expect(complaints(runner.runs())).toEqual([])
    expect(run?.conclusion).toBe('success')
    expect(jobsOf(run).sort()).toEqual([
      'each (x) success',
      'each (y) success',
      'first success',
      'not skipped',
    ])
    const said = await seen()
    expect(said.slice(0, 2)).toEqual(['first a-v1.0.0 apple', 'later on'])
    expect(said.slice(2).sort()).toEqual(['each x', 'each y'])
    expect(run?.jobs.find(({ name }) => name === 'first')?.summary).toContain('# Said')
  })

  it('ends a job at its first failed command, even in a pipe, and runs what asks for it all the same', async context => {
    const { world, runner, seen } = await withWorkflows(context, {
      fails: onTag(`jobs:
  breaks:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          false | cat
          echo "after a failed pipe" >>"$SEEN"
      - run: echo "after a failed step" >>"$SEEN"
      - if: failure()
        run: echo "on failure" >>"$SEEN"
  waits:
    needs: breaks
    runs-on: ubuntu-24.04
    steps:
      - run: echo "after a failed job" >>"$SEEN"
  goes-on:
    needs: breaks
    if: \${{ !cancelled() && needs.breaks.result == 'failure' }}
    runs-on: ubuntu-24.04
    steps:
      - run: echo "goes on" >>"$SEEN"`),
    })
    await pushTag(world, 'a-v1.0.0', await head(world))
    await runner.idle()
    expect(jobsOf(runner.runs()[0])).toEqual(['breaks failure', 'waits skipped', 'goes-on success'])
    expect(await seen()).toEqual(['on failure', 'goes on'])
  })

  it('takes a reusable workflow from the release branch, whatever the tag has', async context => {
    const call = (run: string) =>
      `on:
  workflow_call:
    inputs:
      tag:
        type: string
        required: true
defaults:
  run:
    shell: bash
jobs:
  inner:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
          ref: main
      - env:
          TAG: \${{ inputs.tag }}
        run: ${run} >>"$SEEN"`
    const { world, runner, seen } = await withWorkflows(context, {
      stub: onTag(`jobs:
  outer:
    uses: acme/waybill/.github/workflows/called.yml@main
    with:
      tag: \${{ github.ref_name }}`),
      called: call('echo "main has $TAG, at $(git rev-parse --abbrev-ref HEAD)"'),
    })
    const evil = await world.commit(
      { '.github/workflows/called.yml': call('echo "altered"') },
      'Alter it',
      false,
    )
    await pushTag(world, 'a-v1.0.0', evil)
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([])
    expect(jobsOf(runner.runs()[0])).toEqual(['outer / inner success'])
    expect(await seen()).toEqual(['main has a-v1.0.0, at main'])
  })

  it('starts nothing for four tags in one push, and refuses to move or delete a release tag', async context => {
    const { world, runner } = await withWorkflows(context, {
      any: onTag(oneStep('      - run: "true"')),
    })
    const names = ['a-v1.0.0', 'b-v1.0.0', 'c-v1.0.0', 'd-v1.0.0']
    for (const name of names) await world.git(['tag', '--annotate', '--message', name, name])
    await world.git(['push', '--quiet', 'origin', ...names])
    await runner.idle()
    expect(runner.runs()).toEqual([])
    await expect(world.git(['push', '--quiet', '--delete', 'origin', 'a-v1.0.0'])).rejects.toThrow(
      /tag ruleset/,
    )
    await world.git(['tag', '--force', '--annotate', '--message', 'moved', 'a-v1.0.0'])
    await expect(world.git(['push', '--quiet', '--force', 'origin', 'a-v1.0.0'])).rejects.toThrow(
      /tag ruleset/,
    )
    await pushTag(world, 'e-v1.0.0', await head(world))
    await runner.idle()
    expect(runner.runs()).toHaveLength(1)
  })

  it.for<[string, string[], RegExp]>([
    ['is not pinned', ['      - uses: actions/checkout@v6'], /not pinned/],
    [
      'gets an input that it does not take',
      [`      - uses: ${checkout}`, '        with:', '          token: x'],
      /unknown: token/,
    ],
    ['is not known', [`      - uses: acme/other@${'1'.repeat(40)}`], /does not know acme\/other/],
  ])('fails a job whose action %s', async ([, lines, said], context) => {
    const { world, runner } = await withWorkflows(context, {
      used: onTag(oneStep(lines.join('\n'))),
    })
    await pushTag(world, 'a-v1.0.0', await head(world))
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([expect.stringMatching(said)])
  })

  it('gives a job no credentials but those of the role that it takes, and no GIT_DIR of a hook', async context => {
    const role = 'arn:aws:iam::111111111111:role/x'
    const { world, runner, seen } = await withWorkflows(context, {
      role: onTag(`jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "\${AWS_ACCESS_KEY_ID-none} \${GIT_DIR-none}" >>"$SEEN"
      - uses: aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7
        with:
          role-to-assume: ${role}
          aws-region: eu-central-1
      - run: echo "$AWS_ACCESS_KEY_ID" >>"$SEEN"`),
    })
    const clone = await anotherClone(world)
    await world.git(['tag', '--annotate', '--message', 'x', 'a-v1.0.0'], clone)
    await world.git(['push', '--quiet', 'origin', 'a-v1.0.0'], clone)
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([])
    expect(await seen()).toEqual(['none none', role])
  })

  it('says so of a workflow that GitHub would refuse, and goes on with the next push', async context => {
    const { world, runner } = await withWorkflows(context, {
      bad: onTag(`jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: "\${{ nonsense.ref }}"`),
    })
    await pushTag(world, 'a-v1.0.0', await head(world))
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([expect.stringContaining('nonsense')])
    const good = onTag(oneStep('      - run: "true"'))
    await pushTag(world, 'a-v1.0.1', await world.commit({ '.github/workflows/bad.yml': good }))
    await runner.idle()
    expect(runner.runs().at(-1)?.conclusion).toBe('success')
  })
})
