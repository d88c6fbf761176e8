import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesize } from '../../cdktf/synthesize.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'

type Block = Record<string, unknown>

/** A synthesized stack as Terraform reads it, without cdktf's own metadata. */
export type Stack = {
  readonly provider: { readonly aws: readonly Block[] }
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>
  readonly output: Readonly<Record<string, { readonly value: unknown }>>
  readonly terraform: Block
}

/** Synthesizes an input into a temporary folder and returns every stack by its id. */
export function synthesized(input: Omit<SynthInput, 'outdir'>): Record<string, Stack> {
  const outdir = mkdtempSync(join(tmpdir(), 'waybill-synth-'))
  try {
    synthesize({ ...input, outdir })
    return readStacks(outdir)
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

/** Reads every stack in a synth's folder, by its id. */
export function readStacks(outdir: string): Record<string, Stack> {
  const read = (id: string) => readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8')
  const withoutNotes = (key: string, value: unknown) => (key === '//' ? undefined : value)
  const ids = readdirSync(join(outdir, 'stacks')).toSorted()
  return Object.fromEntries(ids.map(id => [id, JSON.parse(read(id), withoutNotes)]))
}

/** Finds a resource by its address, such as `aws_iam_role.role`. */
export function resource(stack: Stack | undefined, address: string): Block {
  const [type = '', name = ''] = address.split('.')
  const found = stack?.resource[type]?.[name]
  if (found === undefined) throw new Error(`there is no ${address}`)
  return found
}

/** The sorted addresses of all resources in a stack. */
export function addresses(stack: Stack | undefined): string[] {
  return Object.entries(stack?.resource ?? {})
    .flatMap(([type, all]) => Object.keys(all).map(name => `${type}.${name}`))
    .toSorted()
}

type Policy = { readonly Statement: readonly Record<string, unknown>[] }

/** The statements of the policy in a resource's field. */
export function statements(block: Block, field = 'policy'): Policy['Statement'] {
  return (JSON.parse(String(block[field])) as Policy).Statement
}

/** The statements of all policies of a role, both those inside it and the managed ones that are attached to it. */
export function statementsOf({ resource }: Stack, role: string): Policy['Statement'] {
  const { aws_iam_role_policy = {}, aws_iam_role_policy_attachment = {}, aws_iam_policy = {} } = resource
  const isOf = (block: Block) => block.role === `\${aws_iam_role.${role}.name}`
  const attached = Object.values(aws_iam_role_policy_attachment)
    .filter(isOf)
    .map(({ policy_arn }) => String(policy_arn))
  const managed = Object.entries(aws_iam_policy).filter(([name]) =>
    attached.includes(`\${aws_iam_policy.${name}.arn}`),
  )
  const policies = [...Object.values(aws_iam_role_policy).filter(isOf), ...managed.map(([, block]) => block)]
  if (policies.length === 0) throw new Error(`the role ${role} has no policy`)
  return policies.flatMap(block => statements(block))
}
