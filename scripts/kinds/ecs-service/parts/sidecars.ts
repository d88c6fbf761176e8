import { z } from 'zod'
import { commonSettings } from '../../settings.ts'
import { firelens } from './logs.ts'

const name = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,255}$/, 'must be the name of a container: letters, digits, - and _')
// Amazon ECS API reference, ContainerDependency.
const condition = z.enum(['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'])

/** The containers that one waits for before it starts, and for what. */
export const dependsOn = z.record(name, condition)

// Amazon ECS API reference, HealthCheck.
const healthCheck = z.strictObject({
  command: z
    .array(z.string())
    .min(2)
    .refine(([first]) => first === 'CMD' || first === 'CMD-SHELL', 'must begin with CMD or CMD-SHELL'),
  interval: z.number().int().min(5).max(300).optional().describe('Seconds between two checks; 30 by default'),
  timeout: z.number().int().min(2).max(60).optional().describe('Seconds that a check may take; 5 by default'),
  retries: z.number().int().min(1).max(10).optional().describe('Failures in a row; 3 by default'),
  startPeriod: z
    .number()
    .int()
    .min(0)
    .max(300)
    .optional()
    .describe('Seconds in which a failure does not count'),
})

const image = z
  .string()
  .regex(
    /^[a-z0-9][a-zA-Z0-9._:/-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$/,
    'must name an image with its digest or tag, such as public.ecr.aws/x/y:1.2.3',
  )
  .refine(text => !text.endsWith(':latest'), 'must not be latest, which is another image tomorrow')

const sidecar = z.strictObject({
  image: image.describe('With its digest (name@sha256:…) or tag (name:1.2.3)'),
  essential: z.boolean().default(true).describe('Whether the task stops when this container stops'),
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's own command"),
  variables: commonSettings.variables.describe('Environment variables'),
  secrets: commonSettings.secrets,
  cpu: z.number().int().min(1).optional().describe('CPU units that are kept for it'),
  memory: z.number().int().min(6).optional().describe('MiB beyond which it is killed'),
  healthCheck: healthCheck.optional().describe('As in the definition of a container'),
  dependsOn: dependsOn.optional().describe('The sidecars that it waits for, and for what'),
  firelens: firelens.optional(),
})

/** The containers that run beside a service's own in each of its tasks, by name. */
export const sidecars = z.record(name, sidecar)

/** The containers beside a service's own, as parsed. */
export type Sidecars = z.output<typeof sidecars>

type Given = {
  readonly sidecars?: Sidecars | undefined
  readonly dependsOn?: z.output<typeof dependsOn> | undefined
  readonly cpu: number
  readonly memory: number
}

// Amazon ECS developer guide, "Amazon ECS service quotas": containers in a task definition.
const mostContainers = 10

/** Faults across the containers of a task, whose own container waits for some of the others, too. */
export function sidecarFaults(given: Given): string[] {
  const all = Object.entries(given.sidecars ?? {})
  const bad = all.flatMap(([name, { variables, secrets }]) =>
    Object.keys(secrets)
      .filter(one => Object.hasOwn(variables, one))
      .map(one => `sidecars.${name}.secrets.${one}: is already one of its variables`),
  )
  if (all.length >= mostContainers)
    bad.push(
      `sidecars: a task has at most ${mostContainers} containers, and this has ${all.length} beside its own`,
    )
  return [...bad, ...waitFaults(given), ...sizeFaults(given)]
}

function waitFaults({ sidecars = {}, dependsOn = {} }: Given): string[] {
  const waits = (path: string, all: z.output<typeof dependsOnSchema>) =>
    Object.entries(all).flatMap(([other, what]) => {
      const fault = waitFault(sidecars[other], what)
      return fault === undefined ? [] : [`${path}.${other}: ${fault}`]
    })
  const bad = [
    ...waits('dependsOn', dependsOn),
    ...Object.entries(sidecars).flatMap(([name, { dependsOn = {} }]) =>
      waits(`sidecars.${name}.dependsOn`, dependsOn),
    ),
  ]
  const circle = findCircle(sidecars)
  if (circle !== undefined)
    bad.push(`sidecars: each waits for the next, so none starts: ${circle.join(' → ')}`)
  return bad
}

const dependsOnSchema = dependsOn

// Amazon ECS API reference, ContainerDependency: an essential container is not supposed to end.
function waitFault(other: Sidecars[string] | undefined, what: z.output<typeof condition>) {
  if (other === undefined) return 'there is no sidecar of that name'
  if (what === 'HEALTHY' && other.healthCheck === undefined) return 'HEALTHY needs a healthCheck there'
  if ((what === 'COMPLETE' || what === 'SUCCESS') && other.essential)
    return `${what} needs "essential": false there, since the task would stop with it`
  return undefined
}

function findCircle(sidecars: Sidecars): string[] | undefined {
  const done = new Set<string>()
  const follow = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return undefined
    done.add(name)
    for (const next of Object.keys(sidecars[name]?.dependsOn ?? {})) {
      const circle = follow(next, [...path, name])
      if (circle !== undefined) return circle
    }
    return undefined
  }
  for (const name of Object.keys(sidecars)) {
    const circle = follow(name, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

function sizeFaults({ sidecars = {}, cpu, memory }: Given): string[] {
  const sum = (field: 'cpu' | 'memory') =>
    Object.values(sidecars).reduce((total, one) => total + (one[field] ?? 0), 0)
  const over = (field: 'cpu' | 'memory', whole: number) =>
    sum(field) < whole
      ? []
      : [
          `sidecars: their ${field} is ${sum(field)} together, which leaves nothing of the task's ${whole} to the service`,
        ]
  return [...over('cpu', cpu), ...over('memory', memory)]
}
