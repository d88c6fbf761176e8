/** The name that somebody who wrote `word` probably meant; undefined if none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const written = word.toLowerCase()
  // A slip in a short word, two in a longer one; more is another word.
  const most = written.length < 6 ? 1 : 2
  return names
    .map(name => ({ name, slips: distance(written, name.toLowerCase()) }))
    .filter(({ slips }) => slips <= most)
    .toSorted((a, b) => a.slips - b.slips)[0]?.name
}

/** Number of letters to add, remove, change or swap with their neighbour (Damerau-Levenshtein, optimal alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const at = (up: number, left: number) => (up === 0 ? line : rows[row - up])?.[column - left] ?? 0
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const ways = [at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (isSame ? 0 : 1)]
      line.push(Math.min(...ways, ...(isSwapped ? [at(2, 2) + 1] : [])))
    }
    rows.push(line)
  }
  return rows[a.length]?.[b.length] ?? 0
}
