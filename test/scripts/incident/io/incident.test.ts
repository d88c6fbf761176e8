import { rename } from 'node:fs/promises'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { IncidentAnswer } from '../../../../scripts/cli/answers/ledger/incident.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { functionZip } from '../../../emulator/sample-zip.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { deployedFunction, functionB, takeBack } from '../../../support/rollback.ts'
import { zipService } from '../../../support/world.ts'

const b = { ENV: 'staging', SERVICE: 'b' }
const { account, region } = deployEnvironments.artifacts
let world: DeployWorld

// Says as many lines as it is asked to.
const talking = functionZip({
  'index.mjs': `export const handler = async ({ lines = [], times = 1 }) => {
  for (let time = 0; time < times; time++) for (const line of lines) console.log(line)
}
`,
})

/** Lets the service say something. */
async function say(said: { readonly lines: readonly string[]; readonly times?: number }): Promise<void> {
  const asked = { FunctionName: 'service-b-staging', Qualifier: 'STAGING', Payload: JSON.stringify(said) }
  await clientsFor(world.emulator).lambda.send(new InvokeCommand(asked))
}

const incident = (more: Record<string, string> = {}) =>
  world.json<IncidentAnswer>('incident', { ...b, ...more })

describe.skipIf(!(await hasTerraform()))('make incident', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await deployedFunction(['1.0.0'], onFinished)
    const none = await world.waybill('incident', b)
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('ever went back') })
    await world.commit(
      zipService('service-b', { settings: { variables: { GREETING: '`hi` @here' } } }),
      'Greet',
    )
    await world.ship('service-b', '1.1.0', 'staging', talking)
    expectDone(await world.waybill('deploy', b))
    // More than a look through the log from its beginning would get to.
    await say({ lines: ['as usual'], times: 12_000 })
    world.emulator.advanceClock(60_000)
    await say({ lines: ['no such order', 'giving up'] })
    world.emulator.holdAlarm({ account, region, name: 'service-b-staging-errors', hold: 'ALARM' })
    await functionB.release(world, '1.2.0')
    expectDone(await takeBack(world, functionB))
  })

  it('gathers what ran, what changed, what was seen, and what to do next', async () => {
    world.emulator.clearRequests()
    const seen = await incident()
    expect(seen).toMatchObject({
      service: 'service-b',
      sequence: 7,
      reason: 'loses orders',
      bad: { tag: 'service-b-v1.1.0', revision: '2' },
      good: { tag: 'service-b-v1.0.0', revision: '1' },
      carriers: ['service-b-v1.1.0', 'service-b-v1.2.0'],
      held: true,
      unread: [],
    })
    expect(seen.commits.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['Make service-b-v1.1.0', 'Greet']),
    )
    expect(seen.settings).toContainEqual({ path: 'settings.variables.GREETING', after: '"`hi` @here"' })
    expect(seen.alarms).toMatchObject([
      { alarm: 'service-b-staging-errors', summary: 'Alarm updated from OK to ALARM' },
    ])
    expect(seen.log).toHaveLength(40)
    expect(seen.log.slice(-3).map(({ text }) => text.replace(/^.* INFO /, ''))).toEqual([
      'as usual',
      'no such order',
      'giving up',
    ])
    expect(seen.page).toContain('`` "`hi` @here" ``')
    expect(seen.next).toContain("make resume ENV=staging SERVICE=service-b REASON='…'")
    expect(writes(world.emulator)).toEqual([])
  })

  it('prints the page, and finds an entry by its sequence', async () => {
    const { stdout } = expectDone(await world.waybill('incident', { ...b, SEQ: '7' }))
    expect(stdout).toMatch(/^# `service-b` in `staging`: traffic went back\n/)
    expect(await world.waybill('incident', { ...b, SEQ: '3' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('entry 3 of the ledger of service-b in staging is not a rollback'),
    })
  })

  it('names what cannot be read, which costs only itself', async () => {
    const clears = ['DescribeAlarmHistory', 'FilterLogEvents'].map(operation =>
      world.emulator.inject({ operation, kind: 'access-denied' }),
    )
    await rename(world.remote, `${world.remote}.away`)
    const seen = await incident()
    await rename(`${world.remote}.away`, world.remote)
    for (const clear of clears) clear()
    expect(seen.unread.map(({ what }) => what)).toEqual(['commits', 'alarms', 'log', 'carriers'])
    expect(seen).toMatchObject({ bad: { tag: 'service-b-v1.1.0' }, settings: [expect.anything()] })
    expect(seen.page).toContain('The log could not be read: `')
  })
})
