import { z } from 'zod'

/** What the port that rollouts watch is called. */
export const mainPort = 'main'

// Amazon ECS API reference, PortMapping, name.
const name = z
  .string()
  .regex(/^[a-z0-9_][a-z0-9_-]{0,63}$/, 'must be the name of a port: lower-case letters, digits, - and _')
const number = z.number().int().min(1).max(65_535)

/** Further ports of a service's container, by name. */
export const ports = z.record(name, number)

const offered = z.strictObject({
  dnsName: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]{0,126}$/, 'must be a host name')
    .optional()
    .describe('What other services call it; <service>-<environment>.<namespace> by default'),
  port: number.optional().describe('The port that they call; the port itself by default'),
  appProtocol: z
    .enum(['http', 'http2', 'grpc'])
    .optional()
    .describe('Has Service Connect count and retry requests; plain TCP by default'),
})

/** How a service takes part in ECS Service Connect. */
export const serviceConnect = z.strictObject({
  namespace: z
    .string()
    .regex(
      /^(arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:[0-9]{12}:namespace\/ns-[a-z0-9]+|[a-zA-Z0-9][a-zA-Z0-9._-]{0,252})$/,
      'must be the name or ARN of a namespace of Cloud Map',
    )
    .describe('The name or ARN of a namespace of Cloud Map'),
  services: z
    .record(name, offered)
    .default({})
    .describe(
      `What it offers there, by the name of a port; its own is called ${mainPort}. Without any it only calls`,
    ),
})

type Given = {
  readonly port: number
  readonly ports?: z.output<typeof ports> | undefined
  readonly serviceConnect?: z.output<typeof serviceConnect> | undefined
}

/** All ports of a service's container, by name. */
export function allPorts({ port, ports }: Given): Record<string, number> {
  return { [mainPort]: port, ...ports }
}

/** Faults across ports and what is offered of them. */
export function portFaults(given: Given): string[] {
  const { port, ports = {}, serviceConnect } = given
  const bad = []
  if (Object.hasOwn(ports, mainPort)) bad.push(`ports.${mainPort}: is what port is called`)
  const all = [
    ['port', port] as const,
    ...Object.entries(ports).map(([name, one]) => [`ports.${name}`, one] as const),
  ]
  for (const [one, same] of Map.groupBy(all, ([, number]) => number))
    if (same.length > 1) bad.push(`${same.map(([path]) => path).join(' and ')}: are both ${one}`)
  const known = allPorts(given)
  const offers = Object.entries(serviceConnect?.services ?? {})
  for (const [name] of offers)
    if (!Object.hasOwn(known, name))
      bad.push(`serviceConnect.services.${name}: there is no port of that name: add it to ports`)
  return [...bad, ...aliasFaults(offers, known)]
}

function aliasFaults(
  offers: readonly [string, z.output<typeof offered>][],
  known: Readonly<Record<string, number>>,
): string[] {
  const named = offers.filter(([, { dnsName }]) => dnsName !== undefined)
  const aliases = Map.groupBy(named, ([name, { dnsName, port = known[name] }]) => `${dnsName}:${port}`)
  return [...aliases].flatMap(([alias, same]) =>
    same.length > 1
      ? [`serviceConnect.services: ${same.map(([name]) => name).join(' and ')} would both be called ${alias}`]
      : [],
  )
}
