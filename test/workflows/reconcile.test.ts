import { expect, it } from 'vitest'
import { eventOf } from '../../scripts/ledger/entry.ts'
import { deployEnvironments, expectDone } from '../support/deploy.ts'
import { ledgersIn } from '../support/ledger.ts'
import { target } from '../support/ledger-entries.ts'
import { storeZip } from '../support/releases.ts'
import { everyCase } from '../support/sample.ts'
import { zipService } from '../support/world.ts'
import { jobsOf, makePipeline, type Pipeline, pinnedTag } from './pipeline.ts'

/** Leaves the ledger of service-b as a deploy would that was killed once the traffic had arrived. */
async function leaveOpen({ emulator }: Pipeline): Promise<void> {
  const ledger = await ledgersIn(emulator, deployEnvironments.artifacts.account)
  const { entry } = await ledger.head(target)
  const event = entry && eventOf(entry)
  if (entry === undefined || event?.type !== 'verified') throw new Error('service-b is not verified')
  await ledger.append(target, entry.who, () => ({ type: 'started', deployment: event.deployment }))
}

it.runIf(everyCase)(
  'the schedule releases tags that started nothing, and fails for what only a person can fix',
  async ({ onTestFinished }) => {
    const world = await makePipeline({
      onFinished: onTestFinished,
      services: { ...zipService('service-b'), ...zipService('service-c') },
      async before(before) {
        expectDone(await before.waybill('bootstrap', { ENV: 'prod' }))
        // Pinned, and not deployed.
        await before.pinned('service-c', '1.0.0', 'prod')
      },
    })
    const { runner } = world
    const commit = await world.git(['rev-parse', 'HEAD'])
    await storeZip(world, 'service-b', await world.git(['rev-list', '--max-parents=0', 'HEAD']))
    // service-c has no artifact of this commit: nothing was built.
    await world.commit({ 'services/service-c/main.txt': 'newer\n' }, 'Not built [skip ci]', false)
    for (const [tag, at] of [
      ['service-b-v1.0.0', commit],
      ['note-1', commit],
      ['note-2', commit],
      ['service-c-v1.1.0', 'HEAD'],
    ] as const)
      await world.git(['tag', '--annotate', '--message', tag, tag, at])
    await world.git(['push', '--quiet', 'origin', 'HEAD:hotfix/c'])
    // Four tags in one push create no event.
    await world.git(['push', '--quiet', 'origin', 'service-b-v1.0.0', 'note-1', 'note-2', 'service-c-v1.1.0'])
    await runner.idle()
    expect(runner.runs()).toEqual([])

    await runner.schedule()
    await runner.idle()
    const [run] = runner.runs()
    expect([run?.workflow, run?.conclusion]).toEqual(['reconcile', 'failure'])
    const inner = 'release (service-b-v1.0.0)'
    expect(jobsOf(run).sort()).toEqual(
      [
        'find failure',
        `${inner} / release success`,
        `${inner} / bring (staging) / deploy / deploy success`,
        `${inner} / bring (staging) / deploy / plan skipped`,
        `${inner} / bring (staging) / deploy / approval skipped`,
        `${inner} / bring (staging) / deploy / apply skipped`,
        `${inner} / bring (staging) / verify success`,
        'drift (prod) failure',
        'drift (staging) success',
      ].sort(),
    )
    expect(await pinnedTag(world, 'staging', 'service-b')).toBe('service-b-v1.0.0')
    const summaryOf = (name: string) => run?.jobs.find(job => job.name === name)?.summary
    expect(summaryOf('find')).toContain('service-c-v1.1.0')
    expect(summaryOf('drift (prod)')).toContain('service-c-v1.0.0, for the first time')

    await leaveOpen(world)
    await runner.schedule()
    await runner.idle()
    const later = runner.runs().at(-1)
    expect(jobsOf(later)).toContain('drift (staging) failure')
    const drift = later?.jobs.find(job => job.name === 'drift (staging)')
    expect(drift?.summary).toContain('the rollout of service-b-v1.0.0 has ended, and no entry says so')
  },
)
