import { expect, it } from 'vitest'
import { z } from 'zod'
import { action, type Command, type Invocation } from '../../../scripts/cli/command.ts'
import { execute, type Host } from '../../../scripts/cli/execute.ts'
import { systemClock } from '../../../scripts/cli/io/clock.ts'
import { printPage } from '../../../scripts/cli/pages.ts'
import { sampleError } from '../samples.ts'

/** Runs a small command, whose body is the test's. */
async function run(
  body: (invocation: Invocation, options: { NAME: string }) => unknown,
  host: Partial<Host> = {},
  more: Partial<Command> = {},
) {
  const greeting = action({
    answer: z.strictObject({ name: z.string() }),
    run: async ({ NAME = 'you' }: { NAME?: string }, invocation) =>
      (await body(invocation, { NAME })) as { name: string },
  })
  const greet: Command = {
    name: 'greet',
    summary: 'Greets somebody.',
    examples: ['NAME=you'],
    options: { NAME: { type: 'text', text: 'Whom' } },
    reads: ['WAYBILL_TIMEOUT_MS'],
    load: async () => greeting,
    ...more,
  }
  const said = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof said) => ({
    write(text: string) {
      said[name] += text
    },
  })
  const whole = {
    arguments: [],
    environment: {},
    clock: systemClock,
    folder: '/somewhere',
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    isProcess: false,
    version: () => 'waybill 1.2.3',
    ask: async () => undefined,
    untilStopped: () => new AbortController().signal,
    atOnce: new AbortController().signal,
    ...host,
  }
  const code = (await printPage(greet, whole)) ? 0 : await execute(greet, whole)
  return { code, ...said }
}

const asJson = { environment: { JSON: '1' } }

it('what a command says is on stdout, and on stderr where stdout is for its answer', async () => {
  const hello = ({ report }: Invocation, { NAME: name }: { NAME: string }) => {
    report.line(`hello ${name}`)
    return { name }
  }
  expect(await run(hello)).toEqual({ code: 0, stdout: 'hello you\n', stderr: '' })
  const answer = '{\n  "name": "me"\n}\n'
  const environment = { JSON: '1', NAME: 'me' }
  expect(await run(hello, { environment })).toEqual({ code: 0, stdout: answer, stderr: 'hello me\n' })
  // A word on the command line comes before the environment, and make hands over what is empty.
  const words = { environment: { NAME: 'me', JSON: '' }, arguments: ['NAME=them'] }
  expect((await run(hello, words)).stdout).toBe('hello them\n')
})

it('a command works in the folder and the environment that it is given', async () => {
  const environment = { HOME: '/nowhere' }
  await run(
    invocation => {
      expect(invocation.folder).toBe('/somewhere')
      expect(invocation.environment).toEqual(environment)
      return { name: '' }
    },
    { environment },
  )
  expect.assertions(2)
})

it('an error is printed, and ends with its exit code, its code and what was known by then', async () => {
  const fail = () => {
    throw sampleError('it broke', { cause: 'rust', details: { name: 'me' } })
  }
  const { code, stdout, stderr } = await run(fail, asJson)
  expect(code).toBe(2)
  const { error, ...known } = JSON.parse(stdout)
  expect(known).toEqual({ name: 'me' })
  expect(error).toEqual({
    code: 'sample-badInput',
    problem: 'it broke',
    cause: 'rust',
    remedy: expect.any(String),
    exitCode: 2,
  })
  expect(stderr).toContain('✖ it broke\n')
})

it.each([
  [
    'an error that is not ours',
    () => {
      throw new TypeError('x is undefined')
    },
    'TypeError: x is undefined',
  ],
  [
    'an answer that does not match its schema',
    () => ({ name: 'me', more: 1 }),
    /^TypeError: the answer of greet does not match/,
  ],
  ['no answer', () => undefined, /^TypeError: the answer of greet does not match/],
])('%s is a bug: exit code 1', async (_, body, problem) => {
  const { code, stdout, stderr } = await run(body, asJson)
  expect(code).toBe(1)
  expect(JSON.parse(stdout).error).toMatchObject({
    code: 'bug',
    problem: expect.stringMatching(problem),
    exitCode: 1,
  })
  expect(stderr).toContain('This is a bug in Waybill')
})

it('every fault of the options is listed, those of variables too', async () => {
  const environment = { DRY_RUN: 'maybe', WAYBILL_TIMEOUT_MS: '1s', JSON: '1' }
  const { code, stdout } = await run(() => ({ name: '' }), { environment })
  const { error } = JSON.parse(stdout)
  expect([code, error.code]).toEqual([2, 'option-invalid'])
  expect(error.problem.split('\n')).toEqual([
    'DRY_RUN: must be 1 or 0',
    'WAYBILL_TIMEOUT_MS: "1s" is not a number of milliseconds from 1 to 9999999, such as 30000',
  ])
  expect(error.remedy.split('\n')).toEqual([
    'make greet [NAME=…]',
    'Correct WAYBILL_TIMEOUT_MS in the environment, or unset it.',
  ])
})

it('every option that the command does not take is refused, with those that it may be', async () => {
  const never = () => expect.unreachable()
  const environment = { JSON: '1', TAG: 'ignored, since it is of the environment' }
  const words = ['TAG=service-a-v1.0.0', 'NAEM=you', 'you']
  const { code, stdout } = await run(never, { environment, arguments: words })
  const { error } = JSON.parse(stdout)
  expect([code, error.code]).toEqual([2, 'option-unknown'])
  expect(error.problem.split('\n')).toEqual(words.map(word => `greet has no option "${word}"`))
  expect(error.remedy.split('\n')).toEqual([
    'TAG belongs to make pin, make promote, make trace, make yank.',
    'Did you mean NAME=…?',
    'It takes NAME=… DRY_RUN=… JSON=…',
  ])
})

it('the remedy for a bad variable names the variable, not the options', async () => {
  const environment = { WAYBILL_TIMEOUT_MS: '1s', JSON: '1' }
  const { stdout } = await run(() => ({ name: '' }), { environment })
  const { remedy } = JSON.parse(stdout).error
  expect(remedy).toBe('Correct WAYBILL_TIMEOUT_MS in the environment, or unset it.')
})

it('a variable that the command does not read is not checked, and stays at its default', async () => {
  const environment = { WAYBILL_LOCK_TIMEOUT: 'soon' }
  const lockTimeouts: number[] = []
  const body = ({ settings }: Invocation) => {
    lockTimeouts.push(settings.lockTimeoutMs)
    return { name: '' }
  }
  expect(await run(body, { environment })).toMatchObject({ code: 0 })
  expect(lockTimeouts).toEqual([20_000])
})

it('an empty variable is as good as none', async () => {
  const environment = { WAYBILL_TIMEOUT_MS: '', WAYBILL_LOCK_TIMEOUT: '', DRY_RUN: '' }
  await run(
    ({ settings, aws, dryRun }) => {
      expect(settings).toEqual({ timeoutMs: 30_000, lockTimeoutMs: 20_000 })
      expect([aws.timeoutMs, dryRun]).toEqual([30_000, false])
      return { name: '' }
    },
    { environment },
  )
  expect.assertions(2)
})

it('what a command has begun is ended with it, last begun first, also when it fails', async () => {
  const ended: string[] = []
  const { code } = await run(({ atEnd }) => {
    atEnd(() => ended.push('first'))
    atEnd(async () => ended.push('second'))
    throw sampleError('it broke')
  })
  expect([code, ended]).toEqual([2, ['second', 'first']])
})

it('with JSON=1 a page goes to stderr, since stdout is for JSON only', async () => {
  const never = () => expect.unreachable()
  for (const [word, page] of [
    ['--help', /^make greet /],
    ['--version', /^waybill 1\.2\.3\n$/],
  ] as const) {
    const outcome = await run(never, { arguments: [word], ...asJson })
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: expect.stringMatching(page) })
  }
})

it('--help and --version run nothing', async () => {
  const never = () => expect.unreachable()
  const help = await run(never, { arguments: ['--help'] })
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toMatch(/^make greet \[NAME=…\]\n\nGreets somebody\.\n/)
  const version = await run(never, { arguments: ['--version'], environment: { WAYBILL_TIMEOUT_MS: '1s' } })
  expect(version).toEqual({
    code: 0,
    stdout: 'waybill 1.2.3\n',
    stderr: '',
  })
})

it('what goes ahead starts before the command is loaded, gets its values, and is ended with it', async () => {
  const seen: unknown[] = []
  const more: Partial<Command> = {
    ahead: async (values, environment) => {
      seen.push(values, environment)
      return () => seen.push('ended')
    },
    load: async () => {
      seen.push('loading')
      throw new TypeError('a bug')
    },
  }
  const environment = { NAME: 'me' }
  expect(await run(() => undefined, { environment }, more)).toMatchObject({ code: 1 })
  expect(seen).toEqual([{ NAME: 'me' }, environment, 'loading', 'ended'])
  // A process that was started ahead is known by it.
  expect(seen[1]).toBe(environment)
  seen.length = 0
  expect(await run(() => undefined, { arguments: ['NAM=me'] }, more)).toMatchObject({ code: 2 })
  expect(seen).toEqual([])
})
