import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { pushTag } from '../../../support/releases.ts'
import { writeFiles } from '../../../support/world.ts'
import { buildAll, endAsTheySay, pinImage, promoteImage, type Row, releaseNext } from './bad-input.ts'

const files: Record<string, Row> = {
  'no environments.json': {
    async arrange(world) {
      await rm(join(world.clone, 'cdktf/environments.json'))
      return promoteImage
    },
    code: 2,
    says: ['cdktf/environments.json cannot be read', 'no such file'],
  },
  'an environments.json with several faults': {
    async arrange(world) {
      const broken = {
        artifacts: { account: 111111111111, region: 'frankfurt' },
        releasebranches: ['main\u202e'],
      }
      await writeFiles(world.clone, { 'cdktf/environments.json': JSON.stringify(broken) })
      return pinImage
    },
    code: 2,
    says: [
      'artifacts.account: ',
      'artifacts.region: ',
      'artifacts.bucket: ',
      'environments: ',
      'releasebranches',
    ],
  },
  'an environments.json that is not JSON': {
    async arrange(world) {
      await writeFiles(world.clone, { 'cdktf/environments.json': '{\n  "artifacts": \u202e}' })
      return releaseNext
    },
    code: 2,
    says: ['cdktf/environments.json is not JSON'],
  },
  'broken service.json files in the work tree': {
    async arrange(world) {
      await world.commit({
        'services/service-a/service.json': JSON.stringify({ kind: 'ecs', inputs: ['../x'], extra: 1 }),
        'services/service-b/service.json': JSON.stringify({ kind: 'lambda-zip', build: { output: '.' } }),
        'services/Service_C/service.json': '{}',
      })
      return buildAll
    },
    code: 2,
    says: [
      'services/service-a/service.json',
      'inputs.0',
      'build.command',
      'build.output',
      'services/"Service_C"',
    ],
  },
  'a broken service.json in the tagged commit': {
    async arrange(world) {
      const commit = await world.commit({ 'services/service-a/service.json': '{ "kind": "ecs-service", ' })
      await pushTag(world, 'service-a-v2.0.0', commit)
      return ['promote', { TAG: 'service-a-v2.0.0' }]
    },
    code: 2,
    says: ['services/service-a/service.json at ', 'is not JSON', 'in a new commit'],
  },
  'a broken service.json in the commit to release': {
    async arrange(world) {
      await world.commit({ 'services/service-a/service.json': '{ "kind": "ecs-service", "inptus": [] }' })
      return releaseNext
    },
    code: 2,
    says: ['services/service-a/service.json at ', 'inptus'],
  },
}

describe.concurrent('files', () => endAsTheySay(files))
