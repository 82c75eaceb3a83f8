/** How a dial answers keys and where its bead stands. */

/** Page keys move by 20, as many small steps as make it; other keys are the browser's. */
export function paged(key: string, value: number, min: number, max: number): number | null {
  const direction = { PageUp: 1, PageDown: -1 }[key]
  if (!direction) return null
  const span = max - min
  return clamp(value + (direction * span) / 5, min, max)
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** A value on its rail in percent. */
export const percent = (value: number, min: number, max: number): number => (100 * (value - min)) / (max - min)

/** Two beads keep their order: the one that moves stops at the other. */
export const ordered = (which: 'low' | 'high', value: number, low: number, high: number): [number, number] =>
  which === 'low' ? [Math.min(value, high), high] : [low, Math.max(value, low)]
