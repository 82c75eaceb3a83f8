/** The single keys and what they do, for lists of them. */
export const SHORTCUT_WORDS: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['l', 'Like the song in focus'],
  ['x', 'Not for me'],
  ['w', 'Why this song'],
  ['u', 'Undo'],
  ['Space', 'Play or pause'],
  ['← →', 'Song before, song after'],
  ['?', 'This list'],
]
