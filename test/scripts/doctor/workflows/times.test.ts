import { describe, expect, it } from 'vitest'
import { longestDeploy } from '../../../../scripts/catalogue/longest-deploy.ts'
import type { ServiceConfig } from '../../../../scripts/catalogue/service-config.ts'
import { readWorkflowFile } from '../../../../scripts/doctor/workflows/file.ts'
import { checkTimes } from '../../../../scripts/doctor/workflows/times.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { environments, services } from '../../../cdktf/catalogue.ts'

const deploy = { run: '.github/scripts/run.sh node scripts/deploy.ts' }

function checked(strategy: string, job: object) {
  const all = services({
    'service-a': { kind: 'lambda-zip' },
    'service-b': { kind: 'lambda-zip', environments: { prod: { strategy } } },
  })
  const workflow = readWorkflowFile('x.yml', { on: 'push', jobs: { one: { steps: [deploy], ...job } } })
  return checkTimes(
    [['x.yml', workflow]],
    longestDeploy(Object.entries(all) as [ServiceName, ServiceConfig][], environments().environments),
  )
}

const [twoHours, sevenHours, thirteenHours] = ['10%/1h, 100%/1h', '10%/6h, 100%/1h', '10%/12h, 100%/1h']

describe('the times of rollouts', () => {
  it.each<[string, string, object]>([
    ['a job without a limit, which has 6 hours', twoHours, {}],
    ['a job that lasts long enough', twoHours, { 'timeout-minutes': 169 }],
    [
      'a limit that only a run knows',
      sevenHours,
      { 'timeout-minutes': ['$', '{{ fromJSON(inputs.minutes) }}'].join('') },
    ],
    ['a job on a machine of its own', sevenHours, { 'timeout-minutes': 600, 'runs-on': 'self-hosted' }],
    ['a job that deploys nothing', thirteenHours, { steps: [], 'timeout-minutes': 5 }],
  ])('fit %s', (_, strategy, job) => expect(checked(strategy, job).state).toBe('ok'))

  it('of the longest one are named', () => {
    expect(checked(twoHours, {}).detail).toBe(
      'a deploy of service-b to prod can take 2h49m, which is the longest',
    )
  })

  it.each<[string, string, object, string, string]>([
    [
      'a job that ends before',
      twoHours,
      { 'timeout-minutes': 60 },
      'a deploy of service-b to prod can take 2h49m, and x.yml ends the job after 1h',
      'Shorten its strategy in services/service-b/service.json, or write timeout-minutes: 169 for that job.',
    ],
    [
      "a job on GitHub's machines, whatever it says",
      sevenHours,
      { 'timeout-minutes': 600, 'runs-on': 'ubuntu-24.04' },
      'a deploy of service-b to prod can take 7h49m, and x.yml ends the job after 6h',
      'Shorten its strategy in services/service-b/service.json, or write timeout-minutes: 469 for that job, on a runner of your own.',
    ],
    [
      'any session of a role',
      thirteenHours,
      { 'timeout-minutes': 1000, 'runs-on': 'self-hosted' },
      'a deploy of service-b to prod can take 13h49m, and no session of a role lasts longer than 12h',
      'Shorten its strategy in services/service-b/service.json.',
    ],
  ])('do not fit %s', (_, strategy, job, detail, remedy) => {
    expect(checked(strategy, job)).toMatchObject({ state: 'failed', detail, remedy })
  })
})
