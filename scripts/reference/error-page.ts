import { accessErrors } from '../access/errors.ts'
import { adoptionErrors } from '../adoption/errors.ts'
import { artifactsErrors } from '../artifacts/errors.ts'
import { awsErrors } from '../aws/errors.ts'
import { baseErrors } from '../base/errors.ts'
import { type ErrorCode, exitCodes } from '../base/user-error.ts'
import { buildErrors } from '../build/errors.ts'
import { catalogueErrors } from '../catalogue/errors.ts'
import { cliErrors } from '../cli/errors.ts'
import { exitCodeLines } from '../cli/exit-codes.ts'
import { deployErrors } from '../deploy/errors.ts'
import { doctorErrors } from '../doctor/errors.ts'
import { gitErrors } from '../git/errors.ts'
import { guardianErrors } from '../guardian/errors.ts'
import { incidentErrors } from '../incident/errors.ts'
import { kindsErrors } from '../kinds/errors.ts'
import { ledgerErrors } from '../ledger/errors.ts'
import { namesErrors } from '../names/errors.ts'
import { notifyErrors } from '../notify/errors.ts'
import { pinErrors } from '../pin/errors.ts'
import { planErrors } from '../plan/errors.ts'
import { promotionErrors } from '../promotion/errors.ts'
import { reconcileErrors } from '../reconcile/errors.ts'
import { releaseErrors } from '../release/errors.ts'
import { rolloutErrors } from '../rollout/errors.ts'
import { stackErrors } from '../stack/errors.ts'
import { terraformErrors } from '../terraform/errors.ts'
import { traceErrors } from '../trace/errors.ts'

/** The errors of every room, in the order of their codes. */
export const allErrors: readonly ErrorCode[] = [
  accessErrors,
  adoptionErrors,
  artifactsErrors,
  awsErrors,
  baseErrors,
  buildErrors,
  catalogueErrors,
  cliErrors,
  deployErrors,
  doctorErrors,
  gitErrors,
  incidentErrors,
  kindsErrors,
  namesErrors,
  pinErrors,
  planErrors,
  ledgerErrors,
  notifyErrors,
  promotionErrors,
  reconcileErrors,
  releaseErrors,
  rolloutErrors,
  guardianErrors,
  stackErrors,
  terraformErrors,
  traceErrors,
]
  .flatMap(errors => Object.values(errors))
  .toSorted((a, b) => (a.code < b.code ? -1 : 1))

const head = () => `# Errors

<!-- make schemas writes this page from scripts/*/errors.ts. -->

Each error has a stable code for programs: it is \`error.code\` in the document that a command prints with \`JSON=1\`, and the last line of a message on the terminal. If a message can be more specific than this table, it has its own remedy. If several errors occur, the exit code is that of the most serious one and \`errors\` lists them all.

Exit code 1 has no line here: it is a bug in Waybill (\`error.code\` is \`bug\`), printed with its stack. Waybill cannot tell how far the command got, so check (\`make trace\`, \`make plan\`, \`make doctor\`) before you run it again, and report the bug. \`make\` itself turns any exit code but 0 into 2: run \`node scripts/<command>.ts\` where a program needs the code, or read \`error.exitCode\`.

| exit code | what it means |
|---|---|
${exitCodeLines()
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join('\n')}

| code | exit code | what it means | what helps |
|---|---|---|---|
`

/** The page that lists every error. */
export function errorsPage(): string {
  const rows = allErrors.map(
    ({ code, ending, meaning, remedy }) =>
      `| \`${code}\` | ${exitCodes[ending]} | ${cell(meaning)} | ${cell(remedy)} |`,
  )
  return `${head()}${rows.join('\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}
