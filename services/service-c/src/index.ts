import { ConsignmentError, readConsignment } from './consignment.ts'

/** The part of an SQS event that this service reads. */
export type SqsEvent = { readonly Records: readonly SqsRecord[] }

/** The part of an SQS record that this service reads. */
type SqsRecord = { readonly messageId: string; readonly body: string }

/** The messages that SQS has to deliver again. */
export type SqsBatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }

/** A direct invocation that asks which release runs. */
export type HealthEvent = { readonly check: 'health' }

/** What a direct invocation with a HealthEvent answers. */
export type Health = {
  readonly status: 'ok'
  readonly service: 'service-c'
  readonly release: string
  readonly commit: string
}

/** Checks each message of a batch and names those which failed; answers a health check with its release. */
export async function handler(event: SqsEvent | HealthEvent): Promise<SqsBatchResponse | Health> {
  if ('check' in event) return { status: 'ok', ...identity() }
  const failed = event.Records.filter(record => !processRecord(record))
  return { batchItemFailures: failed.map(record => ({ itemIdentifier: record.messageId })) }
}

function processRecord({ messageId, body }: SqsRecord): boolean {
  try {
    log('info', 'consignment checked', { messageId, ...readConsignment(body) })
    return true
  } catch (error) {
    // Anything else is a fault of this service: the whole batch comes again, with the error in the log.
    if (!(error instanceof ConsignmentError)) throw error
    log('error', 'consignment refused', { messageId, problem: error.message })
    return false
  }
}

function log(level: 'info' | 'error', message: string, more: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...identity(), ...more })}\n`)
}

function identity() {
  return {
    service: 'service-c',
    release: process.env.RELEASE || 'unknown',
    commit: process.env.COMMIT || 'unknown',
  } as const
}
