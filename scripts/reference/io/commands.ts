import { bootstrap } from '../../bootstrap.ts'
import { build } from '../../build.ts'
import type { Answering } from '../../cli/answer.ts'
import type { Command } from '../../cli/command.ts'
import { deploy } from '../../deploy.ts'
import { destroy } from '../../destroy.ts'
import { doctor } from '../../doctor.ts'
import { history } from '../../history.ts'
import { hold } from '../../hold.ts'
import { incident } from '../../incident.ts'
import { init } from '../../init.ts'
import { pin } from '../../pin.ts'
import { plan } from '../../plan.ts'
import { promote } from '../../promote.ts'
import { prune } from '../../prune.ts'
import { reconcile } from '../../reconcile.ts'
import { release } from '../../release.ts'
import { resume } from '../../resume.ts'
import { rollback } from '../../rollback.ts'
import { trace } from '../../trace.ts'
import { upgrade } from '../../upgrade.ts'
import { yank } from '../../yank.ts'

/** Every command but `schemas`, which imports this list. */
export const commands: readonly Command[] = [
  bootstrap,
  build,
  deploy,
  destroy,
  doctor,
  history,
  hold,
  incident,
  init,
  pin,
  plan,
  promote,
  prune,
  reconcile,
  release,
  resume,
  rollback,
  trace,
  upgrade,
  yank,
]

/** What each of some commands answers. */
export async function answersOf(some: readonly Command[]): Promise<Answering[]> {
  return await Promise.all(some.map(async ({ name, load }) => ({ name, answer: (await load()).answer })))
}
