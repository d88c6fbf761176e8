import { XMLParser } from 'fast-xml-parser'

/** A tree to print: text, a list of trees under one name, or named children; `undefined` prints nothing. */
export type Xml = string | number | boolean | undefined | Xml[] | { [name: string]: Xml }

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
})

/** As S3 does, with control characters as references. */
function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\p{Cc}/gu, character => `&#x${character.charCodeAt(0).toString(16)};`)
}

/** Prints one element. */
export function element(name: string, value: Xml, attributes = ''): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map(item => element(name, item)).join('')
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, inner]) => element(child, inner))
          .join('')
      : escapeXml(String(value))
  return `<${name}${attributes}>${content}</${name}>`
}

/** Prints a whole S3 document. */
export function xmlDocument(root: string, value: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`
}

/** Reads XML into plain objects, or returns undefined when it is not XML. */
export function parseXml(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parser.parse(text, true)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
