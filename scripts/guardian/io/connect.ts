import { awsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { type CloudWatch, connectCloudWatch } from '../../aws/io/cloudwatch.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { partition } from '../../aws/partitions.ts'
import type { Clock } from '../../base/clock.ts'
import type { NoticeSettings } from '../../catalogue/notice-settings.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { guardianNames } from '../../kinds/lambda/guardian.ts'
import { connectLedger, type Ledger } from '../../ledger/io/ledger.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { channelsOf } from '../../notify/io/channels.ts'
import { announcing } from '../../notify/io/tell.ts'
import { type GuardianPlace, parsePlace, placeVariable } from '../place.ts'
import type { GuardianTools } from './tools.ts'
import { connectYanks } from './yanks.ts'

// A service that works answers much sooner, and Lambda calls again.
const timeoutMs = 10_000

/** What a guardian works with, and a line for each notice of what it wrote that was not sent. */
export type Connected = { readonly tools: GuardianTools; lines(): Promise<string[]> }

/** Connects a guardian as the environment of its function says. */
export async function connectGuardian(
  environment: Readonly<Record<string, string>>,
  { clock, say }: { readonly clock: Clock; readonly say: (line: string) => void },
): Promise<Connected> {
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
  const own = await connectLedger({
    settings,
    environment: { ledger: { bucket: place.ledger } },
    repository,
    clock,
  })
  const { ledger, tell, lines } = place.notices === undefined ? quiet(own) : told(place.notices, own)
  let cloudwatch: Promise<CloudWatch> | undefined
  return {
    lines,
    tools: {
      place,
      ledger,
      movers,
      cloudwatch: () => (cloudwatch ??= connectCloudWatch(settings, clock)),
      withdrawn: connectYanks(settings, place.artifacts, clock),
      clock,
      who: { arn: sessionOf(place) },
      tell,
      say,
    },
  }

  function told(notices: NoticeSettings, ledger: Ledger) {
    return announcing(ledger, async () => ({
      channels: channelsOf(notices, {
        settings,
        sending: { clock, timeoutMs },
        // A function has no token of GitHub's; make reconcile sends these notices.
        github: repository === undefined ? undefined : { repository, place: undefined },
        summary: undefined,
      }),
      clock,
      markers: await connectS3(settings, place.ledger, clock),
      read: (target, sequence) => ledger.read(target, sequence),
    }))
  }
}

function quiet(ledger: Ledger) {
  return { ledger, tell: () => undefined, lines: async () => [] }
}

/** Itself as STS knows it: the session of a function's role has the function's name. */
function sessionOf({ service, environment, account, region }: GuardianPlace): string {
  const target = { service: service as ServiceName, environment }
  const { role, function: name } = guardianNames(target, { account, region })
  return `arn:${partition(region)}:sts::${account}:assumed-role/${role}/${name}`
}
