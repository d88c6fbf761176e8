import { setTimeout as sleep } from 'node:timers/promises'
import type { Emulator } from '../emulator/emulator.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { cleanUp } from './cleanup.ts'
import type { Clients } from './clients.ts'
import { connect, credentialsIn } from './clients.ts'
import type { Control } from './control.ts'
import { controlOf } from './control.ts'
import type { Endpoint } from './endpoint.ts'
import type { Expectation, Need } from './expectation.ts'
import type { Fixtures } from './fixtures.ts'
import { fixturesOf } from './fixtures.ts'
import { identify } from './identify.ts'
import type { Names } from './names.ts'
import { namesOf } from './names.ts'
import { otherIdentities } from './others.ts'
import { probe } from './probe.ts'

/** What the expectations are held against. */
export type Target = Clients &
  Fixtures & {
    label: string
    account: string
    arn: string
    region: string
    names: Names
    /** The suite's own emulator must know every operation; another endpoint need not. */
    mustServeAll: boolean
    /** Why the endpoint has not a service at all. */
    unserved: Partial<Record<Expectation['service'], string>>
    /** Why the target has not what an expectation needs; what follows is there only without such a reason. */
    lacks: Partial<Record<Need, string>>
    /** The same identity in another region. */
    elsewhere: Clients
    /** An identity of another account. */
    stranger: () => Clients
    /** A session that has expired. */
    expired: () => Clients
    during: Control['during']
    /** Lets time go by: the emulator's clock is put forward. */
    pass: (milliseconds: number) => Promise<void>
    /** The time there, in milliseconds since the epoch. */
    now: () => number
    pretendSize: Emulator['pretendObjectSize']
    /** Deletes everything that the run made. */
    close: () => Promise<void>
  }

/** Where a target is, and the run whose names it uses. */
export type Opening = { endpoint: Endpoint; run: string; env: Record<string, string | undefined> }

/** Opens a target with reads only; a `UserError` when it cannot be reached or the credentials are refused. */
export async function openTarget({ endpoint, run, env }: Opening): Promise<Target> {
  const emulator = endpoint.kind === 'emulator' ? await startEmulator() : undefined
  const url = emulator?.url ?? (endpoint.kind === 'url' ? endpoint.url : undefined)
  const control = url === undefined ? undefined : await controlOf(url)
  const names = namesOf(run)
  const region = (emulator ? undefined : env.AWS_REGION) || 'us-east-1'
  const connection = { region, ...(url === undefined ? {} : { url, ...(await credentialsAt(control, env)) }) }
  const clients = connect(connection, names.prefix)
  const unserved = url === undefined ? {} : await probe(clients, names, url)
  const caller = await identify(clients.sts, unserved.sts)
  const asked = { control, account: caller.account, profile: env.SECOND_PROFILE }
  const others = await otherIdentities(connection, names.prefix, asked)
  const otherRegion = region === 'us-east-1' ? 'eu-west-1' : 'us-east-1'
  return {
    ...clients,
    ...fixturesOf(clients, names, region),
    ...caller,
    label: emulator ? 'the emulator' : (url ?? `AWS account ${caller.account}`),
    region,
    names,
    mustServeAll: emulator !== undefined,
    unserved,
    lacks: lacking({
      emulator,
      control,
      ...others,
      sts: unserved.sts === undefined ? clients.sts : undefined,
    }),
    elsewhere: connect({ ...connection, region: otherRegion }, names.prefix),
    stranger: () => given(others.stranger),
    expired: () => given(others.expired),
    during: (fault, act) => given(control).during(fault, act),
    pass: control?.advance ?? sleep,
    now: emulator?.now ?? Date.now,
    pretendSize: (...size) => given(emulator).pretendObjectSize(...size),
    close: async () => {
      try {
        await cleanUp(clients, names, unserved)
      } finally {
        await emulator?.close()
      }
    },
  }
}

async function credentialsAt(control: Control | undefined, env: Opening['env']) {
  const known = (await control?.credentials({})) ?? credentialsIn(env)
  return { credentials: known ?? { accessKeyId: 'test', secretAccessKey: 'test' } }
}

type Had = Record<'emulator' | 'control' | 'stranger' | 'expired' | 'sts', object | undefined>

function lacking({ emulator, control, stranger, expired, sts }: Had): Target['lacks'] {
  const needs: [Need, had: boolean, reason: string][] = [
    [
      'another account',
      stranger !== undefined,
      'needs another account: set SECOND_PROFILE, with ENDPOINT=aws',
    ],
    ['expired credentials', expired !== undefined, 'needs an expired session, which only the emulator gives'],
    ['own account', sts !== undefined, 'needs to know the own account, which only STS tells'],
    ['faults', control !== undefined, 'needs fault injection, which only the emulator has'],
    ['thousands of calls', control !== undefined, 'takes more than 1,000 calls: only against the emulator'],
    ['pretended sizes', emulator !== undefined, "needs 5 GB, which only the suite's own emulator pretends"],
    [
      'custom metrics',
      control !== undefined,
      'a custom metric costs money and cannot be deleted: only against the emulator',
    ],
    ['lifecycle preview', control === undefined, 'the emulator has no StartLifecyclePolicyPreview'],
  ]
  return Object.fromEntries(needs.filter(([, had]) => !had).map(([need, , reason]) => [need, reason]))
}

function given<T>(value: T | undefined): T {
  if (value !== undefined) return value
  throw new Error('the target lacks what this expectation needs: it should have been skipped')
}
