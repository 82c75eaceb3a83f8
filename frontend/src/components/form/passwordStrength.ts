/** The shortest password that the server takes (NIST SP 800-63B). */
export const SHORTEST = 8
const LONGEST = 256

export interface Strength {
  /** Bars that are filled, 0 to 4. */
  bars: number
  word: 'too short' | 'weak' | 'fair' | 'good' | 'strong'
}

const STEPS = [SHORTEST, 12, 16, 20]
const WORDS = ['too short', 'weak', 'fair', 'good', 'strong'] as const

/** Strength by length, because length is what counts: a run of one character or of neighbours (aaaa, 4321) adds two, and what a
 * guesser knows of the person adds none. */
export function strengthOf(password: string, known: readonly string[] = []): Strength {
  const bars = STEPS.filter((step) => effectiveLength(password, known) >= step).length
  return { bars, word: WORDS[password.length < SHORTEST ? 0 : Math.max(1, bars)] as Strength['word'] }
}

function effectiveLength(password: string, known: readonly string[]): number {
  let rest = password.toLowerCase()
  for (const word of known.flatMap((text) => text.toLowerCase().split(/[@.\s]/)).filter((word) => word.length > 2)) {
    rest = rest.replaceAll(word, '')
  }
  const codes = [...rest].map((character) => character.codePointAt(0) ?? 0)
  const steps = codes.map((code, i) => (i === 0 ? Number.NaN : code - (codes[i - 1] as number)))
  return steps.filter((step, i) => Math.abs(step) > 1 || step !== steps[i - 1]).length
}

/** What to do about a password that the server would refuse; null when it would take it. */
export function passwordFault(password: string): string | null {
  if (password.length < SHORTEST) return `Use at least ${SHORTEST} characters. This one has ${password.length}.`
  if (password.length > LONGEST) return `Use at most ${LONGEST} characters. This one has ${password.length}.`
  return null
}
