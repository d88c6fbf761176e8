import type { BuildContext } from './build-context.ts'
import { type Content, contentOf, describeContent, jsonContent } from './content.ts'
import { type ImageFiles, placeFiles } from './image-files.ts'
import type { ImagePlan } from './image-plan.ts'
import { packLayer } from './layer.ts'
import { type MediaTypes, OCI } from './media-types.ts'
import { type Platform, platformFields } from './platform.ts'

/** An image for one platform, ready to be pushed. */
export type Image = {
  readonly platform: Platform
  readonly plan: ImagePlan
  readonly files: ImageFiles
  /** What it would hold besides, were there an engine. */
  readonly absent: readonly string[]
  readonly blobs: readonly Content[]
  readonly manifest: Content
}

/** The parts of an image besides its platform. */
export type ImageSource = {
  readonly plan: ImagePlan
  readonly context: BuildContext
  readonly labels: ReadonlyMap<string, string>
  /** Its creation time in the config. */
  readonly created: string
}

/** Writes the image of one platform: the same source gives the same digest. */
export async function writeImage(source: ImageSource, platform: Platform, types: MediaTypes): Promise<Image> {
  const { files, absent } = placeFiles(source.plan, source.context)
  const packed = files.size === 0 ? [] : [await packLayer(files)]
  const layers = packed.map(layer => contentOf(types.layer, layer.gzip))
  const diffIds = packed.map(layer => layer.diffId)
  const config = jsonContent(types.config, imageConfig(source, platform, diffIds))
  const manifest = writeManifest(types, config, layers.map(describeContent))
  return { platform, plan: source.plan, files, absent, blobs: [...layers, config], manifest }
}

/** Writes a manifest of a config and layers, with line breaks like buildx. */
function writeManifest(types: MediaTypes, config: Content, layers: readonly object[]): Content {
  const manifest = { schemaVersion: 2, mediaType: types.manifest, config: describeContent(config), layers }
  return jsonContent(types.manifest, manifest, 2)
}

/** Writes an index of one image per platform and their attestations. */
export function writeIndex(
  types: MediaTypes,
  images: readonly Image[],
  attached: readonly object[] = [],
): Content {
  const manifests = images.map(({ manifest, platform }) => ({
    ...describeContent(manifest),
    platform: platformFields(platform),
  }))
  const index = { schemaVersion: 2, mediaType: types.index, manifests: [...manifests, ...attached] }
  return jsonContent(types.index, index, 2)
}

/** Writes what buildx attaches to an image: a manifest without a platform whose layers are in-toto statements. */
export function writeAttestation(statements: readonly { readonly predicateType: string }[]): {
  readonly blobs: readonly Content[]
  readonly manifest: Content
} {
  const layers = statements.map(statement => jsonContent('application/vnd.in-toto+json', statement))
  const config = jsonContent(OCI.config, {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  })
  const described = layers.map((layer, index) => ({
    ...describeContent(layer),
    annotations: { 'in-toto.io/predicate-type': statements[index]?.predicateType },
  }))
  return { blobs: [...layers, config], manifest: writeManifest(OCI, config, described) }
}

function imageConfig(source: ImageSource, platform: Platform, diffIds: readonly string[]): object {
  const { plan, labels, created } = source
  const allLabels = { ...plan.config.Labels, ...Object.fromEntries(labels) }
  const config = { ...plan.config, ...(Object.keys(allLabels).length > 0 ? { Labels: allLabels } : {}) }
  return {
    ...platformFields(platform),
    created,
    config,
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: history(plan, created, diffIds.length > 0),
  }
}

/** The history needs one line without `empty_layer` per layer; all instructions share the last layer. */
function history(plan: ImagePlan, created: string, hasLayer: boolean): readonly object[] {
  const last = plan.steps.findLastIndex(({ keyword }) => keyword === 'COPY' || keyword === 'WORKDIR')
  return plan.steps.map(({ keyword, text }, index) => ({
    created,
    created_by: `${keyword} ${text}`,
    ...(keyword === 'RUN' ? { comment: 'not executed by the stand-in' } : {}),
    ...(hasLayer && index === last ? {} : { empty_layer: true }),
  }))
}
