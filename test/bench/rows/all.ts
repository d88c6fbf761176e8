import type { Row } from '../row.ts'
import { manyRows } from './many.ts'
import { promotionRows } from './promotion.ts'
import { startRows } from './start.ts'

/** All that `make bench` measures, in its order. */
export const rows: readonly Row[] = [...startRows, ...promotionRows, ...manyRows]

/** What `ONLY` may name. */
export const groups = [...new Set(rows.map(({ group }) => group))]
