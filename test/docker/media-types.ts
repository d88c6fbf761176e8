/** The media types of one family of registry formats. */
export type MediaTypes = {
  readonly manifest: string
  readonly index: string
  readonly config: string
  readonly layer: string
}

/** Docker's own formats, which buildx writes when nothing is attached. */
export const DOCKER: MediaTypes = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
}

/** The OCI's formats, which buildx writes when it attaches provenance or an SBOM. */
export const OCI: MediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
}
