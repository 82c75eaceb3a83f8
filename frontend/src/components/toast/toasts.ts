import { useSyncExternalStore } from 'react'

interface ToastAction {
  label: string
  run: () => void
}

export interface ToastContent {
  /** What is now true. */
  text: string
  undo?: () => void
  also?: ToastAction
}

export interface Toast extends ToastContent {
  id: number
  endsAt: number
}

const UNDO_MS = 10_000
const listeners = new Set<() => void>()
let current: Toast | null = null
let count = 0
let timer = 0

function become(next: Toast | null): void {
  current = next
  for (const listener of listeners) listener()
}

/** Shows one toast in place of the one before; it goes after ten seconds. */
export function showToast(content: ToastContent): void {
  window.clearTimeout(timer)
  become({ ...content, id: ++count, endsAt: Date.now() + UNDO_MS })
  timer = window.setTimeout(closeToast, UNDO_MS)
}

export function closeToast(): void {
  window.clearTimeout(timer)
  become(null)
}

/** Runs an action of the toast shown and closes it. */
export function undoToast(): void {
  const undo = current?.undo
  if (!undo) return
  closeToast()
  undo()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useToast = () => useSyncExternalStore(subscribe, () => current)
