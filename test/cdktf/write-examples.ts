import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesize } from '../../cdktf/synthesize.ts'
import { projectRoot } from '../support/run.ts'
import { environments, pinned, services } from './catalogue.ts'
import { everyEcsSetting } from './every-ecs-setting.ts'
import { fullFunctions } from './examples/every-lambda-setting.ts'

/* Writes stacks with every setting next to those of `node cdktf/main.ts`, for the real provider to validate in CI. */

const places = environments(json => {
  delete json.environments.prod
})
const all = services({
  'every-ecs-setting': { kind: 'ecs-service', settings: everyEcsSetting },
  ...fullFunctions,
})
const outdir = mkdtempSync(join(tmpdir(), 'waybill-examples-'))
try {
  for (const { id } of synthesize({ ...pinned(all, places), foundation: false, outdir }))
    cpSync(join(outdir, 'stacks', id), join(projectRoot, 'cdktf.out', 'stacks', id), { recursive: true })
} finally {
  rmSync(outdir, { recursive: true })
}
