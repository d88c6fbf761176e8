import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import { lifecycleSchema } from './lifecycle-input.ts'
import { bucketTagsSchema, tagSchema } from './tags.ts'
import { element, flag, many, whole } from './xml-input.ts'

/* What the configurations of a bucket are made of (Amazon S3 API reference, each operation's request syntax). */

const encryption = element({
  Rule: many(
    element({
      ApplyServerSideEncryptionByDefault: element({
        SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
        KMSMasterKeyID: z.string().exactOptional(),
      }).exactOptional(),
      BucketKeyEnabled: flag.exactOptional(),
      BlockedEncryptionTypes: element({ EncryptionType: many(z.enum(['NONE', 'SSE-C'])) }).exactOptional(),
    }),
    { least: 1, most: 1 },
  ),
}).superRefine(({ Rule: [rule] }, context) => {
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {}
  const isKeyed = SSEAlgorithm === 'AES256' && KMSMasterKeyID !== undefined
  const message =
    'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse'
  refuseWhen(context, isKeyed, message, 'InvalidArgument')
})
const ownership = z.enum(['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'])
const tagging = element({ TagSet: element({ Tag: bucketTagsSchema }) })
const cors = element({
  CORSRule: many(
    element({
      ID: z.string().max(255).exactOptional(),
      AllowedMethod: many(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']), { least: 1 }),
      AllowedOrigin: many(z.string(), { least: 1 }),
      AllowedHeader: many(z.string()),
      ExposeHeader: many(z.string()),
      MaxAgeSeconds: whole.exactOptional(),
    }),
    { least: 1, most: 100 },
  ),
})
const publicAccess = element({
  BlockPublicAcls: flag.exactOptional(),
  IgnorePublicAcls: flag.exactOptional(),
  BlockPublicPolicy: flag.exactOptional(),
  RestrictPublicBuckets: flag.exactOptional(),
})

/** The name of a document's root element and what is in it. */
export type DocumentInput = { root: string; schema: z.ZodType }

/** CreateBucket. */
export const createSchema = element({
  LocationConstraint: z.string().exactOptional(),
  Tags: element({ Tag: many(tagSchema) }).exactOptional(),
})

/** PutBucketVersioning. */
export const versioningSchema = element({
  Status: z.enum(['Enabled', 'Suspended']),
  MfaDelete: z.enum(['Enabled', 'Disabled']).exactOptional(),
})

/** Every document by its subresource; of some the emulator looks at no more than the root. */
export const documentInputs: Record<string, DocumentInput> = {
  lifecycle: { root: 'LifecycleConfiguration', schema: lifecycleSchema },
  publicAccessBlock: { root: 'PublicAccessBlockConfiguration', schema: publicAccess },
  encryption: { root: 'ServerSideEncryptionConfiguration', schema: encryption },
  ownershipControls: {
    root: 'OwnershipControls',
    schema: element({ Rule: many(element({ ObjectOwnership: ownership }), { least: 1, most: 1 }) }),
  },
  tagging: { root: 'Tagging', schema: tagging },
  cors: { root: 'CORSConfiguration', schema: cors },
  website: { root: 'WebsiteConfiguration', schema: z.looseObject({}) },
  replication: { root: 'ReplicationConfiguration', schema: z.looseObject({}) },
}
