import { setTimeout as sleep } from 'node:timers/promises'
import { GetLifecyclePolicyPreviewCommand, StartLifecyclePolicyPreviewCommand } from '@aws-sdk/client-ecr'
import { expect } from 'vitest'
import { sampleImage } from '../emulator/sample-image.ts'
import { push } from './ecr-images.ts'
import type { Expectation } from './expectation.ts'
import type { Target } from './target.ts'

const guide = 'Amazon ECR User Guide, Automate the cleanup of images by using lifecycle policies'
const keepOne = { countType: 'imageCountMoreThan', countNumber: 1 }

/** What ECR's lifecycle rules would expire, asked with a preview, which deletes nothing. */
export const ecrLifecycle: Expectation[] = [
  {
    title: 'a rule of higher priority protects what it matches, and the patterns of one rule mean AND',
    row: 'ecr-lifecycle',
    service: 'ecr',
    source: `${guide}, How lifecycle policies work; Lifecycle policy properties, tagPatternList`,
    needs: 'lifecycle preview',
    run: async target => {
      const repositoryName = await target.repository('lifecycle')
      const tags = ['service-a-v1.0.0', 'build-1', 'build-2']
      for (const tag of tags) await push(target, repositoryName, sampleImage(`lifecycle ${tag}`), tag)
      const keep = {
        tagStatus: 'tagged',
        tagPatternList: ['*-v*'],
        countType: keepOne.countType,
        countNumber: 999,
      }
      const rest = { tagStatus: 'any', ...keepOne }
      expect(await preview(target, repositoryName, keep, rest)).toEqual(['build-1'])
      const both = { tagStatus: 'tagged', tagPatternList: ['*-v*', 'build-*'], ...keepOne }
      expect(await preview(target, repositoryName, both)).toEqual([])
    },
  },
]

async function preview({ ecr }: Target, repositoryName: string, ...selections: object[]): Promise<string[]> {
  const rules = selections.map((selection, index) => ({
    rulePriority: index + 1,
    selection,
    action: { type: 'expire' },
  }))
  const lifecyclePolicyText = JSON.stringify({ rules })
  await ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }))
  for (let waited = 0; waited < 25; waited += 1) {
    const answer = await ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }))
    if (answer.status === 'COMPLETE')
      return answer.previewResults?.flatMap(({ imageTags = [] }) => imageTags) ?? []
    if (answer.status !== 'IN_PROGRESS') throw new Error(`the preview ended as ${answer.status}`)
    await sleep(1000)
  }
  throw new Error('the preview did not end within 25 seconds')
}
