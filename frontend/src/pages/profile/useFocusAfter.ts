import { useRef } from 'react'

/** Where focus goes when a line of a list was taken away: to the line before it, else to the button that adds one. */
export function useFocusAfter() {
  const opener = useRef<HTMLButtonElement>(null)
  const lines = useRef<HTMLDivElement>(null)
  const gone = (at: number) => {
    const buttons = lines.current?.querySelectorAll<HTMLElement>('button') ?? []
    const next = buttons[at + 1] ?? buttons[at - 1] ?? opener.current
    next?.focus({ preventScroll: true })
  }
  return { opener, lines, gone }
}
