import type { Surroundings } from '../../scripts/kinds/kind.ts'
import type { Emulator } from '../emulator/emulator.ts'

/** Makes what environments name and Waybill does not create: clusters, networks, and load balancers with a listener. */
export function makeSurroundings(emulator: Emulator, environments: readonly Surroundings[]): void {
  for (const { account, region, cluster, network, listener } of environments) {
    if (cluster !== undefined) emulator.ensureCluster(cluster, { account, region })
    if (network === undefined) continue
    const { vpc, subnets, securityGroups = [] } = network
    emulator.makeNetwork({ vpc, subnets, securityGroups }, { account, region })
    if (listener !== undefined) emulator.makeListener(listener, { vpc, subnets })
  }
}
