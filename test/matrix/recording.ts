import pLimit from 'p-limit'
import type { Fault, LoggedRequest } from '../emulator/emulator.ts'
import type { OnFinished } from '../support/cleanup.ts'
import { runIn } from './process.ts'
import type { Scenario } from './scenarios.ts'
import { makeScene, type Scene, type Template } from './scene.ts'
import { readState, type State } from './state.ts'

/** One request of a command: the `nth` (0, 1, …) of this operation on this resource. */
export type Asked = {
  readonly operation: string
  readonly resource: string
  readonly nth: number
  readonly method: string
  readonly write: boolean
}

/** The requests of an undisturbed run and the state that it left. */
export type Recording = {
  readonly scenario: Scenario
  readonly asked: readonly Asked[]
  readonly before: State
  readonly after: State
  /** Its answer with `JSON=1`. */
  readonly answer: unknown
}

/** A scene in which a scenario's command can run. */
export async function prepare(
  template: Template,
  scenario: Scenario,
  onFinished: OnFinished,
): Promise<Scene> {
  const scene = await makeScene(template, onFinished)
  await scenario.prepare(scene)
  scene.emulator.clearRequests()
  return scene
}

/** Runs a scenario undisturbed and records its requests; `look` inspects the scene afterwards. */
export async function record(
  template: Template,
  scenario: Scenario,
  look: (scene: Scene) => Promise<void> = async () => undefined,
): Promise<Recording> {
  const cleanups: (() => Promise<void>)[] = []
  try {
    const scene = await prepare(template, scenario, clean => cleanups.unshift(clean))
    const before = await readState(scene)
    const outcome = await runIn(scene, scenario.command, { ...scenario.options, JSON: '1' })
    if (outcome.code !== 0) throw new Error(`${scenario.name} ended with ${outcome.code}: ${outcome.stderr}`)
    const asked = number(scene.emulator.requests())
    await look(scene)
    return { scenario, asked, before, after: await readState(scene), answer: JSON.parse(outcome.stdout) }
  } finally {
    for (const clean of cleanups) await clean()
  }
}

/** Records several scenarios. */
export async function recordAll(template: Template, scenarios: readonly Scenario[]): Promise<Recording[]> {
  const slots = pLimit(4)
  return await Promise.all(scenarios.map(scenario => slots(() => record(template, scenario))))
}

function number(requests: readonly LoggedRequest[]): Asked[] {
  const seen = new Map<string, number>()
  return requests.map(({ operation, resource, method, write }) => {
    const nth = seen.get(`${operation} ${resource}`) ?? 0
    seen.set(`${operation} ${resource}`, nth + 1)
    return { operation, resource, nth, method, write }
  })
}

/** The part of a fault that selects a recorded request. */
export function at({ operation, resource, nth }: Asked): Pick<Fault, 'operation' | 'skip'> {
  return { operation: one => one.operation === operation && one.resource === resource, skip: nth }
}

/** Prints a recorded request for a test's name, with short commits. */
export function show({ operation, resource, nth }: Asked): string {
  const short = resource.replace(/[0-9a-f]{40}/g, commit => commit.slice(0, 7))
  return `${operation} ${short.replace(/^acme-artifacts\//, '')}${nth === 0 ? '' : ` (${nth + 1})`}`
}
