import type { KindName } from '../../../../../scripts/kinds/all.ts'
import { applyFunction } from './functions.ts'
import { applyService } from './services.ts'
import type { Apply } from './stand.ts'

/** How a test applies something of each kind. */
export const stands = {
  'lambda-zip': applyFunction('lambda-zip'),
  'lambda-image': applyFunction('lambda-image'),
  'ecs-service': stand => applyService(stand),
} as const satisfies Record<KindName, Apply>
