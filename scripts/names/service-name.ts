/** The name of a service: also the name of its folder under `services/`. */
export type ServiceName = string & { readonly brand: 'ServiceName' }

/** The grammar of a service's name, without anchors. */
export const serviceNameGrammar = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'

const pattern = new RegExp(`^${serviceNameGrammar}$`)
// What a tag of 128 characters leaves for the service beside `-v0.0.0`.
const maximumLength = 121

/** Tells whether text is the name of a service: `[a-z][a-z0-9]*(-[a-z0-9]+)*`, at most 121 characters. */
export function isServiceName(text: string): text is ServiceName {
  return text.length <= maximumLength && pattern.test(text)
}

/** The services that a person can mean by a name: that folder, else the one with `service-` in front. */
export function serviceCandidates(text: ServiceName): ServiceName[] {
  const prefixed = `service-${text}`
  return isServiceName(prefixed) ? [text, prefixed] : [text]
}
