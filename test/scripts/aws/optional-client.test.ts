import { expect, it } from 'vitest'
import { explainMissingClient } from '../../../scripts/aws/optional-client.ts'

/** What Node throws where a package is not installed. */
const missing = (name: string) => import(name).catch((error: unknown) => error)

it('a client that an installation left out is named, with the command that installs it', async () => {
  expect(explainMissingClient(await missing('@aws-sdk/client-of-nothing'))).toMatchObject({
    code: 'aws-client-missing',
    message: 'the package @aws-sdk/client-of-nothing is not installed',
    remedy: expect.stringContaining('npm install --include=optional'),
  })
})

it('any other error stays as it is', async () => {
  const other = await missing('no-such-package')
  expect(explainMissingClient(other)).toBe(other)
  const error = new TypeError('x')
  expect(explainMissingClient(error)).toBe(error)
})
