import { type Applied, kindOfApplied } from '../../kinds/applied.ts'
import { wholeOf } from '../../kinds/io/mover.ts'
import type { Movers } from '../../kinds/io/movers.ts'

/** Where the traffic goes now, in words, and whether that is what was applied. */
export type PointerSeen = { readonly isApplied: boolean; readonly says: string }

/** Reads where the traffic of an applied stack goes. */
export async function readPointer(movers: Movers, applied: Applied): Promise<PointerSeen> {
  const pointer = await (await movers(applied.kind)).look(applied)
  if (pointer === undefined)
    return { isApplied: false, says: `${kindOfApplied(applied).pointer(applied)} does not exist` }
  return {
    isApplied: wholeOf(pointer) === applied.revision,
    says: `${pointer.says}; applied is ${applied.revision}`,
  }
}
