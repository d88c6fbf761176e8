/** Why the demo cannot go on, with what the failing program printed. */
export class DemoFailed extends Error {
  override readonly name = 'DemoFailed'
  readonly output: string

  constructor(problem: string, output = '') {
    super(problem)
    this.output = output.trim()
  }
}
