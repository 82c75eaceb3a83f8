const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** "three songs", "Three songs" at the start of a sentence; figures above twelve. */
export function inWords(n: number, one: string, start = false): string {
  const word = WORDS[n] ?? String(n)
  const said = start ? word.charAt(0).toUpperCase() + word.slice(1) : word
  return `${said} ${n === 1 ? one : `${one}s`}`
}
