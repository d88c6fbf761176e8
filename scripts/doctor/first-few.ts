const most = 5

/** The first five of several texts, with an ellipsis if there are more. */
export function firstFew(texts: readonly string[], separator = ', '): string {
  return [...texts.slice(0, most), ...(texts.length > most ? ['…'] : [])].join(separator)
}
