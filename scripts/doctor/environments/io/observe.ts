import { ledgerBucket } from '../../../access/ledger-bucket.ts'
import type { AwsSettings } from '../../../aws/io/calls.ts'
import { requireAccount } from '../../../aws/io/identity.ts'
import { andThen, attemptAsync } from '../../../base/attempt.ts'
import { type Environment, type Environments, findEnvironment } from '../../../catalogue/environments.ts'
import type { Need } from '../../../kinds/kind.ts'
import { environmentSettings, type openProject } from '../../../project/io/project.ts'
import { stateBucket } from '../../../terraform/state-bucket.ts'
import type { Look } from '../../check.ts'
import { observeRevisionsIn } from '../../revisions/io/observe.ts'
import { ownNames } from '../bootstrap.ts'
import { type Demand, demandOf } from '../demand.ts'
import { isElsewhere } from '../listener.ts'
import type { EnvironmentSeen } from '../seen.ts'
import { observeAccess } from './access.ts'
import { observeBucket } from './bucket.ts'
import { observeSecret, observeTopic } from './channels.ts'
import { observeCluster } from './cluster.ts'
import { observeGuardian } from './guardian.ts'
import { observeListener, observeRules } from './listener.ts'
import { observeSecurityGroups, observeSubnets } from './network.ts'

/** Looks at an environment with credentials of its account, at everything at once. */
export async function observeEnvironment(
  invocation: Parameters<typeof openProject>[0],
  environments: Environments,
  name: string,
  services: Parameters<typeof demandOf>[0],
): Promise<Look<EnvironmentSeen>> {
  const found = await attemptAsync(async () => findEnvironment(environments, name))
  if ('error' in found) return found
  const environment = found.value
  const demand = demandOf(services, name, environment)
  const settings = environmentSettings({ environments }, name, environment, invocation.aws)
  const caller = andThen(await attemptAsync(() => requireAccount(settings)), ({ arn }) => arn)
  // What another account answers says nothing about this environment.
  const look = async <T>(act: (arn: string) => Promise<Look<T>>): Promise<Look<T>> =>
    'value' in caller ? await act(caller.value) : caller
  const lookAt = async <Wanted, T>(
    wanted: Wanted | undefined,
    act: (settings: AwsSettings, wanted: Wanted) => Promise<Look<T>>,
  ) => (wanted === undefined ? undefined : await look(() => act(settings, wanted)))
  const wanted = wantedOf(environment, demand)
  const [
    states,
    ledgers,
    access,
    cluster,
    subnets,
    securityGroups,
    listener,
    rules,
    topic,
    webhook,
    revisions,
    guardian,
  ] = await Promise.all([
    look(() => observeBucket(settings, stateBucket(environment))),
    look(arn => observeBucket(settings, ledgerBucket(environments, environment, arn))),
    Promise.all(
      ownNames(environments, name).map(async one => {
        return { ...one, found: await look(() => observeAccess(settings, one)) }
      }),
    ),
    lookAt(wanted.cluster, observeCluster),
    lookAt(wanted.subnets, observeSubnets),
    lookAt(wanted.securityGroups, observeSecurityGroups),
    lookAt(wanted.listener, observeListener),
    lookAt(wanted.listener, observeRules),
    lookAt(environment.notices?.topic, observeTopic),
    lookAt(environment.notices?.webhook, observeSecret),
    look(() => observeRevisionsIn(invocation, name, settings)),
    lookAt(environment.guardian, (_, guardian) =>
      observeGuardian(settings, { name, guardian, clock: invocation.clock }),
    ),
  ])
  const surroundings = { cluster, subnets, securityGroups, listener, rules, topic, webhook }
  const made = { stateBucket: states, ledgerBucket: ledgers, access }
  return { value: { name, environment, demand, caller, ...made, ...surroundings, revisions, guardian } }
}

/** What is both named and needed; a listener elsewhere cannot be asked about here. */
function wantedOf(environment: Environment, { needs }: Demand) {
  const { cluster, network, listener } = environment
  const ifNeeded = <T>(need: Need, value: T | undefined) => (needs.has(need) ? value : undefined)
  const isHere = listener !== undefined && !isElsewhere(environment, listener)
  return {
    cluster: ifNeeded('cluster', cluster),
    subnets: ifNeeded('network', network?.subnets),
    securityGroups: ifNeeded('network', network?.securityGroups),
    listener: ifNeeded('listener', isHere ? listener : undefined),
  }
}
