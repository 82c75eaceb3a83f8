const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** A count in words up to twelve, in figures above. */
export const inWords = (count: number): string => WORDS[count] ?? String(count)

/** "one song", "three songs". */
export const countInWords = (count: number, noun: string): string =>
  `${inWords(count)} ${count === 1 ? noun : `${noun}s`}`

/** With a capital, for the start of a sentence. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
