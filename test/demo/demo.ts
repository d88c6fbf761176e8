import { once } from 'node:events'
import { reporter } from '../../scripts/cli/reporter.ts'
import { short } from '../../scripts/names/commit.ts'
import { actionsIn } from './actions.ts'
import { allowLongerLines, raisePrice } from './developer.ts'
import { whatToTry } from './keep.ts'
import { runToCleanEnd } from './lifecycle.ts'
import { bringToProduction } from './production.ts'
import { repeatEverything } from './repeat.ts'
import { printRunning, readRunning } from './running.ts'
import { setUp } from './scene.ts'
import { printEnd, printReleases, readReleases } from './summary.ts'

const report = reporter(process.stdout)
const keep = process.env.KEEP === '1'

process.exitCode = await runToCleanEnd(report, async (cleanup, signal) => {
  report.line(
    report.paint(
      'bold',
      "Waybill's demo: from commits to releases to what runs, with no AWS account and no Docker",
    ),
  )
  report.line(
    'AWS is a stand-in on loopback, and so are GitHub Actions, which runs the real workflow files, docker, which',
  )
  report.line(
    "writes each image without an engine from the service's real files, and Terraform's AWS provider. git,",
  )
  report.line(
    "Terraform, the services' builds and Waybill's commands (as make runs them) are the real ones.\n",
  )

  const scene = await setUp(cleanup, signal, report)
  const { build, push, release, waitForCi } = actionsIn(scene)
  const toProduction = async (tags: readonly string[], showPlan: boolean) => {
    if (!scene.deploys) return
    for (const tag of tags) await bringToProduction(scene, { service: 'a', tag, showPlan })
  }

  await build()
  const initial = await release({ SERVICE: 'a', VERSION: '1.0.0' })
  await waitForCi()
  await toProduction(initial, false)

  const raised = await push(raisePrice)
  await waitForCi()
  await push(allowLongerLines)
  await waitForCi()

  const minor = await release({ SERVICE: 'a', VERSION: 'minor', COMMIT: short(raised) })
  await release({ SERVICE: 'b,c', VERSION: '1.0.0' })
  await waitForCi()
  await toProduction(minor, true)
  await repeatEverything(scene, minor)

  const releases = await readReleases(scene)
  await printReleases(report, releases)
  if (scene.deploys) await printRunning(report, await readRunning(scene, releases))
  printEnd(report, releases, scene)
  if (!keep) return report.line('To try it yourself: make demo KEEP=1\n')
  report.line(whatToTry(scene))
  if (!signal.aborted) await once(signal, 'abort')
})
