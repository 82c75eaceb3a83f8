/** What became of an import, in words and figures. */
import type { Schemas } from '@/api/types'
import { count, counted } from '@/words/dates'
import type { Import } from './parts'

export type Counts = Schemas['ImportCounts']
export type Row = Schemas['UnmatchedRow']
type Figures = Record<
  'read' | 'matched' | 'added' | 'unmatched' | 'left_out' | 'new' | 'repeated' | 'skipped' | 'playlists',
  number
>

const ACTIVE = ['queued', 'running', 'undoing']
export const active = ({ status }: Pick<Import, 'status'>) => ACTIVE.includes(status)
export const ended = ({ status }: Pick<Import, 'status'>) => status !== 'uploading' && !ACTIVE.includes(status)

/** The counts; rows that the person left out of the list are not among the unmatched ones. */
export function figuresOf(counts: Counts | undefined): Figures {
  const at = (name: keyof Figures) => counts?.[name] ?? 0
  return {
    read: at('read'),
    matched: at('matched'),
    added: at('added'),
    unmatched: at('unmatched') - at('left_out'),
    left_out: at('left_out'),
    new: at('new'),
    repeated: at('repeated'),
    skipped: at('skipped'),
    playlists: at('playlists'),
  }
}

interface Result {
  kind: 'ok' | 'warn' | 'bad'
  title: string
  text: string
}

/** The fact and one sentence about an import that has ended. */
export function resultWords(view: Import): Result {
  const { read, new: fresh, repeated } = figuresOf(view.counts)
  if (view.status === 'failed') {
    const title = read ? `Not all of the file was read: ${count(read)} entries were.` : 'This file could not be read.'
    return { kind: 'bad', title, text: `${sentence(view.detail ?? '')}${read ? ' What was read stays.' : ''}`.trim() }
  }
  if (view.status === 'cancelled')
    return { kind: 'warn', title: `Stopped after ${counted(read, 'entry', 'entries')}.`, text: 'What was read stays.' }
  if (!read) return { kind: 'warn', title: 'No listening was found in this file.', text: 'Nothing was changed.' }
  if (!fresh && repeated)
    return { kind: 'ok', title: 'Nothing new in this file.', text: `${beenHere(repeated, read)} were here already.` }
  if (!fresh)
    return {
      kind: 'warn',
      title: `${counted(read, 'entry', 'entries')} read, none of them recorded.`,
      text: 'Below is why. Songs that were not matched can be named by hand.',
    }
  const title = `${counted(read, 'entry', 'entries')} read, ${count(fresh)} of them new.`
  return { kind: 'ok', title, text: 'Your lists count them from now on.' }
}

const beenHere = (repeated: number, read: number) =>
  repeated === read ? `All ${count(read)} entries` : `${counted(repeated, 'entry', 'entries')} of ${count(read)}`

/** What the four counts leave out, each in a sentence. */
export function notes({ added, repeated, skipped, left_out, playlists }: Figures): string[] {
  return [
    playlists ? `${counted(playlists, 'playlist')} found.` : '',
    added
      ? `${counted(added, 'entry names a song', 'entries name songs')} that the catalogue lacked: added for you.`
      : '',
    repeated ? `${counted(repeated, 'entry was', 'entries were')} here already.` : '',
    skipped ? `${counted(skipped, 'entry was', 'entries were')} left out.` : '',
    left_out ? `You left out ${counted(left_out, 'entry', 'entries')}.` : '',
  ].filter(Boolean)
}

/** One line for a list of imports. */
export function summary(view: Import): string {
  const { read, new: fresh, unmatched } = figuresOf(view.counts)
  if (view.status === 'failed' && !read) return 'could not be read'
  const parts = [`${count(read)} read`, `${count(fresh)} new`]
  if (unmatched) parts.push(`${count(unmatched)} not matched`)
  if (view.status === 'cancelled') parts.push('stopped')
  if (view.status === 'failed') parts.push('broke off')
  return parts.join(', ')
}

const NOTHING_NEAR = 'no track of the catalogue comes near'
const REASONS: Readonly<Record<string, string>> = {
  [NOTHING_NEAR]: 'Nothing in the catalogue comes near it.',
  'several tracks may be meant, or the nearest one differs too much': 'Several songs could be meant, or none exactly.',
  'its code is not in the catalogue, and the file does not name it': 'The file has only a code, and no name.',
}

/** Why a row was not matched; sentences that are not known here are shown as the API has them. */
export const whyNot = ({ reason }: Pick<Row, 'reason'>) => REASONS[reason] ?? sentence(reason)

/** "once in the file", "41 times in the file". */
export const timesInFile = (times: number) => `${times === 1 ? 'once' : `${count(times)} times`} in the file`

/** Whether a file had rows without a track, also where all of them have one by now. */
export const everUnmatched = ({ counts }: Import) =>
  Boolean(counts?.unmatched || counts?.matched_by?.correction || counts?.matched_by?.added)

/** A song that the catalogue lacks, as far as its names tell: it can be kept as the person's own. */
export const nothingNear = ({ reason, title, artist }: Pick<Row, 'reason' | 'title' | 'artist'>) =>
  Boolean(title && artist) && reason === NOTHING_NEAR

/** Where a row stands: "my_history.json, line 12", or the file alone. */
export const placeOf = ({ file, line }: { file: string; line: number }) =>
  line ? `${file}, line ${count(line)}` : file

/** With a capital and a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  if (!trimmed) return ''
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.?]$/.test(trimmed) ? '' : '.')
}
