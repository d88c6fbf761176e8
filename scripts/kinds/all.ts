import { ecsService } from './ecs-service/kind.ts'
import type { Kind } from './kind.ts'
import { lambdaImage } from './lambda-image/kind.ts'
import { lambdaZip } from './lambda-zip/kind.ts'

/** Every kind of service, by its name in service.json. */
export const kinds = tableOf({
  'lambda-zip': lambdaZip,
  'lambda-image': lambdaImage,
  'ecs-service': ecsService,
})

// A row under the name of another kind does not compile.
function tableOf<Rows extends { readonly [Name in keyof Rows & string]: Kind<Name> }>(rows: Rows): Rows {
  return rows
}

/** The name of a kind, as in service.json. */
export type KindName = keyof typeof kinds

/** The names of all kinds. */
export const kindNames = Object.keys(kinds) as KindName[]

/** Looks up a kind by its name. */
export function kindOf({ kind }: { readonly kind: KindName }): Kind<KindName> {
  return kinds[kind]
}
