import { describe } from 'vitest'
import { anotherClone } from '../../../support/clones.ts'
import { moveTag, pushTag } from '../../../support/releases.ts'
import { zipService } from '../../../support/world.ts'
import {
  endAsTheySay,
  pinImage,
  promoteImage,
  promoteNext,
  promoteZip,
  type Row,
  releaseNext,
} from './bad-input.ts'

const tags: Record<string, Row> = {
  'a lightweight tag': {
    async arrange(world) {
      await world.git(['tag', 'service-a-v2.0.0'])
      await world.git(['push', '--quiet', 'origin', 'service-a-v2.0.0'])
      return promoteNext
    },
    code: 3,
    says: ['service-a-v2.0.0 is not an annotated tag', 'git push origin :refs/tags/service-a-v2.0.0'],
  },
  'a release where a lightweight tag is': {
    async arrange(world) {
      await world.git(['push', '--quiet', 'origin', 'HEAD:refs/tags/service-a-v2.0.0'])
      return ['release', { SERVICE: 'a', VERSION: '2.0.0' }]
    },
    code: 3,
    says: ['service-a-v2.0.0', 'it is a lightweight tag', 'git push origin :refs/tags/service-a-v2.0.0'],
  },
  'a tag that was moved on the remote': {
    async arrange(world) {
      await moveTag(world, 'service-b-v1.0.0', await anotherClone(world))
      return promoteZip
    },
    code: 3,
    says: ['it differs here and on the remote origin', 'git tag -d service-b-v1.0.0'],
  },
  'a tag that was moved after its release': {
    async arrange(world) {
      await moveTag(world, 'service-a-v1.0.0')
      return promoteImage
    },
    code: 3,
    says: ['service-a-v1.0.0 was already released, but not from this tag'],
  },
  'a pin of a tag that was moved after its release': {
    async arrange(world) {
      await moveTag(world, 'service-a-v1.0.0')
      return pinImage
    },
    code: 3,
    says: ['is not the one that was released'],
  },
  'a tag on a commit that is on no release branch': {
    async arrange(world) {
      await world.git(['checkout', '--quiet', '-b', 'feature'])
      const commit = await world.commit({ 'services/service-a/main.txt': 'feature\n' })
      await pushTag(world, 'service-a-v2.0.0', commit)
      return promoteNext
    },
    code: 3,
    says: ['service-a-v2.0.0 is on no release branch of the remote origin', 'main, hotfix/*'],
  },
  'a release of a commit that was not pushed': {
    async arrange(world) {
      const commit = await world.commit({ 'services/service-a/main.txt': 'mine\n' }, 'Mine', false)
      await world.storeImage('service-a', commit)
      return ['release', { SERVICE: 'a', VERSION: '1.1.0', COMMIT: 'HEAD' }]
    },
    code: 3,
    says: ['is on no release branch of the remote', 'push'],
  },
  'a tag of a folder': {
    async arrange(world) {
      await world.git(['tag', '--annotate', '--message', 'x', 'service-a-v2.0.0', 'HEAD^{tree}'])
      await world.git(['push', '--quiet', 'origin', 'service-a-v2.0.0'])
      return promoteNext
    },
    code: 3,
    says: ['names no commit'],
  },
  'a release of a service that is not in that commit': {
    async arrange(world) {
      const before = await world.git(['rev-parse', 'HEAD'])
      await world.commit(zipService('service-new'))
      return ['release', { SERVICE: 'new', VERSION: '1.0.0', COMMIT: before }]
    },
    code: 2,
    says: ['there is no service new at', 'There are: service-a, service-b'],
  },
  'a tag of a service that is not in its commit': {
    async arrange(world) {
      await pushTag(world, 'service-x-v1.0.0', 'HEAD')
      return ['promote', { TAG: 'service-x-v1.0.0' }]
    },
    code: 2,
    says: ['there is no service service-x at'],
  },
  'a commit with no artifact': {
    async arrange(world) {
      await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
      return releaseNext
    },
    code: 4,
    says: ['is not built yet', 'make build SERVICE=service-a', 'WAIT=10m'],
  },
}

describe.concurrent('tags', () => endAsTheySay(tags))
