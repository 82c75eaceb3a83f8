import { elementProvider } from './element'

/** A recording that the catalogue has an address of. */
export const audio = elementProvider(
  'audio',
  (source) => source.kind === 'audio',
  async (_, source) => (source.kind === 'audio' ? source.url : ''),
)
