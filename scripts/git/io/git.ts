import pLimit from 'p-limit'
import { GitError, type SimpleGitOptions, simpleGit } from 'simple-git'
import { plainLines, quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { gitErrors } from '../errors.ts'

/** A clone on this machine. */
export type Git = {
  /** The absolute path of the work tree's root. */
  readonly root: string
  /** Runs git there and returns its output; throws a `GitFailure` when it fails. */
  run(
    args: readonly string[],
    extra?: { input?: string; environment?: Record<string, string> },
  ): Promise<string>
}

/** git ended with an error; `said` is its output, word for word. */
export class GitFailure extends UserError {
  readonly said: string

  constructor(command: string, said: string, cause?: unknown) {
    super(gitErrors['git-failed'], `git ${command} failed`, { cause: plainLines(said), origin: cause })
    this.name = 'GitFailure'
    this.said = said
  }
}

// The caller's own git (a hook) sets these for its repository; none of them must reach the clone that we name.
const locators =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|COMMON_DIR|PREFIX|QUARANTINE_PATH|EDITOR|SEQUENCE_EDITOR|PAGER|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/

// Replacements exist in one clone only, and a tag names the object itself.
const always = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_NO_REPLACE_OBJECTS: '1' }

/** Opens the clone that holds a folder. A shallow clone is refused: its history is cut off. */
export async function openGit(
  folder: string,
  environment: Record<string, string>,
  shallowClone: 'refused' | 'allowed' = 'refused',
): Promise<Git> {
  const inside = runner(folder, environment)
  const asked = ['rev-parse', '--show-toplevel', '--is-shallow-repository', '--show-object-format']
  const answer = await inside(asked).catch(error => {
    throw unusable(error)
  })
  const [root = folder, shallow, format] = answer.trimEnd().split('\n')
  if (shallow === 'true' && shallowClone === 'refused') {
    throw new UserError(gitErrors['git-shallow-clone'], 'this clone is shallow', {
      cause: 'its history is cut off, so source commits cannot be found',
    })
  }
  if (format !== 'sha1') {
    throw new UserError(
      gitErrors['git-object-format'],
      `this repository uses ${format === 'sha256' ? 'SHA-256' : quote(String(format))} object names`,
      { cause: 'artifacts, records and pins name commits by the 40 digits of a SHA-1' },
    )
  }
  return { root, run: runner(root, environment) }
}

/** Who works in this clone, as `Name <address>`. */
export async function committer(git: Git): Promise<string> {
  const ident = await git.run(['var', 'GIT_COMMITTER_IDENT'])
  return ident.replace(/ [0-9]+ [+-][0-9]{4}\s*$/, '')
}

function unusable(error: unknown): UserError {
  const said = error instanceof GitFailure ? error.said : String(error)
  if (/spawn git ENOENT/.test(said)) return new UserError(gitErrors['git-missing'], 'git is not on the PATH')
  return new UserError(gitErrors['git-not-a-repository'], 'this is not a usable git repository', {
    cause: error instanceof GitFailure ? error.cause : said,
    origin: error,
  })
}

// More processes would only take turns.
const mostAtOnce = 8

function runner(folder: string, environment: Record<string, string>): Git['run'] {
  const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !locators.test(name)))
  const slots = pLimit(mostAtOnce)
  return (args, extra = {}) =>
    slots(async () => {
      const variables = { ...inherited, ...always, ...extra.environment }
      const options: Partial<SimpleGitOptions> = {
        baseDir: folder,
        allowEnvironment: Object.keys(variables),
        // Wait for the output to end: some of it may still be unread when git exits.
        completion: { onClose: true, onExit: false },
        errors: (error, { exitCode, stdOut, stdErr }) =>
          error ?? failure(args, exitCode, Buffer.concat([...stdOut, ...stdErr])),
        // The environment is the user's own, and every argument from outside was parsed.
        unsafe: {
          allowUnsafeAskPass: true,
          allowUnsafeConfigEnvCount: true,
          allowUnsafeConfigPaths: true,
          allowUnsafeEditor: true,
          allowUnsafeGitProxy: true,
          allowUnsafePager: true,
          allowUnsafeSshCommand: true,
          allowUnsafeTemplateDir: true,
          allowUnsafeDiffExternal: true,
          allowUnsafeProtocolOverride: true,
          allowUnsafeExec: true,
        },
        ...(extra.input === undefined ? {} : { input: () => extra.input }),
      }
      try {
        return await simpleGit(options)
          .env(variables)
          .raw([...args])
      } catch (error) {
        if (error instanceof GitError)
          throw new GitFailure(args[0] ?? '', withoutPasswords(error.message.trim()), error)
        throw error
      }
    })
}

// git's own messages leave passwords out, but a trace (GIT_TRACE=1) or a server can print them.
function withoutPasswords(said: string): string {
  return said.replace(/:\/\/[^\s/]*@/g, '://')
}

// By default simple-git takes a failure without output, or a killed git, for success.
function failure(args: readonly string[], exitCode: number | null, said: Buffer): Buffer | undefined {
  if (exitCode === 0) return undefined
  return said.length > 0 ? said : Buffer.from(`git ${args[0]} ended with ${exitCode ?? 'a signal'}`)
}
