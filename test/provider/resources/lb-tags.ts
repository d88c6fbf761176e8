import { AddTagsCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import type { Change } from './resource-type.ts'
import { textMap } from './shape.ts'
import { tagChanges, tagList } from './tags.ts'

/** The tags of a new resource of a load balancer; undefined without tags. */
export function lbTags(planned: State): { Key: string; Value: string }[] | undefined {
  const tags = tagList(textMap(planned.tags_all))
  return tags.length > 0 ? tags : undefined
}

/** Sets and removes the changed tags. */
export async function retagLb({ balancers }: Aws, change: Change): Promise<void> {
  const ResourceArns = [String(change.prior.arn)]
  const { set, gone } = tagChanges(change)
  if (gone.length > 0) await balancers.send(new RemoveTagsCommand({ ResourceArns, TagKeys: gone }))
  if (Object.keys(set).length > 0)
    await balancers.send(new AddTagsCommand({ ResourceArns, Tags: tagList(set) }))
}
