import { z } from 'zod'
import { commonSettings } from '../../settings.ts'

// Amazon ECS API reference, FirelensConfiguration.
/** What makes a sidecar the log router of its task. */
export const firelens = z
  .strictObject({
    type: z.enum(['fluentbit', 'fluentd']).default('fluentbit'),
    options: z
      .record(z.string(), z.string())
      .default({})
      .describe('Such as { "enable-ecs-log-metadata": "true" }'),
  })
  .describe('Makes it the log router that logOptions are for')

/** Where the log router sends what the service's own container logs. */
export const logSettings = {
  logOptions: z
    .record(z.string(), z.string())
    .optional()
    .describe('Options of the log router\'s output, such as { "Name": "datadog" }'),
  logSecrets: commonSettings.secrets
    .unwrap()
    .optional()
    .describe('Options of its output, each with the ARN of its value in SSM or Secrets Manager'),
}

type Given = {
  readonly sidecars?: Readonly<Record<string, { readonly firelens?: unknown }>> | undefined
  readonly logOptions?: Readonly<Record<string, string>> | undefined
  readonly logSecrets?: Readonly<Record<string, string>> | undefined
}

/** Faults across the log router and what it is told. */
export function logFaults({ sidecars = {}, logOptions = {}, logSecrets = {} }: Given): string[] {
  const routers = Object.keys(sidecars).filter(name => sidecars[name]?.firelens !== undefined)
  const given = [
    ...(Object.keys(logOptions).length > 0 ? ['logOptions'] : []),
    ...(Object.keys(logSecrets).length > 0 ? ['logSecrets'] : []),
  ]
  const bad = Object.keys(logSecrets)
    .filter(name => Object.hasOwn(logOptions, name))
    .map(name => `logSecrets.${name}: is already one of the logOptions`)
  if (routers.length > 1)
    bad.push(`sidecars: a task has one log router, and ${routers.join(' and ')} are some`)
  if (routers.length === 0)
    bad.push(...given.map(name => `${name}: are for a log router: give one of the sidecars firelens`))
  if (routers.length > 0 && Object.keys(logOptions).length === 0)
    bad.push(
      `logOptions: tell the log router ${routers[0]} where to send the log, such as { "Name": "datadog" }`,
    )
  return bad
}
