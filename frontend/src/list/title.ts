import { countInWords } from '@/words/numbers'
import type { ListState } from './state'

/** "From three songs", "Songs for “rain”", "From what you like". */
export function listTitle({ seeds, name }: ListState): string {
  if (!seeds.length) return name ? `Songs for “${name}”` : 'From what you like'
  return `From ${countInWords(seeds.length, 'song')}${name ? ` and “${name}”` : ''}`
}

/** "Leads to eight songs. A thicker line is stronger evidence." */
export const leadsTo = (count: number): string =>
  `Leads to ${countInWords(count, 'song')}. A thicker line is stronger evidence.`
