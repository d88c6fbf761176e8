/** Images per repository (Amazon ECR user guide, "Amazon ECR service quotas"). */
export const imagesPerRepository = 100_000

/** Tags per image, not adjustable (Amazon ECR user guide, "Amazon ECR service quotas"). */
export const tagsPerImage = 1000

/** PutImage requests per second, account and region (Amazon ECR user guide, "Amazon ECR service quotas"). */
export const putImagePerSecond = 10

/** Characters in the name of a role (IAM user guide, "IAM and STS quotas"). */
export const roleNameCharacters = 64
