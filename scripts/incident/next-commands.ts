import { parseTag } from '../names/release-tag.ts'
import type { Incident } from './incident.ts'

/** The commands that lead from a rollback to a fixed release, in the order in which they are run. */
export function nextCommands({ target: { service, environment }, bad, isHeld }: Incident): string[] {
  const where = `ENV=${environment} SERVICE=${service}`
  const tag = bad.tag !== undefined && parseTag(bad.tag) !== undefined ? bad.tag : undefined
  return [
    ...(tag === undefined ? [] : [`make yank TAG=${tag} REASON='…'   # if nobody may pin it again`]),
    `make release SERVICE=${service} VERSION=patch   # once the fix is merged and built`,
    `make pin ENV=${environment} TAG=${service}-v…`,
    ...(isHeld ? [`make resume ${where} REASON='…'`] : []),
    `make deploy ${where}   # with "strategy": "5%/15m, 25%/30m, 100%/30m" in its service.json, it starts with a few requests`,
  ]
}
