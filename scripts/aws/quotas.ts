/** Images per repository (Amazon ECR user guide, "Amazon ECR service quotas"). */
export const imagesPerRepository = 100_000

/** Tags per image, not adjustable (Amazon ECR user guide, "Amazon ECR service quotas"). */
export const tagsPerImage = 1000

/** PutImage requests per second, account and region (Amazon ECR user guide, "Amazon ECR service quotas"). */
export const putImagePerSecond = 10

/**
 * Calls of Lambda's control plane together per second, account and region, not adjustable; GetFunction and Invoke do not
 * count (AWS Lambda developer guide, "Lambda quotas").
 */
export const lambdaCallsPerSecond = 15

/** Characters in the name of a role (IAM user guide, "IAM and STS quotas"). */
export const roleNameCharacters = 64

/** Roles per account; AWS raises it on request (IAM user guide, "IAM and STS quotas"). */
export const rolesPerAccount = 1000

/** Characters, without white space, of all inline policies of a role (IAM user guide, "IAM and STS quotas"). */
export const inlinePolicyCharacters = 10_240

/** Characters, without white space, of a managed policy (IAM user guide, "IAM and STS quotas"). */
export const managedPolicyCharacters = 6144

/** Managed policies that a role can have (IAM user guide, "IAM and STS quotas"). */
export const managedPoliciesPerRole = 10

/** Characters, without white space, of a role's trust policy; AWS raises it on request (as above). */
export const trustPolicyCharacters = 2048

/** Characters of a repository's policy (Amazon ECR user guide, "Private repository policies"). */
export const repositoryPolicyCharacters = 10_240

/** Bytes of a bucket's policy (Amazon S3 user guide, "Bucket policies"). */
export const bucketPolicyBytes = 20_480

/** Target groups of a load balancer, not adjustable (Elastic Load Balancing, "Quotas for your Application Load Balancers"). */
export const targetGroupsPerBalancer = 100

/** Rules of a load balancer besides the default ones; AWS raises it on request (as above). */
export const rulesPerBalancer = 100
