import { z } from 'zod'

const path = z.string().regex(/^\/[^\s:]*$/, 'must be an absolute path such as /data')

const volume = z.strictObject({
  fileSystemId: z.string().regex(/^fs-[0-9a-f]{8,40}$/, 'must be the id of a file system of EFS, fs-…'),
  accessPointId: z
    .string()
    .regex(/^fsap-[0-9a-f]{8,40}$/, 'must be the id of an access point of EFS, fsap-…')
    .optional()
    .describe('The access point that it is mounted through'),
  rootDirectory: path.optional().describe('The folder of the file system; / by default'),
  containerPath: path.describe('Where the container sees it'),
  readOnly: z.boolean().default(false),
})

/** The file systems of EFS that the tasks of a service mount, by name. */
export const volumes = z.record(
  z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/, 'must be the name of a volume: letters, digits, - and _'),
  volume,
)

/** The file systems that tasks mount, as parsed. */
export type Volumes = z.output<typeof volumes>

/** Faults across volumes. */
export function volumeFaults(all: Volumes = {}): string[] {
  const entries = Object.entries(all)
  // Amazon ECS API reference, EFSVolumeConfiguration: an access point has a folder of its own.
  const bad = entries
    .filter(
      ([, { accessPointId, rootDirectory = '/' }]) => accessPointId !== undefined && rootDirectory !== '/',
    )
    .map(([name]) => `volumes.${name}.rootDirectory: the access point already says which folder`)
  for (const [path, same] of Map.groupBy(entries, ([, { containerPath }]) => containerPath))
    if (same.length > 1)
      bad.push(`volumes: ${same.map(([name]) => name).join(' and ')} are both mounted at ${path}`)
  return bad
}
