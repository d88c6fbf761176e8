/** The oldest major version of Node that runs Waybill. */
const oldest = 24

/** Whether this Node runs Waybill; if not, says so and sets the exit code. Any Node can load this file. */
export function isNodeNewEnough(): boolean {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= oldest) return true
  process.stderr.write(
    `Waybill needs Node ${oldest} or newer, and this is Node ${node}: install Node ${oldest}, as in: nvm install ${oldest}\n`,
  )
  process.exitCode = 2
  return false
}
