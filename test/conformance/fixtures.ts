import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import type { Clients } from './clients.ts'
import { makeFunction } from './make-function.ts'
import type { Names } from './names.ts'

/** Makes a run's buckets, repositories and function, each when it is first asked for. */
export type Fixtures = {
  bucket: (which?: keyof Names['buckets']) => Promise<string>
  repository: (which?: keyof Names['repositories']) => Promise<string>
  /** A function with the versions 1 and 2, which does what its event says; its name. */
  lambdaFunction: () => Promise<string>
}

/** The fixtures of one run; `region` is where its buckets are. */
export function fixturesOf(clients: Clients, names: Names, region: string): Fixtures {
  const { ecr, s3 } = clients
  const made = new Map<string, Promise<string>>()
  const once = (name: string, make: (name: string) => Promise<unknown>) => {
    const known = made.get(name) ?? make(name).then(() => name)
    made.set(name, known)
    return known
  }
  return {
    bucket: (which = 'plain') =>
      once(names.buckets[which], async Bucket => {
        await s3.send(new CreateBucketCommand({ Bucket, ...locationOf(region) }))
        if (which === 'plain' || which === 'guarded') return
        const VersioningConfiguration = { Status: 'Enabled' } as const
        await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
      }),
    repository: (which = 'fixed') =>
      once(names.repositories[which], repositoryName =>
        ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' })),
      ),
    lambdaFunction: () => once(names.function, () => makeFunction(clients, names)),
  }
}

// us-east-1 is the one region that may not be named.
function locationOf(region: string) {
  if (region === 'us-east-1') return {}
  return { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }
}
