import { awsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { type CloudWatch, connectCloudWatch } from '../../aws/io/cloudwatch.ts'
import { partition } from '../../aws/partitions.ts'
import type { Clock } from '../../base/clock.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { guardianNames } from '../../kinds/lambda/guardian.ts'
import { connectLedger } from '../../ledger/io/ledger.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type GuardianPlace, parsePlace, placeVariable } from '../place.ts'
import type { GuardianTools } from './tools.ts'

// A service that works answers much sooner, and Lambda calls again.
const timeoutMs = 10_000

/** Connects a guardian as the environment of its function says. */
export async function connectGuardian(
  environment: Readonly<Record<string, string>>,
  { clock, say }: { readonly clock: Clock; readonly say: (line: string) => void },
): Promise<GuardianTools> {
  const place = parsePlace(environment[placeVariable] ?? '')
  const { account, region, repository } = place
  const settings: AwsSettings = {
    section: `environments.${place.environment}`,
    account,
    region,
    // It stores no image.
    putImagePerSecond: 1,
    timeoutMs,
    access: awsAccess(environment, { timeoutMs, isProcess: true }),
  }
  const movers = connectMovers(settings, clock)
  const ledger = connectLedger({
    settings,
    environment: { ledger: { bucket: place.ledger } },
    repository,
    clock,
  })
  let cloudwatch: Promise<CloudWatch> | undefined
  return {
    place,
    ledger: await ledger,
    movers,
    cloudwatch: () => (cloudwatch ??= connectCloudWatch(settings, clock)),
    clock,
    who: { arn: sessionOf(place) },
    say,
  }
}

/** Itself as STS knows it: the session of a function's role has the function's name. */
function sessionOf({ service, environment, account, region }: GuardianPlace): string {
  const target = { service: service as ServiceName, environment }
  const { role, function: name } = guardianNames(target, { account, region })
  return `arn:${partition(region)}:sts::${account}:assumed-role/${role}/${name}`
}
