import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { App, TerraformResource, TerraformStack, Tokenization } from '../../cdktf/cdk.ts'
import { withoutCreationTraces } from '../../cdktf/without-creation-traces.ts'

/** How many lines CDKTF notes of where it created a token. */
function linesNoted(): number {
  const outdir = mkdtempSync(join(tmpdir(), 'waybill-traces-'))
  onTestFinished(() => rmSync(outdir, { recursive: true }))
  const stack = new TerraformStack(new App({ outdir }), 'stack')
  const resource = new TerraformResource(stack, 'resource', { terraformResourceType: 'some_resource' })
  const [token] = Tokenization.reverseString(resource.fqn).tokens
  return token?.creationStack.length ?? Number.NaN
}

it('CDKTF notes for no token where it was created', () => {
  expect(withoutCreationTraces(linesNoted)).toBe(0)
})

it('an error keeps its stack, and what comes later has traces again', () => {
  const fail = () => {
    const error = new TypeError('a bug')
    Error.captureStackTrace(error)
    throw error
  }
  const original = Error.captureStackTrace
  expect(() => withoutCreationTraces(fail)).toThrow(
    expect.objectContaining({ stack: expect.stringContaining('without-creation-traces.test.ts') }),
  )
  expect(Error.captureStackTrace).toBe(original)
})
