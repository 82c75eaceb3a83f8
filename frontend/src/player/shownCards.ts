import { useSyncExternalStore } from 'react'

/** How many NowPlaying cards stand on the page: the bar of wide screens leaves the controls to them. */
let count = 0
const listeners = new Set<() => void>()

function change(by: number): void {
  count += by
  for (const listener of listeners) listener()
}

/** Counts one card; call what it returns when the card goes. */
export function countCard(): () => void {
  change(1)
  return () => change(-1)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useCardShown = () => useSyncExternalStore(subscribe, () => count > 0)
