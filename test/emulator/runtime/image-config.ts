import { z } from 'zod'

const imageSchema = z.object({
  config: z
    .object({
      Cmd: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
    })
    .default({}),
})

/** What an image says about how its container runs. */
export type ImageConfig = {
  entrypoint: readonly string[] | undefined
  command: readonly string[] | undefined
  workingDir: string | undefined
  env: Record<string, string>
}

/** Parses the config object of an image (OCI image specification, "OCI Image Configuration"). */
export function parseImageConfig(bytes: Buffer): ImageConfig {
  const { Cmd, Entrypoint, Env, WorkingDir } = imageSchema.parse(JSON.parse(bytes.toString('utf8'))).config
  const variables = (Env ?? []).map(text => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)])
  return {
    entrypoint: Entrypoint ?? undefined,
    command: Cmd ?? undefined,
    workingDir: WorkingDir || undefined,
    env: Object.fromEntries(variables) as Record<string, string>,
  }
}
