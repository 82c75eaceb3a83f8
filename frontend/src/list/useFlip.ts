import { type RefObject, useLayoutEffect, useRef } from 'react'

interface Place {
  top: number
  node: HTMLElement
}

const LEAVE = [
  { opacity: 1, transform: 'none' },
  { opacity: 0, transform: 'translateX(24px)' },
]

/** Moves rows from where they stood to where they stand (FLIP) and lets a row that left fade, both in 240 ms; not at
 * all where motion is unwanted. Rows are the children of the list that carry `data-track`. */
export function useFlip(list: RefObject<HTMLElement | null>, identity: string): void {
  const before = useRef(new Map<string, Place>())
  const was = useRef(identity)
  useLayoutEffect(() => {
    const element = list.current
    if (!element) return
    const now = places(element)
    if (was.current === identity && !still()) {
      for (const [id, place] of now) slide(place, before.current.get(id))
      for (const [id, place] of before.current) if (!now.has(id)) fade(element, place)
    }
    before.current = now
    was.current = identity
  })
}

const still = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches

function places(list: HTMLElement): Map<string, Place> {
  const rows = [...list.querySelectorAll<HTMLElement>(':scope > [data-track]')]
  return new Map(rows.map((node) => [node.dataset.track as string, { node, top: node.offsetTop }]))
}

const timing = () => ({ duration: 240, easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)' })

function slide({ node, top }: Place, before: Place | undefined): void {
  if (before && before.top !== top)
    node.animate([{ transform: `translateY(${before.top - top}px)` }, { transform: 'none' }], timing())
}

/** A copy of the row fades where the row stood; it is nothing to readers and takes no focus. */
function fade(list: HTMLElement, { node, top }: Place): void {
  const ghost = node.cloneNode(true) as HTMLElement
  delete ghost.dataset.track
  ghost.inert = true
  ghost.ariaHidden = 'true'
  Object.assign(ghost.style, { position: 'absolute', insetInline: '0', top: `${top}px`, pointerEvents: 'none' })
  list.append(ghost)
  ghost.animate(LEAVE, timing()).onfinish = () => ghost.remove()
}
