/** What this device keeps between visits, by key. Where the browser refuses storage (private mode, blocked site data) or
 * has no room left, values live in memory until the page is left: every reader and writer goes on as before. */

const memory = new Map<string, string>()

export function read(key: string): string | null {
  const held = memory.get(key)
  if (held !== undefined) return held
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
    memory.delete(key)
  } catch {
    memory.set(key, value)
  }
}

export function erase(key: string): void {
  memory.delete(key)
  try {
    localStorage.removeItem(key)
  } catch {
    // nothing is stored where storage is refused
  }
}

/** The value of a key as JSON; null where there is none, or none that can be read. */
export function readJson(key: string): unknown {
  try {
    return JSON.parse(read(key) ?? 'null')
  } catch {
    return null
  }
}

export const writeJson = (key: string, value: unknown): void => write(key, JSON.stringify(value))
