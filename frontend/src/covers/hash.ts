/** FNV-1a over code points with the finaliser of MurmurHash3: 32 bits of a text, the same in every browser. */
export function hash(text: string): number {
  let state = 2166136261
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619)
  state ^= state >>> 15
  state = Math.imul(state, 2246822507)
  return (state ^ (state >>> 13)) >>> 0
}

/** A text as a number in [0, 1). */
export const unit = (text: string): number => hash(text) / 4294967296
