import jsonata from 'jsonata'
import { expect, it } from 'vitest'
import { pinned, services } from './catalogue.ts'
import { everyEcsSetting } from './every-ecs-setting.ts'
import { resource, synthesized } from './synthesized.ts'

/* Which task definition a schedule runs, by the expression in its state machine. */

const all = services({ x: { kind: 'ecs-service', settings: everyEcsSetting } })
const stack = synthesized({ ...pinned(all), foundation: false })['x-staging'] as Parameters<
  typeof resource
>[0]
const machine = resource(stack, 'aws_sfn_state_machine.schedule_tidy_up')
const { States } = JSON.parse(String(machine.definition))
const [, expression = ''] = /^\{% (.*) %\}$/s.exec(States.Find.Output.taskDefinition) ?? []

/** A deployment as DescribeServices shows it, with the names that Step Functions gives its fields. */
const deployment = (Status: string, RolloutState: string | undefined, revision: number) => ({
  Status,
  TaskDefinition: `x:${revision}`,
  ...(RolloutState === undefined ? {} : { RolloutState }),
})

it.each([
  ['one that is complete', [deployment('PRIMARY', 'COMPLETED', 1)], 'x:1'],
  [
    'what serves during a rollout',
    [deployment('PRIMARY', 'IN_PROGRESS', 2), deployment('ACTIVE', 'COMPLETED', 1)],
    'x:1',
  ],
  [
    'the same whatever comes first',
    [deployment('ACTIVE', 'COMPLETED', 1), deployment('PRIMARY', 'IN_PROGRESS', 2)],
    'x:1',
  ],
  [
    'the newest of those that were complete',
    [
      deployment('PRIMARY', 'IN_PROGRESS', 3),
      deployment('ACTIVE', 'COMPLETED', 2),
      deployment('ACTIVE', 'COMPLETED', 1),
    ],
    'x:2',
  ],
  [
    'the new one once its rollout is complete, while old tasks drain',
    [deployment('PRIMARY', 'COMPLETED', 2), deployment('ACTIVE', 'COMPLETED', 1)],
    'x:2',
  ],
  ['the first one before it is complete', [deployment('PRIMARY', 'IN_PROGRESS', 1)], 'x:1'],
  [
    'what ECS goes back to, where nothing is complete',
    [deployment('PRIMARY', 'IN_PROGRESS', 1), deployment('ACTIVE', 'FAILED', 2)],
    'x:1',
  ],
  [
    'what serves beside a rollout that failed',
    [deployment('PRIMARY', 'FAILED', 2), deployment('ACTIVE', 'COMPLETED', 1)],
    'x:1',
  ],
  ['one without a state, as with another controller', [deployment('PRIMARY', undefined, 4)], 'x:4'],
])('a schedule runs %s', async (_, Deployments, expected) => {
  const states = { result: { Services: [{ Deployments }] } }
  expect(await jsonata(expression).evaluate({}, { states })).toBe(expected)
})

it('a schedule of a service that is gone runs nothing', async () => {
  const states = { result: { Services: [] } }
  expect(await jsonata(expression).evaluate({}, { states })).toBeUndefined()
})
