import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reporter } from '../../scripts/cli/reporter.ts'
import { projectRoot } from '../support/run.ts'
import { openTemplates } from '../support/templates.ts'
import { bench, type Report } from './bench.ts'
import { page } from './page.ts'
import { plot } from './plot.ts'
import { groups, rows } from './rows/all.ts'
import { readSettings } from './settings.ts'
import { cellsOf, headings } from './table.ts'
import { thisVersion } from './versions.ts'

const settings = readSettings(process.env, groups)
if ('fault' in settings) {
  process.stderr.write(`${settings.fault}\n`)
  process.exitCode = 2
} else {
  const said = reporter(process.stderr, process.env as Record<string, string>)
  const closeTemplates = await openTemplates()
  const report = await bench(rows, { ...settings, versions: [thisVersion] }, text => said.line(text)).finally(
    closeTemplates,
  )
  if (settings.isJson) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else await print(report)
  if (settings.writes) await writePage(report)
}
// Clients of the AWS SDK keep connections open for a while.
process.exit()

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
