import type { ListState } from './state'

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** A count in words up to twelve. */
export const inWords = (count: number): string => WORDS[count] ?? String(count)
export const songs = (count: number): string => `${inWords(count)} ${count === 1 ? 'song' : 'songs'}`

/** "From three songs", "Songs for “rain”", "From what you like". */
export function listTitle({ seeds, name }: ListState): string {
  if (!seeds.length) return name ? `Songs for “${name}”` : 'From what you like'
  return `From ${songs(seeds.length)}${name ? ` and “${name}”` : ''}`
}

/** "Leads to eight songs. A thicker line is stronger evidence." */
export const leadsTo = (count: number): string => `Leads to ${songs(count)}. A thicker line is stronger evidence.`
