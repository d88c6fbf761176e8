import { expect, it } from 'vitest'
import { settingsText } from '../../../scripts/ledger/settings.ts'
import { environments } from '../../cdktf/catalogue.ts'
import { config, service } from '../samples.ts'

// What a ledger says was verified names a digest of this text. A setting with a default of its own would change it for
// every service, and each would have to be verified again.
it.each([
  [
    'lambda-zip',
    '"alarms":{"errors":5,"throttles":5},"architecture":"x86_64","criteria":CRITERIA,"handler":"index.handler","inNetwork":false,"logRetentionDays":30,"memory":256,"permissions":[],"runtime":"nodejs24.x","secrets":{},"strategy":"AllAtOnce","timeout":30,"variables":{},"watch":{"alarms":[],"ignoreRinging":[]}',
  ],
  [
    'ecs-service',
    '"alarms":{"cpuPercent":95,"latencyMs":2000,"serverErrors":5},"count":1,"cpu":256,"criteria":CRITERIA,"logRetentionDays":30,"memory":512,"permissions":[],"port":8080,"secrets":{},"strategy":{"type":"rolling"},"variables":{},"watch":{"alarms":[],"ignoreRinging":[]}',
  ],
] as const)('the settings of a %s that gives none are the same text in every version', (kind, expected) => {
  const { staging } = environments().environments
  if (staging === undefined) throw new Error('there is no staging')
  const text = settingsText({ service: service('x'), environment: 'staging' }, config(kind), staging)
  const criteria =
    '{"critical":{"percent":50,"requests":20},"noData":"probe","sustained":{"percent":5,"requests":50},"warning":{"percent":2}}'
  expect(text).toContain(`"settings":{${expected.replace('CRITERIA', criteria)}}}`)
})

it('what the repository adds to a stack makes other settings of it', () => {
  const { staging } = environments().environments
  if (staging === undefined) throw new Error('there is no staging')
  const target = { service: service('x'), environment: 'staging' }
  const text = (own?: string) => settingsText(target, config('lambda-zip'), staging, own)
  expect(new Set([text(), text('a'), text('b')]).size).toBe(3)
})
