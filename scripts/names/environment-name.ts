/** The grammar of an environment's name: lower-case letters, digits and single hyphens, a letter first. */
export const environmentNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
