import { describe, expect, test } from 'vitest'
import { parseDockerfile } from './dockerfile.ts'
import { planImage } from './image-plan.ts'
import { parsePlatforms } from './platform.ts'

function plan(
  text: string,
  buildArgs: Readonly<Record<string, string>> = {},
  platform = 'linux/amd64',
  target?: string,
) {
  const [first] = parsePlatforms(platform)
  if (first === undefined) throw new Error('no platform')
  return planImage(parseDockerfile(text), { buildArgs: new Map(Object.entries(buildArgs)), target }, first)
}

function config(...lines: string[]) {
  return plan(['FROM base', ...lines].join('\n')).config
}

describe('reading lines', () => {
  test('joins continued lines, over comments and empty lines, and counts from the first', () => {
    const text = '# a comment\nFROM base\n\nrun one \\\n  # inside\n\n  two\r\nUSER node'
    expect(parseDockerfile(text)).toEqual([
      { keyword: 'FROM', text: 'base', line: 2 },
      { keyword: 'RUN', text: 'one   two', line: 4 },
      { keyword: 'USER', text: 'node', line: 8 },
    ])
  })
})

describe('the config', () => {
  test.each([
    ['ENV A=1 B="two words" C=\'$A\' D=a\\ b', { Env: ['A=1', 'B=two words', 'C=$A', 'D=a b'] }],
    [`ENV A=1\nENV B=$A-\${A} C="\${A}" A=2`, { Env: ['A=2', 'B=1-1', 'C=1'] }],
    [`ARG V=3\nENV A=\${V:-4} B=\${W:-4} C=\${V:+5} D=\${W:+5}`, { Env: ['A=3', 'B=4', 'C=5', 'D='] }],
    ['LABEL a=1\nLABEL b="x y" a=2', { Labels: { a: '2', b: 'x y' } }],
    ['WORKDIR /app\nWORKDIR src', { WorkingDir: '/app/src' }],
    ['EXPOSE 8080 53/udp', { ExposedPorts: { '8080/tcp': {}, '53/udp': {} } }],
    ['USER node', { User: 'node' }],
    ['CMD ["node", "a b.js"]', { Cmd: ['node', 'a b.js'] }],
    ['CMD node $A', { Cmd: ['/bin/sh', '-c', 'node $A'] }],
    ['ENTRYPOINT ["/init"]', { Entrypoint: ['/init'] }],
    ['RUN npm ci', {}],
    ['HEALTHCHECK NONE', { Healthcheck: { Test: ['NONE'] } }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=500ms --retries=2 \\\n CMD wget "$URL" || exit 1',
      {
        Healthcheck: {
          Test: ['CMD-SHELL', 'wget "$URL" || exit 1'],
          Interval: 90e9,
          Timeout: 5e8,
          Retries: 2,
        },
      },
    ],
    ['HEALTHCHECK CMD ["check"]', { Healthcheck: { Test: ['CMD', 'check'] } }],
  ])('%j', (line, expected) => {
    expect(config(line)).toEqual(expected)
  })
})

describe('arguments', () => {
  test('an argument from before FROM is in scope after it only if declared again', () => {
    const text = 'ARG V=1\nFROM base:$V\nARG V\nENV A=$V'
    expect(plan(text)).toMatchObject({ baseImage: 'base:1', config: { Env: ['A=1'] } })
    expect(() => plan('ARG V=1\nFROM base\nENV A=$V')).toThrow('$V is not set here')
  })

  test('the command line overrides the default', () => {
    expect(plan('FROM base\nARG V=1\nENV A=$V', { V: '2' }).config.Env).toEqual(['A=2'])
  })

  test('the platform is available if declared', () => {
    const text = 'FROM --platform=$TARGETPLATFORM base\nARG TARGETARCH\nENV A=$TARGETARCH'
    expect(plan(text, {}, 'linux/arm64').config.Env).toEqual(['A=arm64'])
  })
})

describe('COPY', () => {
  test.each([
    ['COPY a.txt b.txt', ['a.txt'], '/app/b.txt', false, undefined],
    ['COPY a.txt .', ['a.txt'], '/app', true, undefined],
    ['COPY a.txt /x/', ['a.txt'], '/x', true, undefined],
    ['COPY a b c', ['a', 'b'], '/app/c', true, undefined],
    ['COPY --chown=node:10 ["a b", "c"]', ['a b'], '/app/c', false, 'node:10'],
  ])('%s', (line, sources, destination, isFolder, owner) => {
    expect(plan(`FROM base\nWORKDIR /app\n${line}`).copies).toEqual([
      { sources, destination, isFolder, owner, line: 3 },
    ])
  })
})

describe('stages', () => {
  const text = `ARG BASE=alpine
FROM --platform=$BUILDPLATFORM golang AS Build
ENV GOOS=linux
WORKDIR /src
COPY . .
RUN go build -o /out/app
FROM build AS test
CMD ["go", "test"]
FROM $BASE
COPY --link --chmod=755 --from=build /out/app /app
COPY --from=busybox /bin/sh /bin/sh
ENTRYPOINT ["/app"]`

  test('the last one is built; what it copies comes from the others', () => {
    const { baseImage, config, copies, steps } = plan(text)
    expect([baseImage, config]).toEqual(['alpine', { Entrypoint: ['/app'] }])
    expect(copies).toMatchObject([
      { from: { baseImage: 'golang', mayHoldMore: true }, destination: '/app', isExecutable: true },
      { from: 'image', destination: '/bin/sh' },
    ])
    expect(steps.map(({ keyword }) => keyword)).toEqual(['COPY', 'COPY', 'ENTRYPOINT'])
  })

  test('a target goes on from the stage that it names, without those after it', () => {
    const { baseImage, config, copies } = plan(`${text}\nVOLUME /x`, {}, 'linux/amd64', 'TEST')
    expect([baseImage, copies.length]).toEqual(['golang', 1])
    expect(config).toEqual({ Env: ['GOOS=linux'], WorkingDir: '/src', Cmd: ['go', 'test'] })
    expect(() => plan(text, {}, 'linux/amd64', 'none')).toThrow('target stage "none" could not be found')
  })

  test('variables of a stage are not those of the next', () => {
    expect(() => plan('FROM a\nENV A=1\nFROM b\nENV B=$A')).toThrow('$A is not set here')
  })
})

test.each([
  ['FROM base\nADD a b', 'Dockerfile:2: ADD is not known to the stand-in'],
  ['FROM base\nconstructor a', 'Dockerfile:2: CONSTRUCTOR is not known to the stand-in'],
  ['FROM base\nCOPY --parents a b', 'Dockerfile:2: COPY --parents is not known'],
  ['FROM base\nCOPY --chmod=u+x a b', 'Dockerfile:2: "u+x" is not a mode'],
  ['FROM base\nCOPY a', 'Dockerfile:2: COPY needs a source and a destination'],
  ['FROM base\nRUN <<EOF\nls\nEOF', 'Dockerfile:2: a here-document is not known'],
  ['FROM base\nCOPY dist $LAMBDA_TASK_ROOT', 'Dockerfile:2: $LAMBDA_TASK_ROOT is not set here'],
  ['FROM base\nENV A 1', 'Dockerfile:2: ENV takes name=value'],
  ['FROM base\nEXPOSE 80-90', 'Dockerfile:2: "80-90" is not a port'],
  ['FROM base\nHEALTHCHECK --every=1s CMD x', 'Dockerfile:2: HEALTHCHECK --every=1s is not known'],
  ['FROM base\nUSER', 'Dockerfile:2: USER needs something after it'],
  ['USER node\nFROM base', 'Dockerfile:1: USER stands before FROM'],
  ['# nothing', 'there is no FROM'],
])('refuses %j with its line', (text, problem) => {
  expect(() => plan(text)).toThrow(problem)
})
