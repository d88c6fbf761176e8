import type { Endpoint } from './endpoint.ts'
import { parseEndpoint } from './endpoint.ts'
import { newRun } from './names.ts'

/** What the runner tells the tests. Not `ENDPOINT` itself: one left in a shell must not turn `make test` on AWS. */
export type Settings = { endpoint: Endpoint; run: string; account: string | undefined }

/** The environment variables that carry settings to the tests. */
export function settingsEnv(endpoint: Endpoint, run: string, account: string): Record<string, string> {
  return {
    WAYBILL_CONFORMANCE_ENDPOINT: endpoint.kind === 'url' ? endpoint.url : endpoint.kind,
    WAYBILL_CONFORMANCE_RUN: run,
    WAYBILL_CONFORMANCE_ACCOUNT: account,
  }
}

/** Reads them; without any, the suite has an emulator of its own. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const { WAYBILL_CONFORMANCE_ENDPOINT: endpoint, WAYBILL_CONFORMANCE_ACCOUNT: account } = env
  return {
    endpoint: parseEndpoint(endpoint === 'emulator' ? undefined : endpoint),
    run: env.WAYBILL_CONFORMANCE_RUN || newRun(),
    account,
  }
}
