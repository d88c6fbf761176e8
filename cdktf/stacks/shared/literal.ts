/** A text that a person wrote, so that Terraform takes it for itself and not for a template. */
export function literal(text: string): string {
  return text.replace(/[$%]\{/g, opening => `${opening[0]}${opening}`)
}

/** A value as a document in JSON, without templates. */
export function jsonLiteral(value: unknown): string {
  return literal(JSON.stringify(value))
}
