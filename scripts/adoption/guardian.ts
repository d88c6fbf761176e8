import { guardianService } from '../kinds/lambda/guardian.ts'
import type { ServiceName } from '../names/service-name.ts'
import type { Wanted } from './files.ts'
import { writtenFile } from './written.ts'

/** What the service is called that environments.json takes for the guardian unless it names another. */
const guardianName = 'guardian' as ServiceName

/**
 * The service.json of a guardian whose code is the package's own. What upgrade notes, the version among it, is its input,
 * so that a new version of the package is a new build.
 */
export function guardianFile(): Wanted {
  const document = {
    $schema: '../../node_modules/waybill/docs/schemas/service.schema.json',
    description: 'Brings a rollout to an end when nobody else does; its code is in the package',
    ...guardianService,
    inputs: [`services/${guardianName}/**`, writtenFile],
    build: { command: 'rm -rf dist && cp -R ../../node_modules/waybill/dist/guardian dist', output: 'dist' },
  }
  return {
    path: `services/${guardianName}/service.json`,
    text: `${JSON.stringify(document, null, 2)}\n`,
    how: 'yours',
  }
}
