import type { Command } from '../../cli/command.ts'

/** Loads one command, so that the program which takes its name need not load all. */
export const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('../../init.ts')).init,
  upgrade: async () => (await import('../../upgrade.ts')).upgrade,
  doctor: async () => (await import('../../doctor.ts')).doctor,
  bootstrap: async () => (await import('../../bootstrap.ts')).bootstrap,
  build: async () => (await import('../../build.ts')).build,
  release: async () => (await import('../../release.ts')).release,
  promote: async () => (await import('../../promote.ts')).promote,
  pin: async () => (await import('../../pin.ts')).pin,
  plan: async () => (await import('../../plan.ts')).plan,
  deploy: async () => (await import('../../deploy.ts')).deploy,
  rollback: async () => (await import('../../rollback.ts')).rollback,
  hold: async () => (await import('../../hold.ts')).hold,
  resume: async () => (await import('../../resume.ts')).resume,
  history: async () => (await import('../../history.ts')).history,
  incident: async () => (await import('../../incident.ts')).incident,
  trace: async () => (await import('../../trace.ts')).trace,
  reconcile: async () => (await import('../../reconcile.ts')).reconcile,
  yank: async () => (await import('../../yank.ts')).yank,
  prune: async () => (await import('../../prune.ts')).prune,
  destroy: async () => (await import('../../destroy.ts')).destroy,
}
