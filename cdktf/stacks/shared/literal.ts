/** Escapes text that a person wrote, so that Terraform does not read it as a template. */
export function literal(text: string): string {
  return text.replace(/[$%]\{/g, opening => `${opening[0]}${opening}`)
}

/** Prints a value as JSON, escaped like `literal`. */
export function jsonLiteral(value: unknown): string {
  return literal(JSON.stringify(value))
}

/** Takes back what `literal` did. */
export function withoutEscapes(text: string): string {
  return text.replace(/([$%])\1\{/g, (_, sign: string) => `${sign}{`)
}
