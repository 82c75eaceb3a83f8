import type { Note, Sketch, Voice } from './sketch'

const RATE = 44_100
const FADE_S = 0.5
const LOUDNESS = 0.9

/** The sound of a sketch, one channel, rendered faster than it plays. */
export async function renderSketch(sketch: Sketch): Promise<AudioBuffer> {
  const context = new OfflineAudioContext(1, Math.round(sketch.seconds * RATE), RATE)
  const out = context.createGain()
  out.gain.setValueAtTime(LOUDNESS, 0)
  out.gain.setValueAtTime(LOUDNESS, sketch.seconds - FADE_S)
  out.gain.linearRampToValueAtTime(0, sketch.seconds)
  const even = context.createDynamicsCompressor()
  even.connect(out).connect(context.destination)
  const noise = noiseOf(context)
  for (const note of sketch.notes) {
    if (note.voice === 'hat') hat(context, even, note, noise)
    else tone(context, even, note, sketch)
  }
  return context.startRendering()
}

const frequency = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12)

/** Plucked sounds die away, held ones stay. */
function tone(context: OfflineAudioContext, out: AudioNode, note: Note, sketch: Sketch): void {
  const source = context.createOscillator()
  source.type = shapeOf(note.voice, sketch)
  source.frequency.setValueAtTime(frequency(note.pitch), note.at)
  if (note.voice === 'kick') {
    source.frequency.setValueAtTime(130, note.at)
    source.frequency.exponentialRampToValueAtTime(45, note.at + note.length)
  }
  const filter = context.createBiquadFilter()
  filter.type = 'lowpass'
  filter.frequency.value = 500 + 3600 * sketch.brightness ** 2
  source
    .connect(filter)
    .connect(envelope(context, note, sketch))
    .connect(out)
  source.start(note.at)
  source.stop(note.at + note.length + 0.1)
}

function shapeOf(voice: Voice, { acousticness, brightness }: Sketch): OscillatorType {
  if (voice === 'kick') return 'sine'
  if (acousticness > 0.5) return 'triangle'
  if (voice === 'bass') return 'sawtooth'
  return brightness > 0.55 ? 'sawtooth' : 'square'
}

function envelope(context: OfflineAudioContext, { at, length, gain }: Note, { acousticness }: Sketch): GainNode {
  const node = context.createGain()
  const attack = 0.006 + 0.03 * (1 - acousticness)
  node.gain.setValueAtTime(0.0001, at)
  node.gain.linearRampToValueAtTime(gain, at + attack)
  node.gain.exponentialRampToValueAtTime(Math.max(0.001, gain * (1 - 0.85 * acousticness)), at + length * 0.8)
  node.gain.exponentialRampToValueAtTime(0.0001, at + length + 0.08)
  return node
}

function hat(context: OfflineAudioContext, out: AudioNode, { at, length, gain }: Note, noise: AudioBuffer): void {
  const source = context.createBufferSource()
  source.buffer = noise
  const filter = context.createBiquadFilter()
  filter.type = 'highpass'
  filter.frequency.value = 7000
  const node = context.createGain()
  node.gain.setValueAtTime(gain, at)
  node.gain.exponentialRampToValueAtTime(0.0001, at + length)
  source.connect(filter).connect(node).connect(out)
  source.start(at)
  source.stop(at + length)
}

/** A tenth of a second of noise, the same on every machine (linear congruential generator, Numerical Recipes). */
function noiseOf(context: OfflineAudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, RATE / 10, RATE)
  const samples = buffer.getChannelData(0)
  let state = 1
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    samples[i] = state / 2 ** 31 - 1
  }
  return buffer
}
