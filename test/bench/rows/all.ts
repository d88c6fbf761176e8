import type { Row } from '../row.ts'
import { historyRows } from './history.ts'
import { manyRows } from './many.ts'
import { planRows } from './plan.ts'
import { promotionRows } from './promotion.ts'
import { reconcileRows } from './reconcile.ts'
import { startRows } from './start.ts'
import { synthRows } from './synth.ts'
import { trafficRows } from './traffic.ts'

/** All that `make bench` measures, in its order. */
export const rows: readonly Row[] = [
  ...startRows,
  ...promotionRows,
  ...manyRows,
  ...historyRows,
  ...reconcileRows,
  ...synthRows,
  ...planRows,
  ...trafficRows,
]

/** What `ONLY` may name. */
export const groups = [...new Set(rows.map(({ group }) => group))]
