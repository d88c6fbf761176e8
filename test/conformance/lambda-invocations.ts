import { InvokeCommand, type InvokeCommandInput } from '@aws-sdk/client-lambda'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const row = 'lambda-invoke'
const service = 'lambda'
const reference = (section: string) => `AWS Lambda API Reference, Invoke, ${section}`
const guide = (page: string) => `AWS Lambda Developer Guide, ${page}`

/** What a smoke check and a comparison of two versions rest on. */
export const lambdaInvocations: Expectation[] = [
  {
    title: 'Invoke runs the version that a qualifier names, says which, and answers what it returns',
    row,
    service,
    source: reference('Response Elements, X-Amz-Executed-Version'),
    run: async target => {
      expect(await invoke(target, { n: 1 })).toMatchObject({ ExecutedVersion: '$LATEST', answered: { n: 1 } })
      const Qualifier = '2'
      expect(await invoke(target, { n: 2 }, { Qualifier })).toMatchObject({
        StatusCode: 200,
        ExecutedVersion: '2',
        answered: { n: 2 },
      })
    },
  },
  {
    title: 'an error that the code throws is answered with 200, FunctionError and a trace',
    row,
    service,
    source: guide('Using the Node.js runtime, error handling; API Reference, Invoke, X-Amz-Function-Error'),
    run: async target => {
      expect(await invoke(target, { act: 'throw' })).toMatchObject({
        StatusCode: 200,
        FunctionError: 'Unhandled',
        answered: { errorType: 'RangeError', errorMessage: 'too far', trace: expect.any(Array) },
      })
    },
  },
  {
    title: 'a function that takes too long is ended, and its error says so',
    row,
    service,
    source: guide('Troubleshoot execution issues in Lambda, "Task timed out"'),
    run: async target => {
      expect(await invoke(target, { act: 'hang' })).toMatchObject({
        FunctionError: 'Unhandled',
        answered: { errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
      })
    },
  },
  {
    title: 'a process that exits is Runtime.ExitError, and the next invocation has another one',
    row,
    service,
    source: guide(
      'Understanding the Lambda execution environment lifecycle, Failures during the invoke phase',
    ),
    run: async target => {
      expect(await invoke(target, { act: 'exit' })).toMatchObject({
        FunctionError: 'Unhandled',
        answered: {
          errorType: 'Runtime.ExitError',
          errorMessage: expect.stringContaining('Runtime exited with error: exit status 3'),
        },
      })
      expect(await invoke(target, { n: 3 })).toMatchObject({ answered: { n: 3 } })
    },
  },
  {
    title: 'LogType Tail answers the end of the log, which begins with START and ends with REPORT',
    row,
    service,
    source: reference('Response Elements, X-Amz-Log-Result'),
    run: async target => {
      const { LogResult = '' } = await invoke(target, {}, { LogType: 'Tail' })
      const log = Buffer.from(LogResult, 'base64').toString()
      expect(log).toMatch(/START RequestId: \S+ Version: \$LATEST\n/)
      expect(log).toMatch(/\tINFO\tseen\n/)
      expect(log).toMatch(
        /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB/,
      )
    },
  },
  {
    title: 'an event is accepted with 202 before it runs, and a dry run with 204',
    row,
    service,
    source: reference('Response Elements, StatusCode'),
    run: async target => {
      const statusOf = async (InvocationType: 'Event' | 'DryRun') =>
        (await invoke(target, {}, { InvocationType })).StatusCode
      expect([await statusOf('Event'), await statusOf('DryRun')]).toEqual([202, 204])
    },
  },
  {
    title: 'what is no JSON is refused, and more than 6 MB too',
    row,
    service,
    source: `${reference('Errors, InvalidRequestContentException')}; ${guide('Lambda quotas, Invocation payload')}`,
    run: async target => {
      expect(await refused(invoke(target, '', { Payload: '{' }))).toMatchObject({
        name: 'InvalidRequestContentException',
        status: 400,
      })
      expect(await refused(invoke(target, 'x'.repeat(6_291_456)))).toMatchObject({ status: 413 })
    },
  },
  {
    title: 'a version that does not exist is 404',
    row,
    service,
    source: reference('Errors, ResourceNotFoundException'),
    run: async target => {
      expect(await refused(invoke(target, {}, { Qualifier: '9' }))).toMatchObject({
        name: 'ResourceNotFoundException',
        status: 404,
      })
    },
  },
]

/** Invokes the run's function, with what it answered. */
export async function invoke(target: Target, event: unknown, input: Partial<InvokeCommandInput> = {}) {
  const FunctionName = await target.lambdaFunction()
  const Payload = JSON.stringify(event)
  const answer = await target.lambda.send(new InvokeCommand({ FunctionName, Payload, ...input }))
  const text = answer.Payload?.transformToString() ?? ''
  return { ...answer, answered: text === '' ? undefined : (JSON.parse(text) as unknown) }
}
