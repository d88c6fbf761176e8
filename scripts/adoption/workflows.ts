import type { InitAnswers } from './answers.ts'

const home = 'node_modules/waybill'

type Install = {
  readonly lines: readonly string[]
  /** Leaves out the optional packages, such as those for stacks; later versions of Yarn cannot. */
  readonly less?: string
}

const installs: Readonly<Record<InitAnswers['packages'], Install>> = {
  npm: { lines: ['npm ci --ignore-scripts --omit=dev --no-audit --no-fund'], less: '--omit=optional' },
  pnpm: {
    lines: ['corepack enable', 'pnpm install --frozen-lockfile --ignore-scripts --prod'],
    less: '--no-optional',
  },
  yarn: { lines: ['corepack enable', 'yarn install --immutable --mode=skip-build'] },
  // It overlooks the options of later versions, and would run the scripts of all packages.
  'yarn-1': {
    lines: [
      'corepack enable',
      'yarn install --frozen-lockfile --ignore-scripts --production --non-interactive',
    ],
    less: '--ignore-optional',
  },
}

/** Waybill's own workflow as a repository that installs the package has it. */
export function adaptWorkflow(
  text: string,
  { repository, branch, environments, packages }: InitAnswers,
): string {
  const names = environments.map(({ name }) => name).join(', ')
  return (
    text
      .replace(/^ {2}test:\n(?: {4}.*\n| *\n)+?(?= {2}\w+:\n)/m, '')
      // Stacks with every setting, which only Waybill itself has to validate.
      .replace(/^ *node_modules\/\.bin\/node test\/.*\n/m, '')
      .replaceAll(' .github/scripts/run.sh ', ` ${home}/.github/scripts/run.sh `)
      .replaceAll(/\bnode (\.github\/scripts|scripts)\/([a-z-]+)\.ts\b/g, `node ${home}/dist/$1/$2.js`)
      .replaceAll('node_modules/.bin/node cdktf/main.ts', `node ${home}/dist/cdktf/main.js`)
      .replaceAll(/^( *)make -f Makefile installed\n/gm, (_, indent: string) =>
        installs[packages].lines.map(line => `${indent}${line.replace(' --omit=dev', '')}\n`).join(''),
      )
      .replaceAll('./.github/actions/prepare', './.github/actions/waybill')
      .replaceAll('acme/waybill/', `${repository}/`)
      .replaceAll(/\.yml@main$/gm, `.yml@${branch}`)
      .replaceAll(/ref: main$/gm, `ref: ${branch}`)
      .replaceAll('--base main ', `--base ${branch} `)
      .replaceAll('branches: [main, hotfix/*]', `branches: [${branch}]`)
      .replaceAll('options: [staging, prod]', `options: [${names}]`)
  )
}

/** The action that the jobs with rights begin with, for a repository that installs the package. */
export function adaptAction(text: string, { packages }: InitAnswers): string {
  return text
    .replace(/^ *make -f Makefile "\$PACKAGES"\n/m, indented(8, installing(installs[packages])))
    .replace(/^ *# Install what package-lock\.json names.*\n/m, '')
    .replace('node .github/scripts/role.ts', `node ${home}/dist/.github/scripts/role.js`)
}

function installing({ lines, less }: Install): string[] {
  const last = lines.at(-1) ?? ''
  if (less === undefined) return [...lines]
  return [
    ...lines.slice(0, -1),
    // An array, so that an empty one passes no argument at all.
    `less=(); [ "$PACKAGES" != commands ] || less=(${less})`,
    `${last} "\${less[@]}"`,
  ]
}

function indented(spaces: number, lines: readonly string[]): string {
  return lines.map(line => `${' '.repeat(spaces)}${line}\n`).join('')
}

/** The validation of stacks needs Node 24 too, and no rights. */
export function withNode(text: string): string {
  return text.replace(
    /( {6})(- uses: hashicorp\/setup-terraform@)/,
    '$1- uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0\n$1  with:\n$1    node-version: 24\n$1    package-manager-cache: false\n$1$2',
  )
}
