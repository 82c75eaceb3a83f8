/** Each state of the link to Spotify in words, and what a person can do in it. */
import type { Schemas } from '@/api/types'
import { ago, count, counted } from '@/words/dates'

export type Link = Schemas['SpotifyLink']
export type Library = Schemas['SpotifyLibrary']
export type Tone = 'good' | 'warn' | 'bad' | 'none'
export type Act = 'connect' | 'cancel' | 'again' | 'disconnect' | 'copy' | 'how'

export interface Shown {
  tone: Tone
  title: string
  words: string
  /** In order; the first is the one that helps most. */
  acts: readonly Act[]
}

/** What to ask whoever runs the server for, ready to be sent. */
export const REQUEST =
  'Please add the mail address of my Spotify account to the users of the Spotify app of this Segue server ' +
  '(developer.spotify.com, Dashboard, the app, User Management).'

export const DECLINED: Shown = {
  tone: 'bad',
  title: 'You declined',
  words: 'Nothing was read. Files and scrobbling work without Spotify.',
  acts: ['connect'],
}

/** The words of a state; `library` tells what was read. */
export function shownOf(link: Link, library: Library | undefined, now = Date.now()): Shown {
  switch (link.state) {
    case 'not_configured':
      return {
        tone: 'none',
        title: 'Not set up on this server',
        words: 'Whoever runs it adds a client id in the settings. Files of your listening bring more, and need nobody.',
        acts: ['how'],
      }
    case 'not_connected':
      return {
        tone: 'none',
        title: 'Not connected',
        words: 'Spotify asks you to agree, then your likes are read once a day.',
        acts: ['cancel', 'connect'],
      }
    case 'connected':
      return { tone: 'good', title: connectedAs(link), words: readWords(library, now), acts: ['again', 'disconnect'] }
    case 'needs_reauth':
      return {
        tone: 'warn',
        title: 'Spotify wants a new sign-in',
        words: `The permission ended${link.changed_at ? ` ${ago(link.changed_at, now)}` : ''}. What was read before is still here.`,
        acts: ['connect', 'disconnect'],
      }
    case 'quota_until':
      return {
        tone: 'warn',
        title: `Resting until ${untilWords(link.quota_until, now)}`,
        words: 'Spotify allows this server so many calls a day, and they are used up. Reading goes on by itself.',
        acts: ['disconnect'],
      }
    case 'not_allowlisted':
      return {
        tone: 'bad',
        title: 'This account is not on the list',
        words:
          'The server’s client is in development mode: whoever runs it adds your Spotify mail address, then connect again.',
        acts: ['copy', 'connect', 'disconnect'],
      }
    case 'premium_lapsed':
      return {
        tone: 'bad',
        title: 'Spotify does not serve this server now',
        words: 'Whoever set it up needs Premium for that. Once it is renewed, connect again.',
        acts: ['connect', 'disconnect'],
      }
  }
}

const connectedAs = ({ account }: Link) => (account ? `Connected as ${account}` : 'Connected')

/** "Read today: 1,204 liked songs, 31 playlists, 29 of them unchanged." */
export function readWords(library: Library | undefined, now = Date.now()): string {
  const job = library?.job
  if (job && (job.status === 'queued' || job.status === 'running')) return 'Being read now.'
  if (job?.status === 'failed') return `The last reading did not end well: ${job.detail ?? 'it is tried again'}.`
  if (!library?.synced_at) return 'Not read yet. That takes a minute.'
  const lists = library.playlists?.length ?? 0
  const same = library.unchanged_playlists ? `, ${count(library.unchanged_playlists)} of them unchanged` : ''
  const liked = counted(library.liked ?? 0, 'liked song')
  return `Read ${ago(library.synced_at, now)}: ${liked}, ${counted(lists, 'playlist')}${same}.`
}

/** The clock where it is today, else the day too. */
export function untilWords(at: string | null | undefined, now = Date.now()): string {
  if (!at) return 'tomorrow'
  const moment = new Date(at)
  const clock = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  const today = new Date(now).toDateString() === moment.toDateString()
  return today ? clock : `${moment.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}, ${clock}`
}

export const reading = (library: Library | undefined) => ['queued', 'running'].includes(library?.job?.status ?? '')
