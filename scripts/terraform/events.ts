import { plainLines } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { terraformErrors } from './errors.ts'

/** One message of Terraform's, as it prints it with `-json` (Terraform, "Machine-Readable UI"). */
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
}

/** Reads the messages out of what Terraform printed; a line that is none of them is left out. */
export function parseEvents(text: string): TerraformEvent[] {
  return text.split('\n').flatMap(line => {
    if (!line.startsWith('{')) return []
    try {
      const event = JSON.parse(line) as Partial<TerraformEvent>
      return typeof event.type === 'string' && typeof event['@message'] === 'string'
        ? [event as TerraformEvent]
        : []
    } catch {
      // The last line of a program that was killed.
      return []
    }
  })
}

/** What Terraform was asked to do, for messages. */
export type TerraformStep = {
  /** As in "plan service-a in staging". */
  readonly doing: string
  /** Shows who holds the lock. */
  readonly inspectLock: string
  /** Removes a lock that nobody holds any more. */
  readonly unlock: (id: string) => string
}

/** The error for a run of Terraform that failed: what it said, and what to do about it. */
export function explainTerraform(
  events: readonly TerraformEvent[],
  rest: string,
  step: TerraformStep,
): UserError {
  const errors = events.flatMap(({ diagnostic }) => (diagnostic?.severity === 'error' ? [diagnostic] : []))
  const said = withoutSecrets(
    errors.map(printDiagnostic).join('\n') || plainLines(withoutFrame(rest)) || 'it ended without a word',
  )
  return (
    lockHeld(said, step) ??
    knownFault(said, step) ??
    new UserError(terraformErrors['terraform-failed'], `cannot ${step.doing}`, {
      cause: `Terraform says ${said}`,
      remedy:
        'Mend what it says. What was made before that is kept in the state: running this again goes on from there.',
    })
  )
}

function printDiagnostic({ summary, detail, address }: Diagnostic): string {
  const where = address === undefined ? '' : `${address}: `
  return plainLines(`${where}${summary}${detail === undefined || detail === '' ? '' : `\n${detail}`}`)
}

/** What was printed beside the messages, without the frame that Terraform draws around an error for a person. */
function withoutFrame(text: string): string {
  const lines = text.split('\n').filter(line => !line.startsWith('{"@'))
  return lines.map(line => line.replace(/^[╷│╵] ?/, '')).join('\n')
}

// A signed URL, an environment or a configuration that somebody's program prints when it fails.
const secret =
  /\b((?:X-Amz-(?:Signature|Security-Token)|(?:aws_)?(?:secret_access_key|secret_key|session_token))"?\s*[=:]\s*"?)[^\s"&,}]+/gi

function withoutSecrets(text: string): string {
  return text.replace(secret, '$1(sensitive)')
}

function lockHeld(said: string, step: TerraformStep): UserError | undefined {
  if (!/Error acquiring the state lock/.test(said)) return undefined
  const field = (name: string) => new RegExp(`^${name}: +(.+)$`, 'm').exec(said)?.[1]?.trim()
  const id = field('ID')
  // Without the lock's own word the store could not be asked at all.
  if (id === undefined) return undefined
  const operation = field('Operation')?.replace('OperationType', '').toLowerCase() ?? 'run'
  // Whoever can write the lock chooses its id: nothing else than an id becomes part of a command to copy.
  const unlock = /^[0-9a-f-]{36}$/.test(id) ? `\nOnly when that run is dead: ${step.unlock(id)}` : ''
  return new UserError(
    terraformErrors['terraform-locked'],
    `cannot ${step.doing}: another run holds the lock on its state`,
    {
      cause: `${field('Who') ?? 'somebody'} holds it since ${field('Created') ?? 'an unknown time'}, for ${operation} (lock ${id})`,
      remedy: `Wait until it has ended, then run this again. To see it: ${step.inspectLock}${unlock}`,
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
    problem: 'AWS has something of that name already, which the state does not know',
    code: 'terraform-exists',
  },
  {
    sign: /Failed to save state|Failed to persist state/,
    problem: 'what was made could not be written to the state',
    code: 'state-unsaved',
  },
  {
    sign: /Instance cannot be destroyed/,
    problem: 'the plan would destroy what is protected',
    code: 'terraform-protected',
  },
  {
    // Not every NoSuchBucket: Lambda says that of the bucket of a zip.
    sign: /S3 bucket .* does not\s+exist|Error acquiring the state lock[\s\S]*NoSuchBucket/,
    problem: 'the bucket of the state does not exist',
    code: 'state-missing',
  },
  {
    sign: /AccessDenied|StatusCode: 403|not authorized to perform|ExpiredToken|No valid credential sources/,
    problem: 'AWS does not let these credentials do it',
    code: 'terraform-denied',
  },
  {
    sign: /Failed to query available provider packages|Required plugins are not installed|Could not retrieve the list of available versions|Inconsistent dependency lock file/,
    problem: 'the AWS provider of Terraform cannot be had',
    code: 'terraform-provider',
  },
]

function knownFault(said: string, { doing }: TerraformStep): UserError | undefined {
  const found = known.find(({ sign }) => sign.test(said))
  if (found === undefined) return undefined
  const { code, problem } = found
  return new UserError(terraformErrors[code], `cannot ${doing}: ${problem}`, {
    cause: `Terraform says ${said}`,
  })
}
