import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { anotherClone, remoteState, writeHook } from '../support/clones.ts'
import { runIn, start } from './process.ts'
import { nameVictim, writeKillingHook } from './pushes.ts'
import { prepare } from './recording.ts'
import { buildHead, pushes } from './scenarios.ts'
import { makeTemplate } from './scene.ts'

const template = await makeTemplate()

it('refuses a pin if its release is yanked while the branch moves', async context => {
  const pin = pushes.find(({ command }) => command === 'pin')
  if (pin === undefined) throw new Error('there is no pin among the scenarios')
  const scene = await prepare(template, pin, context.onTestFinished)
  const rival = await anotherClone(scene, 'rival')
  // The branch moves before the first push.
  await writeHook(
    scene,
    'pre-receive',
    `[ -e "$GIT_DIR/moved" ] && exit 0
touch "$GIT_DIR/moved"
unset GIT_DIR GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
cd '${rival}' && git commit --quiet --allow-empty --message rival && git push --quiet origin HEAD:main`,
  )
  const marker = (one: { resource: string }) => one.resource.includes('/releases/yanked/')
  scene.emulator.inject({
    operation: marker,
    skip: 1,
    times: 1,
    kind: 'delay',
    action: async () => {
      const yanked = await runIn(scene, 'yank', { TAG: 'service-a-v1.0.0', REASON: 'loses orders' })
      expect(yanked).toMatchObject({ code: 0 })
    },
  })
  const outcome = await runIn(scene, pin.command, pin.options)
  expect(outcome).toMatchObject({ code: 3, stderr: expect.stringMatching(/was yanked[\s\S]*loses orders/) })
  expect(await scene.git(['log', '-1', '--format=%s', 'main'], scene.remote)).toBe('rival')
})

it('git killed while it locks the clone leaves the lock, and the next run says so', async context => {
  const release = pushes.find(({ command }) => command === 'release')
  if (release === undefined) throw new Error('there is no release among the scenarios')
  const scene = await prepare(template, { ...release, prepare: buildHead }, context.onTestFinished)
  const before = await remoteState(scene)
  await writeKillingHook(scene, 'while the clone makes', 1)
  const first = start(scene, release.command, release.options)
  await nameVictim(scene, 'while the clone makes', 'the whole group', first.pid)
  expect((await first.ended).code).toBe(-1)
  const outcome = await runIn(scene, release.command, release.options)
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('remove the lock file') })
  const [lock = ''] = /[^']*\.lock(?=': File exists)/.exec(outcome.stderr) ?? []
  expect(await remoteState(scene)).toBe(before)
  await rm(join(scene.clone, lock.slice(lock.indexOf('.git/'))))
  expect(await runIn(scene, release.command, release.options)).toMatchObject({ code: 0, stderr: '' })
})
