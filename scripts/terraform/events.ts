import { plainLines } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'

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
    new UserError(`cannot ${step.doing}`, {
      reason: `Terraform says ${said}`,
      remedy:
        'Mend what it says. What was made before that is kept in the state: running this again goes on from there.',
      refusal: 'cloud',
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
  return new UserError(`cannot ${step.doing}: another run holds the lock on its state`, {
    reason: `${field('Who') ?? 'somebody'} holds it since ${field('Created') ?? 'an unknown time'}, for ${operation} (lock ${id})`,
    remedy: `Wait until it has ended, then run this again. To see it: ${step.inspectLock}${unlock}`,
    refusal: 'refused',
  })
}

type Known = {
  readonly sign: RegExp
  readonly problem: string
  readonly remedy: string
  readonly refusal: 'refused' | 'badInput'
}

const known: readonly Known[] = [
  {
    sign: /Saved plan is stale/,
    problem: 'the plan is stale: the state has changed since it was made',
    remedy: 'Plan again, and let the new plan be approved.',
    refusal: 'refused',
  },
  {
    sign: /plan files cannot be transferred between different Terraform\s+versions/,
    problem: 'the plan was made by another version of Terraform',
    remedy: 'Use the version that made it, or plan again and let the new plan be approved.',
    refusal: 'badInput',
  },
  {
    sign: /state file uses format\s+version \d+,\s+which is not\s+supported/,
    problem: 'the state was written by a newer Terraform',
    remedy: 'Install that version of Terraform, or a newer one.',
    refusal: 'badInput',
  },
  {
    sign: /Unsupported state file format/,
    problem: 'the state is damaged',
    remedy: 'The bucket of the state keeps earlier versions of it: put the last good one back.',
    refusal: 'badInput',
  },
  {
    sign: /AlreadyExists|already exists?\b/,
    problem: 'AWS has something of that name already, which the state does not know',
    remedy:
      'A run that was killed together with Terraform has left it, or somebody made it by hand. Take it into the state (docs/deploy.md, "State"; docs/adopt.md for a store), or remove it if nobody uses it; then run this again.',
    refusal: 'refused',
  },
  {
    sign: /Failed to save state|Failed to persist state/,
    problem: 'what was made could not be written to the state',
    remedy:
      'Mend what it says first. The state does not know what was made: import it, or remove it by hand, before this is run again, or AWS refuses it as existing already.',
    refusal: 'badInput',
  },
  {
    sign: /Instance cannot be destroyed/,
    problem: 'the plan would destroy what is protected',
    remedy: 'Nothing was changed. What has prevent_destroy holds releases or state: keep its declaration.',
    refusal: 'refused',
  },
  {
    // Not every NoSuchBucket: Lambda says that of the bucket of a zip.
    sign: /S3 bucket .* does not\s+exist|Error acquiring the state lock[\s\S]*NoSuchBucket/,
    problem: 'the bucket of the state does not exist',
    remedy: 'make bootstrap ENV=<environment> makes it (make bootstrap for the foundation).',
    refusal: 'badInput',
  },
  {
    sign: /AccessDenied|StatusCode: 403|not authorized to perform|ExpiredToken|No valid credential sources/,
    problem: 'AWS does not let these credentials do it',
    remedy:
      'Use credentials of the account that cdktf/environments.json names, with the rights that the message names.',
    refusal: 'badInput',
  },
  {
    sign: /Failed to query available provider packages|Required plugins are not installed|Could not retrieve the list of available versions|Inconsistent dependency lock file/,
    problem: 'the AWS provider of Terraform cannot be had',
    remedy: 'Check the network, and cdktf/.terraform.lock.hcl (docs/deploy.md says how to make it).',
    refusal: 'badInput',
  },
]

function knownFault(said: string, { doing }: TerraformStep): UserError | undefined {
  const found = known.find(({ sign }) => sign.test(said))
  if (found === undefined) return undefined
  const { problem, remedy, refusal } = found
  return new UserError(`cannot ${doing}: ${problem}`, { reason: `Terraform says ${said}`, remedy, refusal })
}
