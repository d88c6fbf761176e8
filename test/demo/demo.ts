import { once } from 'node:events'
import { short } from '../../scripts/names/commit.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { abandonRollout } from './abandoned.ts'
import { actionsIn } from './actions.ts'
import { allowLongerLines, failForSome, raisePrice, shiftInPhases } from './developer.ts'
import { goBackWithoutGit } from './going-back.ts'
import { keepRunning } from './keep.ts'
import { runToCleanEnd } from './lifecycle.ts'
import { pageOn } from './page.ts'
import { bringToProduction } from './production.ts'
import { repeatEverything } from './repeat.ts'
import { printRunning, readRunning } from './running.ts'
import { setUp } from './scene.ts'
import { printEnd, printReleases, readReleases } from './summary.ts'
import { deployFirst, watchingOf } from './watching.ts'

const page = pageOn(process.stdout)
const keep = process.env.KEEP === '1'

process.exitCode = await runToCleanEnd(page, async (cleanup, signal) => {
  page.line(page.paint('bold', "Waybill's demo: from commits to releases to what runs"))
  page.text(
    "Real: git, Terraform, the services' builds, the workflow files, and Waybill's commands, called as make calls them. Stand-ins, all on this machine: AWS, Terraform's AWS provider, GitHub Actions, and docker. You need no AWS account and no Docker.",
  )
  const chapter = (title: string) => page.line(`\n${page.paint('bold', title)}`)

  chapter('Set up the accounts, once')
  const scene = await setUp(cleanup, signal, page)
  const { build, push, release, waitForCi } = actionsIn(scene)
  const toProduction = async (tags: readonly string[], showPlan: boolean) => {
    if (!scene.deploys) return
    for (const tag of tags) await bringToProduction(scene, { tag, showPlan })
  }

  chapter('Release service-a for the first time')
  await build()
  const initial = await release({ SERVICE: 'a', VERSION: '1.0.0' })
  if (scene.deploys) await release({ SERVICE: 'guardian', VERSION: '1.0.0' })
  await waitForCi()
  if (scene.deploys) await deployFirst(scene, 'guardian-v1.0.0')
  await toProduction(initial, false)

  chapter('Change two services')
  const raised = await push(raisePrice)
  await push(shiftInPhases)
  await waitForCi()

  chapter('Release all three, one of them from an older commit')
  const minor = await release({ SERVICE: 'a', VERSION: 'minor', COMMIT: short(raised) })
  await release({ SERVICE: 'b,c', VERSION: '1.0.0' })
  await waitForCi()
  await toProduction(minor, true)

  if (scene.deploys) {
    chapter('The new price is wrong, and git is down')
    await goBackWithoutGit(scene, { service: 'a', reason: 'wrong price' })
    await waitForCi()
  }

  if (scene.deploys) {
    chapter('Give new code a share of the traffic, and watch it')
    const watching = watchingOf(scene, 'service-b' as ServiceName)
    await watching.first('service-b-v1.0.0')
    const longer = await push(allowLongerLines)
    await push(failForSome)
    await waitForCi()
    const [good = ''] = await release({ SERVICE: 'b', VERSION: 'minor', COMMIT: short(longer) })
    await waitForCi()
    await watching.deploy(good, 'is verified')
    const [bad = ''] = await release({ SERVICE: 'b', VERSION: 'minor' })
    await waitForCi()
    await watching.deploy(bad, 'is sent back')

    chapter('Try it again, and the machine that watches it dies')
    await abandonRollout(scene, bad)
    await watching.giveUp()
    await waitForCi()
  }

  chapter('Run it all again, and look at what is there')
  await repeatEverything(scene, minor)
  const releases = await readReleases(scene)
  await printReleases(page, releases)
  if (scene.deploys) await printRunning(page, await readRunning(scene, releases))
  printEnd(page, releases, scene)
  if (!keep) return page.line('To try it yourself: make demo KEEP=1\n')
  await keepRunning(scene)
  if (!signal.aborted) await once(signal, 'abort')
})
