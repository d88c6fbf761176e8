import type { Report } from './bench.ts'
import { markdown } from './table.ts'

/** The page of the last results; `hasPlot` says whether there is a plot to show. */
export function page({ date, machine, versions, lines, skipped }: Report, hasPlot: boolean): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version.replace(/^v/, '')}`)
  const runs = Math.max(0, ...lines.map(line => line.runs))
  const left = skipped.map(({ row, reason }) => `- ${row}: ${reason}`)
  return `${[
    '# Benchmarks',
    "`make bench WRITE=1` wrote this page. It sets up everything on the machine that it runs on: the local AWS in place of AWS, which waits 30 ms before each answer where a row promotes, and the stand-in for Terraform's provider. What a row compares runs in turn, so that whatever else the machine does meets both sides alike. Each figure is a median; after it stands half the distance between the quartiles, as a share of it. A ratio is one of two medians. Nothing fails because a machine is slow: the last column only says whether a target was met.",
    `${date}, on ${machine}: ${programs.join(', ')}. At most ${runs} runs each, fewer where one takes long.`,
    markdown(lines),
    ...(hasPlot
      ? ['## How cost grows', '![Seconds by the number of services, commits and tags](benchmarks.svg)']
      : []),
    ...(left.length > 0 ? ['## Not measured', left.join('\n')] : []),
    '## Run it',
    '```sh\nmake bench                       # all that ends soon, nine runs each\nmake bench ONLY=start,promotion RUNS=3\nmake bench FULL=1                # the long histories and many tags, too\nmake bench AGAINST=v1.0.0        # beside an earlier version of Waybill, by commit or tag\nmake bench JSON=1                # the same as one JSON document\n```',
    'Compared with skopeo and the AWS CLI, a promotion does more than they do: it checks the tag, its history and what is recorded of it, and writes the record. Programs that are not installed are named, and left out.',
  ].join('\n\n')}\n`
}
