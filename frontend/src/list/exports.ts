/** A list as a file: of what is shown, in its order. */
import type { Track } from '@/api/types'

export type ExportFormat = 'csv' | 'json' | 'm3u8' | 'jspf'

export interface ListFile {
  title: string
  tracks: readonly Track[]
  /** Of this server, for links to tracks. */
  origin: string
}

export const FORMATS: readonly { format: ExportFormat; name: string; type: string }[] = [
  { format: 'csv', name: 'CSV', type: 'text/csv' },
  { format: 'json', name: 'JSON', type: 'application/json' },
  { format: 'm3u8', name: 'M3U8', type: 'audio/x-mpegurl' },
  { format: 'jspf', name: 'JSPF', type: 'application/json' },
]

const artists = (track: Track) => track.artists.map(({ name }) => name).join(', ')

const COLUMNS: readonly [string, (track: Track) => string | number | null | undefined][] = [
  ['id', ({ id }) => id],
  ['title', ({ title }) => title],
  ['artists', artists],
  ['album', ({ album }) => album],
  ['year', ({ year }) => year],
  ['duration_ms', ({ duration_ms }) => duration_ms],
  ['isrc', ({ external_ids }) => external_ids?.isrc],
]

/** RFC 4180. A cell that a spreadsheet would run as a formula starts with an apostrophe. */
function cell(value: string | number | null | undefined): string {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const csv = ({ tracks }: ListFile) =>
  [COLUMNS.map(([name]) => name), ...tracks.map((track) => COLUMNS.map(([, value]) => cell(value(track))))]
    .map((row) => `${row.join(',')}\r\n`)
    .join('')

const json = ({ title, tracks }: ListFile) => `${JSON.stringify({ title, tracks }, null, 2)}\n`

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ')
const pageOf = (origin: string, { id }: Track) => `${origin}/track/${id}`

/** Extended M3U in UTF-8; a track without audio of its own points to its page. */
function m3u8({ title, tracks, origin }: ListFile): string {
  const entries = tracks.flatMap((track) => [
    `#EXTINF:${track.duration_ms ? Math.round(track.duration_ms / 1000) : -1},${oneLine(`${artists(track)} - ${track.title}`)}`,
    track.preview?.url ?? pageOf(origin, track),
  ])
  return `${['#EXTM3U', `#PLAYLIST:${oneLine(title)}`, ...entries].join('\n')}\n`
}

/** JSPF (xspf.org/jspf): ids that are addresses are identifiers, others are left to the title and the artist. */
function jspf({ title, tracks, origin }: ListFile): string {
  const track = tracks.map((track) => ({
    title: track.title,
    creator: artists(track),
    ...(track.album ? { album: track.album } : {}),
    ...(track.duration_ms ? { duration: track.duration_ms } : {}),
    ...(track.external_ids?.mbid
      ? { identifier: [`https://musicbrainz.org/recording/${track.external_ids.mbid}`] }
      : {}),
    info: pageOf(origin, track),
  }))
  return `${JSON.stringify({ playlist: { title, track } }, null, 2)}\n`
}

const WRITERS: Readonly<Record<ExportFormat, (file: ListFile) => string>> = { csv, json, m3u8, jspf }
export const exported = (format: ExportFormat, file: ListFile): string => WRITERS[format](file)

/** A file's name from the list's title: letters and digits of any script. */
export const fileName = (title: string, format: ExportFormat): string =>
  `${
    title
      .toLocaleLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'songs'
  }.${format === 'jspf' ? 'jspf.json' : format}`
