import { isServiceName, type ServiceName, serviceCandidates, serviceNameGrammar } from './service-name.ts'
import { isVersion, type Version, versionGrammar } from './version.ts'

/** The name of a release: `<service>-v<version>`, also the name of its git tag. */
export type ReleaseTag = { readonly service: ServiceName; readonly version: Version }

// A container tag has at most 128 characters (OCI distribution specification, "Pulling manifests").
const maximumLength = 128
const pattern = new RegExp(`^(${serviceNameGrammar})-v(${versionGrammar})$`)

/** Parses a tag; undefined for anything but `<service>-v<version>` of at most 128 ASCII characters. */
export function parseTag(text: string): ReleaseTag | undefined {
  if (text.length > maximumLength) return undefined
  const [, service, version] = pattern.exec(text) ?? []
  if (service === undefined || version === undefined) return undefined
  return isServiceName(service) && isVersion(version) ? { service, version } : undefined
}

/** Prints a tag: `printTag(parseTag(text)) === text`. */
export function printTag(tag: ReleaseTag): string {
  return `${tag.service}-v${tag.version}`
}

/** The releases that a person can mean by a tag: that one, and `service-a-v1.1.0` for `a-v1.1.0`. */
export function tagCandidates({ service, version }: ReleaseTag): ReleaseTag[] {
  return serviceCandidates(service).flatMap(name => releaseTag(name, version) ?? [])
}

/** The tag of a service's version; undefined when it would be longer than a container tag may be. */
export function releaseTag(service: ServiceName, version: Version): ReleaseTag | undefined {
  return parseTag(`${service}-v${version}`)
}
