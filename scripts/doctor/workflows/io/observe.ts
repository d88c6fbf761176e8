import { join } from 'node:path'
import { attemptAsync } from '../../../base/attempt.ts'
import { entriesOf, readTextFile } from '../../../base/io/read-file.ts'
import { plain, plainLines } from '../../../base/printable.ts'
import { UserError } from '../../../base/user-error.ts'
import { doctorErrors } from '../../errors.ts'
import type { WorkflowsSeen } from '../checks.ts'
import { isWaybills, readWorkflowFile, type WorkflowFile, workflowRemedy } from '../file.ts'

const folder = '.github/workflows'

/** Reads the workflows in the work tree that run Waybill's commands; a bad one does not hide the others. */
export async function observeWorkflows(root: string): Promise<WorkflowsSeen> {
  const names = (await entriesOf(join(root, folder))).map(({ name }) => name)
  const texts = await Promise.all(
    names
      .filter(name => /\.ya?ml$/.test(name))
      .toSorted()
      .map(async file => ({ file, text: await readText(join(root, folder, file)) })),
  )
  const files = texts.flatMap(({ file, text }) => (text === undefined ? [] : [file]))
  const seen = texts.map(async ({ file, text = '' }) =>
    isWaybills(text) ? [{ file, workflow: await attemptAsync(() => parseWorkflow(file, text)) }] : [],
  )
  return { files, seen: (await Promise.all(seen)).flat() }
}

// GitHub ignores what it cannot read, such as a folder or a dangling link.
async function readText(path: string): Promise<string | undefined> {
  return await readTextFile(path).catch(() => undefined)
}

async function parseWorkflow(file: string, text: string): Promise<WorkflowFile> {
  const { parse } = await import('yaml')
  const path = `${folder}/${plain(file, 60)}`
  let document: unknown
  try {
    document = parse(text, { logLevel: 'error' })
  } catch (error) {
    throw new UserError(doctorErrors['doctor-workflow'], `${path} is not valid YAML`, {
      cause: plainLines(error instanceof Error ? error.message : String(error), 600),
      remedy: workflowRemedy(path),
      origin: error,
    })
  }
  return readWorkflowFile(path, document)
}
