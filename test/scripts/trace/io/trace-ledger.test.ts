import { CopyObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TraceAnswer } from '../../../../scripts/cli/answers/trace.ts'
import { entryKey } from '../../../../scripts/ledger/entry.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { bucketIn } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { deployedFunction } from '../../../support/rollback.ts'

const b = { ENV: 'staging', SERVICE: 'service-b' }
let world: DeployWorld

/** What trace says about an environment, staging by default, to whoever `env` has the credentials of. */
async function traced(
  version: string,
  { code = 0, environment = 'staging', env = {} } = {},
): Promise<string[]> {
  const outcome = await world.waybill('trace', { TAG: `service-b-v${version}`, JSON: '1' }, { env })
  expect(outcome).toMatchObject({ code })
  const { links } = JSON.parse(outcome.stdout) as TraceAnswer
  const about = links.filter(({ name }) => name.endsWith(` ${environment}`))
  return about.map(({ name, state, detail }) => `${state} ${name}: ${detail}`)
}

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('make trace and the ledger', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await deployedFunction(['1.0.0', '1.1.0'], onFinished)
  })

  it('goes on to who verified the release, and when', async () => {
    expect(await traced('1.1.0')).toEqual([
      'ok pin staging: this release',
      expect.stringMatching(/^ok runs staging: /),
      expect.stringMatching(/^ok ledger staging: verified \d{4}-.* UTC by \S+ \(entry 6\)$/),
    ])
  })

  it('says of both releases of a rollback what became of them, and by whom', async () => {
    expectDone(await world.waybill('rollback', { ...b, REASON: 'loses orders', CONFIRM: 'b' }))
    expect(await traced('1.1.0')).toEqual([
      'note pin staging: another release: service-b-v1.0.0',
      expect.stringMatching(
        /^note ledger staging: verified .*, then traffic was sent back from it .*loses orders; rolled back to service-b-v1.0.0 and held by /,
      ),
    ])
    expect(await traced('1.0.0')).toEqual([
      'ok pin staging: this release',
      expect.stringMatching(/^ok runs staging: /),
      expect.stringMatching(
        /^ok ledger staging: verified .*, then traffic was sent back to it .* \(entry 7\): loses orders; rolled back to /,
      ),
    ])
  })

  it('reads the ledger in another account with the role that its bucket lets in, and only with that', async () => {
    const { environments, artifacts } = deployEnvironments
    const account = '222222222222'
    const text = JSON.stringify({
      ...deployEnvironments,
      environments: { ...environments, prod: { ...environments.prod, account } },
      github: { repository: 'acme/parcels' },
    })
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    await world.commit({ 'cdktf/environments.json': text })
    await world.ship('service-b', '1.2.0', 'prod')
    const owner = world.emulator.credentials({ account })
    expectDone(await world.waybill('bootstrap', { ENV: 'prod' }, { env: owner }))
    const role = `arn:aws:iam::${artifacts.account}:role/waybill-read`
    const env = world.emulator.credentials({ principalArn: role })
    const kept = `not checked: these credentials do not belong to the account ${account}`
    const seen = ['ok pin prod: this release', `note runs prod: ${kept}`]
    const others = { environment: 'prod', env }
    expect(await traced('1.2.0', others)).toEqual([...seen, 'note ledger prod: it has no entries yet'])
    expect(await traced('1.2.0', { environment: 'prod' })).toEqual([...seen, `note ledger prod: ${kept}`])
  })

  it('names an entry that was put where none belongs, and how to look at all of them', async () => {
    const Bucket = bucketIn(deployEnvironments.artifacts.account)
    const key = (at: number) => entryKey(target, at)
    const copy = { Bucket, CopySource: `${Bucket}/${key(8)}`, Key: key(10), IfNoneMatch: '*' }
    await clientsFor(world.emulator).s3.send(new CopyObjectCommand(copy))
    const [, , link] = await traced('1.0.0', { code: 3 })
    expect(link).toBe('broken ledger staging: entry 10 of the ledger of service-b in staging cannot be used')
    const { stderr } = await world.waybill('trace', { TAG: 'service-b-v1.0.0' })
    expect(stderr).toMatch(/is broken at: .*ledger staging/)
    expect(stderr).toContain('make history ENV=staging')
  })
})
