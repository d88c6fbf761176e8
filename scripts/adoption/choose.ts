import { quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { type KindName, kindNames } from '../kinds/all.ts'
import { adoptionErrors } from './errors.ts'
import type { FoundService } from './services.ts'

/** The services that a list names, as in `api,worker:<kind>`; `all` and `none` are lists, too. */
export function chooseServices(text: string, found: readonly FoundService[]): FoundService[] {
  const list = text.trim()
  if (list === 'none') return []
  if (list === 'all' || list === '') return [...found]
  return list.split(',').map(entry => {
    const [name = '', kind] = entry.trim().split(':')
    const service = found.find(one => one.name === name)
    if (service === undefined)
      throw refused(
        `there is no service ${quote(name)}`,
        `Found: ${found.map(one => one.name).join(', ') || 'none'}.`,
      )
    if (kind === undefined) return service
    if (!isKind(kind))
      throw refused(`there is no kind ${quote(kind)}`, `The kinds are ${kindNames.join(', ')}.`)
    return { ...service, kind }
  })
}

function isKind(text: string): text is KindName {
  return (kindNames as string[]).includes(text)
}

function refused(problem: string, remedy: string): UserError {
  return new UserError(adoptionErrors['init-answers'], problem, { remedy })
}
