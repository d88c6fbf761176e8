import { once } from 'node:events'
import { reporter } from '../../scripts/cli/reporter.ts'
import { short } from '../../scripts/core/commit.ts'
import { actionsIn } from './actions.ts'
import { allowLongerLines, raisePrice } from './developer.ts'
import { whatToTry } from './keep.ts'
import { runToCleanEnd } from './lifecycle.ts'
import { setUp } from './scene.ts'
import { printEnd, printReleases, readReleases } from './summary.ts'

const report = reporter(process.stdout)
const keep = process.env.KEEP === '1'

process.exitCode = await runToCleanEnd(report, async (cleanup, signal) => {
  report.line(
    report.paint(
      'bold',
      "Waybill's demo: from commits to releases to pins, with no AWS account and no Docker",
    ),
  )
  report.line(
    'AWS is a stand-in on loopback, and so is docker: it writes each image without an engine, from the',
  )
  report.line(
    "service's real files. git, the services' builds and Waybill's commands (node scripts/….ts, as make",
  )
  report.line('runs them) are the real ones.\n')

  const scene = await setUp(cleanup, signal, report)
  const { build, push, release, waitForPins, repeat } = actionsIn(scene)

  await build()
  await waitForPins(await release({ SERVICE: 'a', VERSION: '1.0.0' }))

  const raised = await push(raisePrice)
  await build()
  await push(allowLongerLines)
  await build()

  const minor = await release({ SERVICE: 'a', VERSION: 'minor', COMMIT: short(raised) })
  const first = await release({ SERVICE: 'b,c', VERSION: '1.0.0' })
  await waitForPins([...minor, ...first])
  await repeat(minor)

  const releases = await readReleases(scene)
  await printReleases(report, releases, scene)
  printEnd(report, releases, scene)
  if (!keep) return report.line('To try it yourself: make demo KEEP=1\n')
  report.line(whatToTry(scene.workspace, scene.emulator))
  if (!signal.aborted) await once(signal, 'abort')
})
