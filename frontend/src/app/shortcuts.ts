import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { read, write } from '@/storage/device'

export type ShortcutName = 'search' | 'like' | 'dislike' | 'why' | 'undo' | 'play' | 'next' | 'previous'

const KEYS: Readonly<Record<string, ShortcutName>> = {
  l: 'like',
  x: 'dislike',
  w: 'why',
  u: 'undo',
  '/': 'search',
  ' ': 'play',
  ArrowRight: 'next',
  ArrowLeft: 'previous',
}
const STORED = 'segue.shortcuts'
export const shortcutsOn = () => read(STORED) !== 'off'
export const setShortcuts = (on: boolean) => write(STORED, on ? 'on' : 'off')

/** Calls the handler when the key of this name is pressed outside fields and buttons. A handler that answers true has
 * acted: the browser does nothing more with the key. */
export function useShortcut(name: ShortcutName, handler: () => unknown): void {
  useEffect(() => {
    const listen = (event: Event) => {
      if ((event as CustomEvent<ShortcutName>).detail === name && handler() === true) event.preventDefault()
    }
    window.addEventListener('segue:shortcut', listen)
    return () => window.removeEventListener('segue:shortcut', listen)
  }, [name, handler])
}

/** Single keys, for who has not switched them off (WCAG 2.1.4). */
export function useShortcuts(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!meant(event)) return
      if (event.key === '?') window.dispatchEvent(new Event('segue:help'))
      const name = KEYS[event.key]
      const acted = name ? !window.dispatchEvent(shortcutEvent(name)) : false
      if (acted || name === 'search') event.preventDefault()
      if (name === 'search' && !acted) void navigate({ to: '/search' })
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [navigate])
}

const shortcutEvent = (name: ShortcutName) => new CustomEvent('segue:shortcut', { detail: name, cancelable: true })

/** Not with a modifier, not while a field is typed in; space and arrows keep their meaning on controls. */
export function meant(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !shortcutsOn()) return false
  const target = event.target as HTMLElement
  if (target.closest('input, textarea, select, [contenteditable], [role=slider], [role=dialog]')) return false
  return event.key.length === 1 && event.key !== ' '
    ? true
    : !target.closest('button, a, [role=menuitem], [role=option]')
}
