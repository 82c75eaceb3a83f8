import { coverTrack } from '@/covers/Cover'
import { renderSketch } from '../sketch/render'
import { sketchOf } from '../sketch/sketch'
import { wav } from '../sketch/wav'
import { elementProvider } from './element'

const KEPT = 12
const addresses = new Map<string, string>()

/** Eight seconds drawn from a track's audio features, as an address of this page. The last few are kept. */
export const sketch = elementProvider(
  'sketch',
  (source) => source.kind === 'sketch',
  async (track) => {
    const known = addresses.get(track.id)
    if (known) return known
    const address = URL.createObjectURL(wav(await renderSketch(sketchOf(coverTrack(track)))))
    addresses.set(track.id, address)
    forgetOldest()
    return address
  },
)

function forgetOldest(): void {
  const [oldest] = addresses
  if (addresses.size <= KEPT || !oldest) return
  addresses.delete(oldest[0])
  URL.revokeObjectURL(oldest[1])
}
