const HEADER = 44

/** A WAV file, 16 bits, of the first channel of a buffer. */
export function wav(buffer: Pick<AudioBuffer, 'sampleRate' | 'getChannelData'>): Blob {
  const samples = buffer.getChannelData(0)
  const bytes = new DataView(new ArrayBuffer(HEADER + samples.length * 2))
  const text = (at: number, word: string) => {
    for (let i = 0; i < word.length; i++) bytes.setUint8(at + i, word.charCodeAt(i))
  }
  text(0, 'RIFF')
  bytes.setUint32(4, bytes.byteLength - 8, true)
  text(8, 'WAVEfmt ')
  bytes.setUint32(16, 16, true) // length of the format
  bytes.setUint16(20, 1, true) // linear PCM
  bytes.setUint16(22, 1, true) // channels
  bytes.setUint32(24, buffer.sampleRate, true)
  bytes.setUint32(28, buffer.sampleRate * 2, true) // bytes a second
  bytes.setUint16(32, 2, true) // bytes a frame
  bytes.setUint16(34, 16, true) // bits a sample
  text(36, 'data')
  bytes.setUint32(40, samples.length * 2, true)
  samples.forEach((value, i) => {
    bytes.setInt16(HEADER + i * 2, Math.max(-1, Math.min(1, value)) * 0x7fff, true)
  })
  return new Blob([bytes.buffer as ArrayBuffer], { type: 'audio/wav' })
}
