import { read, write } from '@/storage/device'
import type { Voice } from './queries'

const STORED = 'segue.report-voice'
/** The wording of headlines that was chosen on this device. */
export const keptVoice = (): Voice => (read(STORED) === 'playful' ? 'playful' : 'plain')
export const keepVoice = (voice: Voice) => write(STORED, voice)
