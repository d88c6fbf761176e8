import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import type { Change } from './resource-type.ts'
import { textMap } from './shape.ts'
import { tagChanges } from './tags.ts'

/** The tags of a new ECS resource, with lower-case keys as ECS wants them; undefined without tags. */
export function ecsTags(planned: State): { key: string; value: string }[] | undefined {
  const tags = pairs(textMap(planned.tags_all) ?? {})
  return tags.length > 0 ? tags : undefined
}

/** Sets and removes the changed tags. */
export async function retagEcs({ ecs }: Aws, change: Change): Promise<void> {
  const resourceArn = String(change.prior.arn)
  const { set, gone } = tagChanges(change)
  if (gone.length > 0) await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: gone }))
  if (Object.keys(set).length > 0) await ecs.send(new TagResourceCommand({ resourceArn, tags: pairs(set) }))
}

function pairs(tags: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}
