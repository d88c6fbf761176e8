import { repositoriesOf } from '../../artifacts/names.ts'
import { count, firstFew, plain } from '../../base/printable.ts'
import type { Environments } from '../../catalogue/environments.ts'
import { pinsFolder, refuseInputs } from '../../catalogue/inputs.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { explainStrayPin } from '../../pin/pin.ts'
import { type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'

type Service = readonly [ServiceName, ServiceConfig]

/** Checks the file that names the artifact store and the environments. */
export function checkEnvironments(environments: Look<Environments>): DoctorCheck {
  const title = 'environments.json'
  return judge(title, environments, ({ environments: known }) =>
    passes(title, `names ${Object.keys(known).join(', ') || 'no environment'}`),
  )
}

/** Checks that each pin among the files belongs to an environment. */
export function checkPins(
  files: readonly string[] | undefined,
  environments: Look<Environments>,
): DoctorCheck[] {
  // Without a commit there are no files, and the clone's own check says so.
  if (files === undefined) return []
  const pins = files.filter(path => path.startsWith(pinsFolder) && path.endsWith('.json'))
  return [judge('pins', environments, known => checkPlaces(pins, Object.keys(known.environments)))]
}

function checkPlaces(pins: readonly string[], environments: readonly string[]): DoctorCheck {
  const stray = pins.flatMap(path => {
    const why = explainStrayPin(path, environments)
    return why === undefined ? [] : [`${plain(path)} (${why})`]
  })
  if (stray.length === 0) return passes('pins', count(pins.length, 'pin'))
  const remedy = 'docs/operate.md says how to remove an environment; then remove these files in a commit.'
  return warns('pins', `no environment uses ${firstFew(stray)}`, remedy)
}

/** Checks the files that declare the services. */
export function checkServices(
  services: readonly { readonly folder: string; readonly config: Look<Service> }[],
  files: readonly string[] | undefined,
): DoctorCheck[] {
  const title = 'services'
  if (services.length === 0)
    return [fails(title, 'there is no services/<name>/service.json', 'docs/services.md says how to add one.')]
  const bad = services.filter(({ config }) => !('value' in config))
  const good = services.filter(one => !bad.includes(one)).map(({ folder }) => folder)
  return [
    passes(title, `${count(good.length, 'service')}: ${good.join(', ') || 'none'}`),
    ...bad.map(({ folder, config }) => {
      const name = `service ${plain(folder, 60)}`
      return judge(name, config, () => passes(name, ''))
    }),
    ...services.flatMap(({ config }) => ('value' in config ? checkInputs(config.value, files) : [])),
  ]
}

// Without a commit there are no files, and the clone's own check says so.
function checkInputs([service, config]: Service, files: readonly string[] | undefined): DoctorCheck[] {
  const error = files && refuseInputs(service, config, files)
  if (error === undefined) return []
  const title = `inputs of ${service}`
  return [judge(title, { error }, () => passes(title, ''))]
}

/** The image repositories, each with the services that use it. */
export function usersOfRepositories(services: readonly Service[]): Map<string, ServiceName[]> {
  const named = Map.groupBy(repositoriesOf(services), ({ repository }) => repository)
  return new Map([...named].map(([name, users]) => [name, users.map(({ service }) => service)]))
}
