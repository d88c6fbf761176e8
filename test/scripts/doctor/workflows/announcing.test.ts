import { expect, it } from 'vitest'
import { checkAnnouncing } from '../../../../scripts/doctor/workflows/announcing.ts'
import { readWorkflowFile } from '../../../../scripts/doctor/workflows/file.ts'
import { environments } from '../../../cdktf/catalogue.ts'

const steps = [{ run: '.github/scripts/run.sh node scripts/deploy.ts' }]

function checked(notices: object | undefined, permissions: unknown) {
  const known = environments(json => {
    Object.assign(json, { github: { repository: 'acme/parcels' } })
    Object.assign(json.environments.staging as object, { notices })
  })
  const workflow = readWorkflowFile('x.yml', { on: 'push', jobs: { one: { steps, permissions } } })
  return checkAnnouncing([['x.yml', workflow]], known).map(({ state, detail }) => `${state}: ${detail}`)
}

const both = { githubDeployments: true, githubRecords: true }

it.each<[string, object | undefined, unknown, string[]]>([
  ['no notices', undefined, {}, []],
  ['none for GitHub', { jobSummary: true }, {}, []],
  [
    'all rights',
    both,
    { deployments: 'write', 'artifact-metadata': 'write' },
    ['ok: deployments, artifact-metadata: write'],
  ],
  ['write-all', both, 'write-all', ['ok: deployments, artifact-metadata: write']],
  [
    'a right to read',
    { githubDeployments: true },
    { deployments: 'read' },
    ['failed: a job of x.yml deploys without deployments: write'],
  ],
  [
    'no permissions of its own',
    both,
    undefined,
    ['failed: a job of x.yml deploys without deployments: write and artifact-metadata: write'],
  ],
])('%s', (_, notices, permissions, expected) => expect(checked(notices, permissions)).toEqual(expected))
