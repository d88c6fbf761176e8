/** What checking a container number gives: the number without spaces, or why it is none. */
export type ContainerNumberResult =
  | { readonly ok: true; readonly number: string }
  | { readonly ok: false; readonly problem: string }

/** Owner, category (U, J or Z), serial number and check digit, as ISO 6346 orders them. */
const PATTERN = /^[A-Z]{3}[UJZ]\d{7}$/

/** Checks a freight container's number by ISO 6346: its form and its check digit. */
export function checkContainerNumber(text: string): ContainerNumberResult {
  const number = text.replace(/[ -]/g, '').toUpperCase()
  if (!PATTERN.test(number)) return { ok: false, problem: `${JSON.stringify(text)} is no container number` }
  const expected = checkDigit(number.slice(0, 10))
  if (number.endsWith(String(expected))) return { ok: true, number }
  return { ok: false, problem: `${JSON.stringify(text)} has a wrong check digit: it should be ${expected}` }
}

function checkDigit(characters: string): number {
  const sum = [...characters].reduce(
    (total, character, place) => total + characterValue(character) * 2 ** place,
    0,
  )
  return (sum % 11) % 10
}

/** Digits count as they are and letters from 10 (A) up to 38 (Z), where the multiples of 11 are left out. */
function characterValue(character: string): number {
  if (character <= '9') return Number(character)
  const letter = character.charCodeAt(0) - 'A'.charCodeAt(0)
  return 10 + letter + Math.ceil(letter / 10)
}
