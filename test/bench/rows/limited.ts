/** Runs `act` for each of some values, at most `limit` at once. */
export async function mapLimited<T>(
  values: readonly T[],
  limit: number,
  act: (value: T) => Promise<unknown>,
): Promise<void> {
  const left = values[Symbol.iterator]()
  const work = async () => {
    for (const value of left) await act(value)
  }
  await Promise.all(Array.from({ length: limit }, work))
}
