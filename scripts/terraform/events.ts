import { missingIn } from '../aws/missing.ts'
import { machineErrorIn } from '../base/machine-error.ts'
import { plainLines } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { terraformErrors } from './errors.ts'

/** The file that a synth writes for a stack. */
export const stackFile = 'cdk.tf.json'

/** A message that Terraform prints with `-json` (Terraform, "Machine-Readable UI"). */
export type TerraformEvent = {
  readonly type: string
  readonly '@message': string
  readonly diagnostic?: Diagnostic
  readonly hook?: { readonly resource: { readonly addr: string } }
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>
}

type Diagnostic = {
  readonly severity: string
  readonly summary: string
  readonly detail?: string
  readonly address?: string
  readonly range?: { readonly filename: string; readonly start?: { readonly line?: number } }
}

/** Parses the messages in Terraform's output and skips all other lines. */
export function parseEvents(text: string): TerraformEvent[] {
  return text.split('\n').flatMap(line => {
    if (!line.startsWith('{')) return []
    try {
      const event = JSON.parse(line) as Partial<TerraformEvent>
      return typeof event.type === 'string' && typeof event['@message'] === 'string'
        ? [event as TerraformEvent]
        : []
    } catch {
      // The last line of a killed program may be cut off.
      return []
    }
  })
}

/** What Terraform was asked to do, for messages. */
export type TerraformStep = {
  /** As in "plan service-a in staging". */
  readonly doing: string
  /** The command that shows who holds the lock. */
  readonly inspectLock: string
  /** The command that removes a lock left by a dead run. */
  readonly unlock: (id: string) => string
}

/** The error for a failed run of Terraform: what it said and what to do about it. */
export function explainTerraform(
  events: readonly TerraformEvent[],
  rest: string,
  step: TerraformStep,
): UserError {
  const errors = events.flatMap(({ diagnostic }) => (diagnostic?.severity === 'error' ? [diagnostic] : []))
  const said = withoutSecrets(
    errors.map(printDiagnostic).join('\n') || plainLines(withoutFrame(rest)) || 'nothing',
  )
  return (
    lockHeld(said, step) ??
    configurationFault(errors, said, step) ??
    knownFault(said, step) ??
    machineErrorIn(said, step.doing) ??
    new UserError(terraformErrors['terraform-failed'], `cannot ${step.doing}`, {
      cause: `Terraform says ${said}`,
    })
  )
}

// What Terraform reports without a file, though only what a repository adds can cause it (seen in 1.11.4).
const withoutPlace = [
  'Cycle:',
  'Removed resource still exists',
  'Both a backend and cloud configuration are present',
]

/** A fault in what the repository adds to a stack; what AWS said of a resource has an address. */
function configurationFault(
  errors: readonly Diagnostic[],
  said: string,
  step: TerraformStep,
): UserError | undefined {
  const isOfRepository = ({ range, address, summary }: Diagnostic) =>
    (address === undefined && range !== undefined && range.filename !== stackFile) ||
    withoutPlace.some(start => summary.startsWith(start))
  if (!errors.some(isOfRepository)) return undefined
  return new UserError(terraformErrors['own-terraform-invalid'], `cannot ${step.doing}`, {
    cause: `Terraform says ${said}`,
  })
}

function printDiagnostic({ summary, detail, address, range }: Diagnostic): string {
  const place = range === undefined || range.filename === stackFile ? undefined : range
  const file = place === undefined ? '' : `${place.filename}:${place.start?.line ?? 1}: `
  const where = address === undefined ? file : `${file}${address}: `
  return plainLines(`${where}${summary}${detail === undefined || detail === '' ? '' : `\n${detail}`}`)
}

/** The output other than messages, without the frame that Terraform draws around an error for people. */
function withoutFrame(text: string): string {
  const lines = text.split('\n').filter(line => !line.startsWith('{"@'))
  return lines.map(line => line.replace(/^[╷│╵] ?/, '')).join('\n')
}

// From a signed URL, environment or configuration that a failing program prints.
const secret =
  /\b((?:X-Amz-(?:Signature|Security-Token)|(?:aws_)?(?:secret_access_key|secret_key|session_token))"?\s*[=:]\s*"?)[^\s"&,}]+/gi

function withoutSecrets(text: string): string {
  return text.replace(secret, '$1(sensitive)')
}

function lockHeld(said: string, step: TerraformStep): UserError | undefined {
  if (!/Error acquiring the state lock/.test(said)) return undefined
  const field = (name: string) => new RegExp(`^${name}: +(.+)$`, 'm').exec(said)?.[1]?.trim()
  const id = field('ID')
  // Without the lock's own data the backend could not be reached at all.
  if (id === undefined) return undefined
  const operation = field('Operation')?.replace('OperationType', '').toLowerCase() ?? 'run'
  // Anyone who can write the lock chooses its id, so only a valid one goes into a command to copy.
  const unlock = /^[0-9a-f-]{36}$/.test(id) ? `\nOnly if that run is dead: ${step.unlock(id)}` : ''
  return new UserError(
    terraformErrors['terraform-locked'],
    `cannot ${step.doing}: another run holds the lock on its state`,
    {
      cause: `${field('Who') ?? 'somebody'} has held it since ${field('Created') ?? 'an unknown time'} for ${operation} (lock ${id})`,
      remedy: `Wait until it ends, then run this again. To inspect the lock: ${step.inspectLock}${unlock}`,
    },
  )
}

type Known = { readonly sign: RegExp; readonly problem: string; readonly code: keyof typeof terraformErrors }

const known: readonly Known[] = [
  {
    sign: /Saved plan is stale/,
    problem: 'the plan is stale: the state has changed since it was made',
    code: 'plan-stale',
  },
  {
    sign: /plan files cannot be transferred between different Terraform\s+versions/,
    problem: 'the plan was made by another version of Terraform',
    code: 'terraform-version',
  },
  {
    sign: /state file uses format\s+version \d+,\s+which is not\s+supported/,
    problem: 'the state was written by a newer Terraform',
    code: 'state-newer',
  },
  {
    sign: /Unsupported state file format/,
    problem: 'the state is damaged',
    code: 'state-damaged',
  },
  {
    sign: /AlreadyExists|already exists?\b/,
    problem: 'AWS already has a resource with that name, which is not in the state',
    code: 'terraform-exists',
  },
  {
    sign: /Failed to save state|Failed to persist state/,
    problem: 'the changes could not be written to the state',
    code: 'state-unsaved',
  },
  {
    sign: /Provider configuration not present/,
    problem: 'the state has resources of a provider block that is gone',
    code: 'own-provider-gone',
  },
  {
    sign: /Instance cannot be destroyed/,
    problem: 'the plan would destroy a protected resource',
    code: 'terraform-protected',
  },
  {
    // Not every NoSuchBucket: Lambda reports it for the bucket of a zip.
    sign: /S3 bucket .* does not\s+exist|Error acquiring the state lock[\s\S]*NoSuchBucket/,
    problem: 'the state bucket does not exist',
    code: 'state-missing',
  },
  {
    sign: /AccessDenied|StatusCode: 403|not authorized to perform|ExpiredToken|No valid credential sources/,
    problem: 'AWS refuses these credentials',
    code: 'terraform-denied',
  },
  {
    sign: /Failed to query available provider packages|Required plugins are not installed|Could not retrieve the list of available versions|Inconsistent dependency lock file|does not match configured version constraint/,
    problem: "Terraform's AWS provider cannot be installed",
    code: 'terraform-provider',
  },
]

function missingFault(said: string, doing: string): UserError | undefined {
  const missing = missingIn(said)
  if (missing === undefined) return undefined
  const { what, remedy } = missing
  return new UserError(terraformErrors['terraform-missing-base'], `cannot ${doing}: ${what} does not exist`, {
    cause: `Terraform says ${said}`,
    remedy,
  })
}

function knownFault(said: string, { doing }: TerraformStep): UserError | undefined {
  const found = known.find(({ sign }) => sign.test(said))
  if (found === undefined) return missingFault(said, doing)
  const { code, problem } = found
  return new UserError(terraformErrors[code], `cannot ${doing}: ${problem}`, {
    cause: `Terraform says ${said}`,
  })
}
