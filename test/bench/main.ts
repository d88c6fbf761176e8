import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reporter } from '../../scripts/cli/reporter.ts'
import { projectRoot } from '../support/run.ts'
import { openTemplates } from '../support/templates.ts'
import { bench, type Report } from './bench.ts'
import { openEarlier } from './earlier.ts'
import { page } from './page.ts'
import { plot } from './plot.ts'
import { groups, rows } from './rows/all.ts'
import { readSettings, type Settings } from './settings.ts'
import { cellsOf, headings } from './table.ts'
import { thisVersion, type Version } from './versions.ts'

const said = reporter(process.stderr, process.env as Record<string, string>)
const progress = (text: string) => said.line(text)
const settings = readSettings(process.env, groups)
if ('fault' in settings) refuse(settings.fault)
else {
  const versions = await openVersions(settings.against)
  if ('fault' in versions) refuse(versions.fault)
  else await measureAll(settings, versions)
}
// Clients of the AWS SDK keep connections open for a while.
process.exit()

function refuse(fault: string): void {
  process.stderr.write(`${fault}\n`)
  process.exitCode = 2
}

/** This version, and the one that it is compared with, which is gone when the process ends. */
async function openVersions(against?: string): Promise<readonly Version[] | { readonly fault: string }> {
  if (against === undefined) return [thisVersion]
  // A signal would end the process without its 'exit' event.
  for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }))
    process.once(signal, () => process.exit(code))
  const onFinished = (remove: () => void) => void process.once('exit', remove)
  const earlier = await openEarlier(against, { progress, onFinished })
  return 'fault' in earlier ? earlier : [thisVersion, earlier]
}

async function measureAll(settings: Settings, versions: readonly Version[]): Promise<void> {
  const closeTemplates = await openTemplates()
  const report = await bench(rows, { ...settings, versions }, progress).finally(closeTemplates)
  if (settings.isJson) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else await print(report)
  if (settings.writes) await writePage(report)
}

async function print({ date, machine, lines, skipped }: Report): Promise<void> {
  const page = reporter(process.stdout, process.env as Record<string, string>)
  page.line(`\n${date}, on ${machine}\n`)
  await page.table(headings, lines.map(cellsOf))
  for (const { row, reason } of skipped) page.item('left out', `${row}: ${reason}`)
}

async function writePage(report: Report): Promise<void> {
  const drawing = plot(report.lines)
  const file = join(projectRoot, 'docs', 'benchmarks.svg')
  if (drawing === undefined) await rm(file, { force: true })
  else await writeFile(file, drawing)
  await writeFile(join(projectRoot, 'docs', 'benchmarks.md'), page(report, drawing !== undefined))
}
