import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { settingsDigest } from '../../ledger/io/settings-digest.ts'
import { isTerraformFile } from '../../names/own-resources.ts'
import { packPlan } from '../../plan/bundle.ts'
import type { Planned } from '../../plan/io/plan-targets.ts'
import type { Session } from '../../plan/io/session.ts'
import { planStore, type SavedPlan } from '../../plan/io/store.ts'
import { planFile } from '../../terraform/io/stack.ts'

type Place = {
  /** A file, or an address in the state bucket. */
  readonly out: string
  readonly folder: string
}

/** Saves a plan with everything that a deploy compares before it applies it. */
export async function savePlan(
  { pinned, settings, terraform, project }: Session,
  { target, stack }: Planned,
  { out, folder }: Place,
): Promise<SavedPlan> {
  const [config, plan] = await Promise.all(
    ['cdk.tf.json', planFile].map(name => readFile(join(stack.folder, name))),
  )
  const about = {
    schema: 1,
    service: target.service,
    environment: target.environment,
    pin: target.pinText,
    head: pinned.head,
    settings: settingsDigest(
      target,
      pinned.services.get(target.service) as ServiceConfig,
      pinned.environment,
      pinned.own.get(target.service),
    ),
    terraform: terraform.version,
  } as const
  const own = await readOwnTerraform(stack.folder)
  const bytes = packPlan({ about, stack: config as Buffer, own, plan: plan as Buffer })
  const store = planStore(settings, pinned.environment, { folder, clock: project.clock })
  return await store.save(out, target, bytes)
}

/** The Terraform files of the service that stand beside its stack: an apply initializes with them, too. */
async function readOwnTerraform(folder: string): Promise<Record<string, Uint8Array>> {
  const names = (await readdir(folder)).filter(name => isTerraformFile(name) && name !== 'cdk.tf.json')
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name))] as const)),
  )
}
