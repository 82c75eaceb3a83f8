import type { Voice } from './queries'

const STORED = 'segue.report-voice'
/** The wording of headlines that was chosen on this device. */
export const keptVoice = (): Voice => (localStorage.getItem(STORED) === 'playful' ? 'playful' : 'plain')
export const keepVoice = (voice: Voice) => localStorage.setItem(STORED, voice)
