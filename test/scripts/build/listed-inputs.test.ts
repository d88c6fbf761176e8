import { describe, expect, it } from 'vitest'
import { listedKey, parseListed, parseStoredList, printListed } from '../../../scripts/build/listed-inputs.ts'
import { inputsMatcher, inputsOf } from '../../../scripts/catalogue/inputs.ts'
import { parseServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import type { CommitSha } from '../../../scripts/names/commit.ts'
import type { ServiceName } from '../../../scripts/names/service-name.ts'

const service = 'service-a' as ServiceName
const commit = 'c'.repeat(40) as CommitSha
const files = ['go.mod', 'pkg/mail/mail.go', 'services/service-a/main.go', 'app/[id]/page.tsx']

describe('what a command lists', () => {
  it('is one path a line, of a file or a folder, each once and sorted', () => {
    const printed = 'services/service-a/\r\n./pkg/mail\n\ngo.mod\ngo.mod\napp/[id]/page.tsx\n'
    expect(parseListed(service, printed, files)).toEqual([
      'app/[id]/page.tsx',
      'go.mod',
      'pkg/mail',
      'services/service-a',
    ])
  })

  it.each([
    ['', 'it printed nothing'],
    ['\n\n', 'it printed nothing'],
    ['/home/me/pkg', 'not paths from the root of the repository: "/home/me/pkg"'],
    ['pkg/../../other', 'not paths from the root of the repository: "pkg/../../other"'],
    ['go.mod\n//pkg/mail:lib', 'not paths from the root of the repository: "//pkg/mail:lib"'],
    ['pkg/**', 'git tracks no file there: "pkg/**"'],
    ['dist/main.js', 'git tracks no file there: "dist/main.js"'],
  ])('%j is refused', (printed, cause) => {
    expect(() => parseListed(service, printed, files)).toThrow(expect.objectContaining({ cause }))
  })

  it('is stored for its service and commit alone', () => {
    const text = printListed(service, commit, ['go.mod'])
    expect(parseStoredList(text, service, commit)).toEqual(['go.mod'])
    expect(() => parseStoredList(text, 'other' as ServiceName, commit)).toThrow('is not the list of other')
    expect(() => parseStoredList(text.replace('go.mod', '../go.mod'), service, commit)).toThrow()
    expect(listedKey(service, commit)).toBe(`builds/inputs/service-a-${commit}.json`)
  })
})

describe('inputs that a command lists', () => {
  const source = { name: 'service.json', remedy: 'Correct it.' }
  const config = parseServiceConfig(
    JSON.stringify({ kind: 'ecs-service', inputs: { command: 'go list' } }),
    source,
  )
  const listed = { inputs: { command: 'go list', paths: ['go.mod', 'pkg/mail', 'app/[id]'] } }

  it('are its paths, what is below them, and service.json; never pins', () => {
    const matches = inputsMatcher(service, listed)
    const all = ['go.mod', 'pkg/mail/a/b.go', 'app/[id]/page.tsx', 'services/service-a/service.json']
    expect(all.filter(matches)).toEqual(all)
    expect(['go.sum', 'pkg/mailer/a.go', 'pkg', 'cdktf/pins/prod/service-a.json'].filter(matches)).toEqual([])
    expect(inputsOf(service, listed).starts).toEqual([
      'go.mod',
      'pkg/mail',
      'app/[id]',
      'services/service-a/service.json',
    ])
  })

  it('are the whole repository until they are known, so that nothing is overlooked', () => {
    const matches = inputsMatcher(service, config)
    expect(['README.md', 'cdktf/pins/prod/service-a.json'].map(matches)).toEqual([true, false])
    expect(inputsOf(service, config).starts).toContain('')
  })
})
