const EVENT = 'segue:announce'

/** Says a change of the page to screen readers, once and politely. */
export const announce = (text: string) => window.dispatchEvent(new CustomEvent(EVENT, { detail: text }))

export function onAnnouncement(listener: (text: string) => void): () => void {
  const listen = (event: Event) => listener((event as CustomEvent<string>).detail)
  window.addEventListener(EVENT, listen)
  return () => window.removeEventListener(EVENT, listen)
}
